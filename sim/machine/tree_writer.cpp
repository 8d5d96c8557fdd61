// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/tree_writer.hpp"

#include <libfdt.h>
#include <stdexcept>
#include <string>

namespace ravelin::sim {

namespace {
constexpr std::size_t largest_tree = 64 * 1024;

void check (int result) {
    if (result < 0) { throw std::logic_error{std::string{"device tree: "} + fdt_strerror (result)}; }
}
}  // namespace

auto Cells::words (std::initializer_list<std::uint32_t> cells) -> Cells & {
    for (const std::uint32_t cell : cells) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes_.push_back (static_cast<char> (cell >> shift));
        }
    }
    return *this;
}

auto Cells::doubleword (std::uint64_t number) -> Cells & {
    return words ({static_cast<std::uint32_t> (number >> 32), static_cast<std::uint32_t> (number)});
}

TreeWriter::TreeWriter (std::initializer_list<PaRange> reserved) : tree_ (largest_tree) {
    check (fdt_create (tree_.data (), static_cast<int> (tree_.size ())));
    for (const PaRange &range : reserved) {
        check (fdt_add_reservemap_entry (tree_.data (), range.start.value (), range.size));
    }
    check (fdt_finish_reservemap (tree_.data ()));
    begin ("");
}

void TreeWriter::begin (const char *name) {
    check (fdt_begin_node (tree_.data (), name));
}

void TreeWriter::end () {
    check (fdt_end_node (tree_.data ()));
}

void TreeWriter::raw (const char *property, const std::string &value) {
    check (fdt_property (tree_.data (), property, value.data (), static_cast<int> (value.size ())));
}

void TreeWriter::empty (const char *property) {
    raw (property, {});
}

void TreeWriter::text (const char *property, std::string_view value) {
    texts (property, {value});
}

void TreeWriter::texts (const char *property, std::initializer_list<std::string_view> values) {
    std::string list;
    for (const std::string_view value : values) {
        list += value;
        list.push_back ('\0');
    }
    raw (property, list);
}

void TreeWriter::cells (const char *property, const Cells &value) {
    raw (property, value.bytes ());
}

auto TreeWriter::finish () -> std::vector<std::byte> {
    end ();
    check (fdt_finish (tree_.data ()));
    tree_.resize (fdt_totalsize (tree_.data ()));
    return std::move (tree_);
}

}  // namespace ravelin::sim
