// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/el2_translation.hpp"

#include "hyp/core/bit_field.hpp"
#include "sim/machine/violation.hpp"
#include "sim/twin/divergence.hpp"

#include <array>
#include <cstring>
#include <string>

namespace ravelin::sim {

namespace {
constexpr hal::SystemRegister ttbr0_el2{3, 4, 2, 0, 0};
constexpr hal::SystemRegister tcr_el2{3, 4, 2, 0, 2};
constexpr hal::SystemRegister mair_el2{3, 4, 10, 2, 0};

// TCR_EL2.
constexpr Bits64 t0sz{5, 0};
constexpr Bits64 inner_cacheability{9, 8};
constexpr Bits64 outer_cacheability{11, 10};
constexpr Bits64 walk_shareability{13, 12};
constexpr Bits64 granule{15, 14};
constexpr Bits64 physical_size{18, 16};
constexpr std::uint64_t write_back      = 1;  // and allocates
constexpr std::uint64_t inner_shareable = 3;
constexpr std::array<unsigned, 6> physical_bits{32, 36, 40, 42, 44, 48};

// Descriptors of a 4 KiB granule.
constexpr Bits64 valid{0, 0};
constexpr Bits64 table_or_page{1, 1};
constexpr Bits64 attribute_index{4, 2};
constexpr Bits64 read_only{7, 7};
constexpr Bits64 shareability{9, 8};
constexpr Bits64 execute_never{54, 54};
constexpr std::uint64_t address_mask = 0x0000'ffff'ffff'f000;
constexpr unsigned last_level        = 3;
constexpr unsigned entries           = 512;

// Attributes in MAIR_EL2.
constexpr std::uint64_t normal        = 0xff;  // write-back, non-transient, allocating on reads and writes
constexpr std::uint64_t device_ngnrne = 0x00;
constexpr std::uint64_t device_ngnre  = 0x04;

/// Bits of an address that one entry of a table at @p level stands for.
[[nodiscard]] constexpr auto bits_at (unsigned level) -> unsigned {
    return 12 + 9 * (last_level - level);
}

/// One table after the other.
class Tables {
  public:
    Tables (std::uint64_t mair, const Bus &bus) : mair_{mair}, bus_{bus} {}

    // A table leads to tables of the next level alone: it's no deeper than there are levels.
    void check (Pa table, unsigned level) const {  // NOLINT(misc-no-recursion)
        for (unsigned i = 0; i < entries; ++i) {
            const std::uint64_t entry = word_at (table + i * sizeof (std::uint64_t));
            if (!valid.any (entry)) { continue; }
            const Pa leads_to{entry & address_mask};
            if (level < last_level && table_or_page.any (entry)) {
                check (leads_to, level + 1);
            } else {
                check_leaf (entry, {leads_to, 1ULL << bits_at (level)});
            }
        }
    }

  private:
    [[nodiscard]] auto word_at (Pa pa) const -> std::uint64_t {
        const auto *const ram = bus_.find_ram ({pa, sizeof (std::uint64_t)});
        if (ram == nullptr) { throw Divergence{"EL2 walks to what is no RAM: " + hex (pa)}; }
        std::uint64_t word = 0;
        std::memcpy (&word, ram->at (pa), sizeof word);
        return word;
    }

    void check_leaf (std::uint64_t entry, PaRange range) const {
        const auto attributes = mair_ >> 8 * attribute_index.get (entry) & 0xff;
        const bool is_ram     = bus_.find_ram ({range.start, page}) != nullptr;
        const bool executes   = !execute_never.any (entry);
        if (is_ram && (attributes != normal || shareability.get (entry) != inner_shareable)) {
            throw Divergence{"to EL2, RAM at " + hex (range.start) + " isn't write-back and inner shareable"};
        }
        if (!is_ram && attributes != device_ngnrne && attributes != device_ngnre) {
            throw Divergence{"to EL2, what is no RAM at " + hex (range.start) + " is no device"};
        }
        if (executes && (!is_ram || !read_only.any (entry))) {
            throw Divergence{"EL2 may execute what can be written, or is a device's, at " + hex (range.start)};
        }
    }

    static constexpr std::uint64_t page = 4096;

    std::uint64_t mair_;
    const Bus &bus_;
};
}  // namespace

void check_el2_translation (const std::function<std::uint64_t (hal::SystemRegister)> &read, const Bus &bus) {
    const auto tcr = read (tcr_el2);
    if (granule.get (tcr) != 0) { throw Divergence{"EL2's tables haven't the granule of 4 KiB"}; }
    if (inner_cacheability.get (tcr) != write_back || outer_cacheability.get (tcr) != write_back ||
        walk_shareability.get (tcr) != inner_shareable) {
        throw Divergence{"EL2's walks don't look into caches, where its tables are"};
    }
    std::uint64_t last = 0;
    for (const RamRegion &ram : bus.ram_regions ()) {
        last |= ram.range.end ().value () - 1;
    }
    for (const DeviceWindow &device : bus.devices ()) {
        last |= device.range.end ().value () - 1;
    }
    const auto size = physical_size.get (tcr);
    if (size >= physical_bits.size () || last >> physical_bits.at (size) != 0) {
        throw Divergence{"EL2 doesn't reach all that the machine has: TCR_EL2.PS is too small"};
    }
    const auto bits      = 64 - t0sz.get (tcr);
    const unsigned first = bits > bits_at (0) ? 0 : bits > bits_at (1) ? 1 : 2;
    Tables{read (mair_el2), bus}.check (Pa{read (ttbr0_el2) & address_mask}, first);
}

}  // namespace ravelin::sim
