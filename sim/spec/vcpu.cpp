// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/vcpu.hpp"

#include "hyp/abi/vm_calls.h"

namespace ravelin::spec {
namespace {

// PSTATE as SPSR_EL2 holds it.
constexpr std::uint64_t mode_mask    = 0x1f;
constexpr std::uint64_t mode_el0     = 0x00;
constexpr std::uint64_t mode_el1_sp0 = 0x04;
constexpr std::uint64_t mode_el1     = 0x05;
constexpr std::uint64_t mode_usr32   = 0x10;  // AArch32 at EL0

}  // namespace

auto PendingLoad::delivers (std::uint64_t value) const -> std::uint64_t {
    const unsigned bits = size * 8;
    if (bits < 64) {
        const std::uint64_t sign = 1ULL << (bits - 1);
        value &= (1ULL << bits) - 1;
        value = sign_extends ? (value ^ sign) - sign : value;
    }
    return wide ? value : value & 0xffff'ffff;
}

auto is_register (std::uint64_t number) -> bool {
    return number <= RAVELIN_REGISTER_FPSR || (number >= RAVELIN_REGISTER_V0_LOW && number < RAVELIN_REGISTERS);
}

auto register_takes (std::uint64_t number, std::uint64_t value) -> bool {
    if (number != RAVELIN_REGISTER_PSTATE) { return true; }
    const std::uint64_t mode = value & mode_mask;
    return mode == mode_el0 || mode == mode_el1_sp0 || mode == mode_el1 || mode == mode_usr32;
}

auto Vcpu::value_of (std::uint64_t number) const -> std::optional<std::uint64_t> {
    if (const auto found = set.find (number); found != set.end ()) { return found->second; }
    // "At EL1 with MMU and caches off, all interrupts masked": more than one value of these two says so.
    const bool open = number == RAVELIN_REGISTER_PSTATE || number == RAVELIN_REGISTER_SCTLR_EL1;
    return has_run || open ? std::nullopt : std::optional<std::uint64_t>{0};
}

auto new_vcpu (std::uint64_t pc, std::uint64_t x0) -> Vcpu {
    return Vcpu{.set = {{RAVELIN_REGISTER_X0, x0}, {RAVELIN_REGISTER_PC, pc}}};
}

}  // namespace ravelin::spec
