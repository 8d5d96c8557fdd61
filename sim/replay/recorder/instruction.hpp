// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim::replay {

/// An instruction of Ravelin's at EL2: what of it is recorded.
struct Instruction {
    enum class What : std::uint8_t {
        other,      // its accesses to memory, if it makes any
        leave,      // ERET
        barrier,    // DSB: argument is CRm
        maintain,   // TLBI or IC: argument is the encoding
        clean,      // DC CIVAC
        translate,  // AT S1E1R
        call,       // SMC
        wait,       // WFI
        wake,       // SEV
        relax,      // YIELD
        load,       // LDAR, LDARB, LDARH
        store,      // STLR, STLRB, STLRH
        try_load,   // LDAXR and its kin: a compare and exchange begins
        try_store,  // STLXR and its kin: it ends
        read,       // MRS of a register that changes by itself: argument is the encoding
        save_fp,    // ST1, as V0-V31 are saved
        load_fp,    // LD1, as they are loaded
    };

    What what{};
    std::uint8_t target{};  // Xt
    std::uint32_t argument{};

    /// @param code  the instruction  [ARM DDI 0487, C4.1]
    [[nodiscard]] static auto decode (std::uint32_t code) -> Instruction;
};

}  // namespace ravelin::sim::replay
