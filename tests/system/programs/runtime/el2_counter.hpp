// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "report.hpp"
#include "system_register.hpp"

#include <cstdint>

namespace el1 {

/// Counts the instructions that EL2, or EL1, executes on this CPU. The count is exact under QEMU's -icount, where the
/// event of retired instructions exists.  [ARM DDI 0487, D11]
class El2Counter {
  public:
    /// Starts it; ends the program where there's no such event.
    /// @param of_el1  counts those of EL1 instead, whoever is there
    explicit El2Counter (bool of_el1 = false) {
        if ((read<events> () >> retired_instructions & 1) == 0) {
            give_up ("this CPU can't count instructions; QEMU can, under -icount");
        }
        constexpr std::uint64_t enable = 1;
        write<kind> (retired_instructions | not_el0 | (of_el1 ? 0 : not_el1 | also_el2));
        write<enabled> (enable);
        write<control> (read<control> () | enable);
    }

    [[nodiscard]] static auto value () -> std::uint64_t { return read<counter> (); }

  private:
    static constexpr SystemRegister control{3, 3, 9, 12, 0};  // PMCR_EL0, RW
    static constexpr SystemRegister enabled{3, 3, 9, 12, 1};  // PMCNTENSET_EL0, RW: counters that count
    static constexpr SystemRegister events{3, 3, 9, 12, 6};   // PMCEID0_EL0, RO: events that exist
    static constexpr SystemRegister counter{3, 3, 14, 8, 0};  // PMEVCNTR0_EL0, RW: counter 0
    static constexpr SystemRegister kind{3, 3, 14, 12, 0};    // PMEVTYPER0_EL0, RW: what it counts

    static constexpr std::uint64_t retired_instructions = 0x08;        // event INST_RETIRED
    static constexpr std::uint64_t not_el1              = 1ULL << 31;  // PMEVTYPER0_EL0.P
    static constexpr std::uint64_t not_el0              = 1ULL << 30;  // U
    static constexpr std::uint64_t also_el2             = 1ULL << 27;  // NSH
};

}  // namespace el1
