// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

/// The host that a script plays.
namespace ravelin::sim::scripted_host
{

inline constexpr std::uint64_t vectors          = 0xffff'8000'0008'0000;  // VBAR_EL1
inline constexpr std::uint64_t from_el1h        = 0x200;  // in it: synchronous, from the same level
inline constexpr std::uint64_t from_el0         = 0x400;  // in it: synchronous, from AArch64 below
inline constexpr std::uint64_t el1h             = 0x3c5;  // PSTATE: EL1 with its own stack, all masked
inline constexpr std::uint64_t el0              = 0x000;  // PSTATE: EL0
inline constexpr std::uint64_t mode_bits        = 0x1f;   // PSTATE: M
inline constexpr std::uint64_t instruction_size = 4;

}  // namespace ravelin::sim::scripted_host
