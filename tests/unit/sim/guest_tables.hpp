// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/mem/descriptor.hpp"
#include "sim/machine/machine.hpp"

#include <cstdint>

namespace ravelin::sim {

/// A guest's stage 2 that a test writes into the machine's RAM: 40-bit IPA, walks start at level 1.
class GuestTables {
  public:
    static constexpr std::uint64_t read  = 1ULL << 6;
    static constexpr std::uint64_t write = 1ULL << 7;

    /// @param where  a multiple of 8 KiB, with some free pages behind
    GuestTables (Machine &machine, Pa where, std::uint64_t vmid)
        : machine_{machine}, root_{where}, next_{where + 2 * page_size}, vmid_{vmid} {
        for (std::uint64_t offset = 0; offset < 2 * page_size; offset += 8) {
            put (root_ + offset, 0);
        }
    }

    /// VTTBR_EL2 of the guest.
    [[nodiscard]] auto vttbr () const -> std::uint64_t { return root_.value () | vmid_ << 48; }

    /// Makes the page at @p ipa lead to @p pa.
    void map (Ipa ipa, Pa pa, std::uint64_t access = read | write) {
        put (entry (ipa, 3), pa.value () | leaf (access) | 0b11);
    }

    /// The same for 2 MiB.
    void map_block (Ipa ipa, Pa pa, std::uint64_t access = read | write) {
        put (entry (ipa, 2), pa.value () | leaf (access) | 0b01);
    }

    /// Where the descriptor of @p ipa at @p level lies; makes the tables on the way.
    [[nodiscard]] auto entry (Ipa ipa, unsigned level = 3) -> Pa {
        Pa where = root_ + (ipa.value () >> descriptor::level_shift (1)) * 8;
        for (unsigned above = 1; above < level; ++above) {
            if (!descriptor::is_table (get (where), above)) {
                put (where, descriptor::table (next_));
                next_ = next_ + page_size;
            }
            const auto index = ipa.value () >> descriptor::level_shift (above + 1) & 511;
            where            = descriptor::output (get (where)) + index * 8;
        }
        return where;
    }

    [[nodiscard]] auto get (Pa pa) -> std::uint64_t { return machine_.bus ().read (CpuIndex{0}, pa, 8).value (); }
    void put (Pa pa, std::uint64_t value) { static_cast<void> (machine_.bus ().write (CpuIndex{0}, pa, 8, value)); }

  private:
    [[nodiscard]] static constexpr auto leaf (std::uint64_t access) -> std::uint64_t {
        return access | 0b1111ULL << 2 | 0b11ULL << 8 | 1ULL << 10;  // Normal write-back, inner shareable, AF
    }

    Machine &machine_;
    Pa root_;
    Pa next_;
    std::uint64_t vmid_;
};

}  // namespace ravelin::sim
