// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/tree_writer.hpp"

#include <algorithm>
#include <libfdt.h>

namespace ravelin::firmware {

TreeWriter::TreeWriter (std::span<std::byte> room) : tree_{room.data ()} {
    check (fdt_create (tree_, static_cast<int> (room.size ())));
    check (fdt_finish_reservemap (tree_));
}

void TreeWriter::begin (const char *name) {
    if (error_ == 0) { check (fdt_begin_node (tree_, name)); }
}

void TreeWriter::end () {
    if (error_ == 0) { check (fdt_end_node (tree_)); }
}

void TreeWriter::set (const char *property, const void *data, std::size_t size) {
    if (error_ == 0) { check (fdt_property (tree_, property, data, static_cast<int> (size))); }
}

void TreeWriter::text (const char *property, std::string_view value) {
    void *place = nullptr;
    if (error_ == 0) {
        check (fdt_property_placeholder (tree_, property, static_cast<int> (value.size () + 1), &place));
    }
    if (error_ == 0) { *std::ranges::copy (value, static_cast<char *> (place)).out = '\0'; }
}

void TreeWriter::path (const char *property, std::string_view name, std::uint64_t address) {
    Name path{'/'};
    std::ranges::copy_n (with_address (name, address).begin (), path.size () - 1, path.begin () + 1);
    text (property, path.data ());
}

void TreeWriter::flag (const char *property) {
    set (property, nullptr, 0);
}

void TreeWriter::address (const char *property, Ipa value) {
    if (error_ == 0) { check (fdt_property_u64 (tree_, property, value.value ())); }
}

void TreeWriter::cells (const char *property, std::initializer_list<std::uint32_t> values) {
    constexpr std::size_t most = 12;
    std::array<fdt32_t, most> big_endian{};
    std::ranges::transform (values, big_endian.begin (), [] (std::uint32_t value) { return cpu_to_fdt32 (value); });
    set (property, big_endian.data (), values.size () * sizeof big_endian[0]);
}

void TreeWriter::ranges (const char *property, std::span<const IpaRange> values) {
    void *place = nullptr;
    if (error_ == 0) {
        const auto size = values.size () * 2 * sizeof (fdt64_t);
        check (fdt_property_placeholder (tree_, property, static_cast<int> (size), &place));
    }
    if (error_ != 0) { return; }
    auto *next = static_cast<fdt64_t *> (place);
    for (const IpaRange &range : values) {
        fdt64_st (next++, range.start.value ());
        fdt64_st (next++, range.size);
    }
}

auto TreeWriter::finish () -> int {
    if (error_ == 0) { check (fdt_finish (tree_)); }
    return error_ != 0 ? error_ : static_cast<int> (fdt_totalsize (tree_));
}

auto TreeWriter::with_address (std::string_view name, std::uint64_t address) -> Name {
    constexpr unsigned digit_bits = 4;
    Name result{};
    auto *end  = std::ranges::copy (name, result.begin ()).out;
    *end++     = '@';
    bool begun = false;
    for (unsigned shift = 64; shift != 0;) {
        shift -= digit_bits;
        const auto digit = address >> shift & 0xf;
        begun            = begun || digit != 0 || shift == 0;
        if (begun) { *end++ = "0123456789abcdef"[digit]; }
    }
    return result;
}

}  // namespace ravelin::firmware
