// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/script_operation.hpp"

#include <cstdint>

/// The kernel that a script plays, of the host or of a guest.
namespace ravelin::sim::scripted_host {

inline constexpr std::uint64_t vectors          = 0xffff'8000'0008'0000;  // VBAR_EL1
inline constexpr std::uint64_t from_el1h        = 0x200;                  // in it: synchronous, from the same level
inline constexpr std::uint64_t from_el0         = 0x400;                  // in it: synchronous, from AArch64 below
inline constexpr std::uint64_t el1h             = 0x3c5;                  // PSTATE: EL1 with its own stack, all masked
inline constexpr std::uint64_t el0              = 0x000;                  // PSTATE: EL0
inline constexpr std::uint64_t mode_bits        = 0x1f;                   // PSTATE: M
inline constexpr std::uint64_t instruction_size = 4;

// The register that loads and stores move their data by, any but X0.
inline constexpr unsigned transfer_register = 5;

inline constexpr std::uint64_t wfi_syndrome = 0x01UL << 26 | 1UL << 25;  // EC: WFI or WFE; IL

/// PSTATE while @p operation is executed.
[[nodiscard]] inline auto pstate_of (const Operation &operation) -> std::uint64_t {
    return operation.access.from_el0 ? el0 : el1h;
}

/// What a trap of @p operation makes ELR_EL2, from the instruction on: HVC has been executed when it traps.
[[nodiscard]] inline auto preferred_return (const Operation &operation) -> std::uint64_t {
    return operation.kind == Operation::Kind::hvc ? instruction_size : 0;
}

}  // namespace ravelin::sim::scripted_host
