// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/missing_register.hpp"

#include "hyp/core/bit_field.hpp"
#include "sim/models/register_trap.hpp"

namespace ravelin::sim {

namespace {
// MRS, MSR (register), SYS and SYSL.  [ARM DDI 0487, C4.1.66]
constexpr Bits64 fixed{31, 22};
constexpr std::uint64_t system_instruction = 0b11'0101'0100;
constexpr Bits64 reads{21, 21};
constexpr Bits64 op0{20, 19};
constexpr Bits64 op1{18, 16};
constexpr Bits64 crn{15, 12};
constexpr Bits64 crm{11, 8};
constexpr Bits64 op2{7, 5};
constexpr Bits64 rt{4, 0};

constexpr Bits64 hcr_tidcp{20, 20};   // HCR_EL2: implementation defined functionality
constexpr Bits64 mdcr_tda{9, 9};      // MDCR_EL2: debug registers
constexpr Bits64 mdcr_tdosa{10, 10};  // MDCR_EL2: those of OS lock and power
constexpr Bits64 mdcr_tdra{11, 11};   // MDCR_EL2: those of the debug ROM

/// [D17.2.48, HCR_EL2.TIDCP]
[[nodiscard]] auto is_implementation_defined (std::uint64_t instruction) -> bool {
    const auto space = op0.get (instruction);
    const auto row   = crn.get (instruction);
    return (space == 1 || space == 3) && (row == 11 || row == 15);
}

/// Bits of MDCR_EL2 any of which traps a debug register.
[[nodiscard]] auto debug_traps (std::uint64_t instruction) -> std::uint64_t {
    if (op1.get (instruction) == 0 && crn.get (instruction) == 1) {
        return crm.get (instruction) == 0 && op2.get (instruction) == 0 ? mdcr_tdra.mask () | mdcr_tda.mask ()
                                                                        : mdcr_tdosa.mask ();
    }
    return mdcr_tda.mask ();
}
}  // namespace

auto trapped_register (std::uint32_t instruction, std::uint64_t hcr, std::uint64_t mdcr)
    -> std::optional<std::uint64_t> {
    const std::uint64_t word = instruction;
    if (fixed.get (word) != system_instruction || op0.get (word) == 0) { return std::nullopt; }
    // Op1 = 1 is the trace unit's, which a Cortex-A72 has no system registers for.
    const bool debug = op0.get (word) == 2 && op1.get (word) != 1;
    const bool trapped =
        (debug && (mdcr & debug_traps (word)) != 0) || (hcr_tidcp.any (hcr) && is_implementation_defined (word));
    if (!trapped) { return std::nullopt; }
    const auto narrow = [word] (Bits64 field) {
        return static_cast<std::uint8_t> (field.get (word));
    };
    return register_trap ({narrow (op0), narrow (op1), narrow (crn), narrow (crm), narrow (op2)}, narrow (rt),
                          reads.any (word));
}

}  // namespace ravelin::sim
