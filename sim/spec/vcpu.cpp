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
    return number < RAVELIN_REGISTERS;
}

auto register_takes (std::uint64_t number, std::uint64_t value) -> bool {
    if (number == RAVELIN_REGISTER_POWER) { return value <= 1; }
    if (number != RAVELIN_REGISTER_PSTATE) { return true; }
    const std::uint64_t mode = value & mode_mask;
    return mode == mode_el0 || mode == mode_el1_sp0 || mode == mode_el1 || mode == mode_usr32;
}

auto Vcpu::value_of (std::uint64_t number) const -> std::optional<std::uint64_t> {
    if (number == RAVELIN_REGISTER_POWER) { return power == Power::off ? 0 : 1; }
    if (power == Power::pending) { return std::nullopt; }  // what it begins with is there when it begins
    switch (number) {
    case RAVELIN_REGISTER_CNTV_CTL:  return virtual_timer.control;
    case RAVELIN_REGISTER_CNTV_CVAL: return virtual_timer.compare_value;
    case RAVELIN_REGISTER_CNTP_CTL:  return physical_timer.control;
    case RAVELIN_REGISTER_CNTP_CVAL: return physical_timer.compare_value;
    default:                         break;
    }
    if (const auto found = set.find (number); found != set.end ()) { return found->second; }
    // "At EL1 with MMU and caches off, all interrupts masked": more than one value of these two says so.
    const bool open = number == RAVELIN_REGISTER_PSTATE || number == RAVELIN_REGISTER_SCTLR_EL1;
    return has_run || open ? std::nullopt : std::optional<std::uint64_t>{0};
}

void Vcpu::put (std::uint64_t number, std::uint64_t value) {
    constexpr std::uint64_t control = Timer::enable | Timer::masked;
    switch (number) {
    case RAVELIN_REGISTER_CNTV_CTL:  virtual_timer.control = value & control; return;
    case RAVELIN_REGISTER_CNTV_CVAL: virtual_timer.compare_value = value; return;
    case RAVELIN_REGISTER_CNTP_CTL:  physical_timer.control = value & control; return;
    case RAVELIN_REGISTER_CNTP_CVAL: physical_timer.compare_value = value; return;
    case RAVELIN_REGISTER_POWER:
        if (value == 0) {
            power = Power::off;
        } else if (power == Power::off) {
            power = Power::on;
        }
        return;
    default: set[number] = value; return;
    }
}

auto new_vcpu (std::uint64_t pc, std::uint64_t x0) -> Vcpu {
    return Vcpu{.set = {{RAVELIN_REGISTER_X0, x0}, {RAVELIN_REGISTER_PC, pc}}};
}

}  // namespace ravelin::spec
