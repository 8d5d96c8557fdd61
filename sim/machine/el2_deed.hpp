// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

namespace ravelin::sim {

/// What EL2 does that something outside of registers and memory notices, or answers.
struct El2Deed {
    enum class Kind : std::uint8_t {
        device_read,   // in: address; out: what was read
        device_write,  // in: address, value
        secure_call,   // SMC; in and out: X0-X3
        translate,     // AT S1E1R; in: virtual address; out: PAR_EL1
        invalidate,    // TLBI; in: TlbInvalidation::Kind, its IPA
        code,          // IC; in: 1 on all CPUs, 0 on this one
        clean,         // DC CIVAC of each line; in: address, bytes
        barrier,       // DSB; in: its CRm
        event,         // SEV
    };

    Kind kind;
    std::array<std::uint64_t, 4> in{};
    std::array<std::uint64_t, 4> out{};
};

}  // namespace ravelin::sim
