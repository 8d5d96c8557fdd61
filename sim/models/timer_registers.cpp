// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/timer_registers.hpp"

#include "hyp/core/bit_field.hpp"

namespace ravelin::sim {

namespace {
using Which = GenericTimer::Which;

// CNTKCTL_EL1, and CNTHCTL_EL2 while HCR_EL2.E2H is 0.
constexpr Bits64 el0_physical_count{0, 0};  // EL0PCTEN
constexpr Bits64 el0_virtual_count{1, 1};   // EL0VCTEN
constexpr Bits64 el0_virtual_timer{8, 8};   // EL0VTEN
constexpr Bits64 el0_physical_timer{9, 9};  // EL0PTEN
constexpr Bits64 el1_physical_count{0, 0};  // EL1PCTEN
constexpr Bits64 el1_physical_timer{1, 1};  // EL1PCEN

// CRm, which says what the register belongs to.
constexpr unsigned counter        = 0;
constexpr unsigned physical_timer = 2;
constexpr unsigned virtual_timer  = 3;

// Op2 of the counter's registers, and of a timer's.
constexpr unsigned frequency      = 0;
constexpr unsigned physical_count = 1;
constexpr unsigned virtual_count  = 2;
constexpr unsigned timer_value    = 0;
constexpr unsigned control        = 1;
constexpr unsigned compare_value  = 2;

[[nodiscard]] auto el0_may (hal::SystemRegister which, std::uint64_t kernel_control) -> bool {
    switch (which.crm) {
    case physical_timer: return el0_physical_timer.any (kernel_control);
    case virtual_timer:  return el0_virtual_timer.any (kernel_control);
    default:             break;
    }
    switch (which.op2) {
    case physical_count: return el0_physical_count.any (kernel_control);
    case virtual_count:  return el0_virtual_count.any (kernel_control);
    default:             return el0_physical_count.any (kernel_control) || el0_virtual_count.any (kernel_control);
    }
}

[[nodiscard]] auto timer_of (hal::SystemRegister which) -> Which {
    return which.crm == virtual_timer ? Which::virtual_el1 : Which::physical_el1;
}
}  // namespace

auto TimerRegisters::allows (hal::SystemRegister which, const TimerAccess &access) -> bool {
    if (access.exception_level == 0 && !el0_may (which, access.kernel_control)) { return false; }
    if (which.crm == physical_timer) { return el1_physical_timer.any (access.hypervisor_control); }
    return which.crm != counter || which.op2 != physical_count || el1_physical_count.any (access.hypervisor_control);
}

auto TimerRegisters::read (hal::SystemRegister which) const -> std::optional<std::uint64_t> {
    if (!has (which)) { return std::nullopt; }
    if (which.crm == counter) {
        switch (which.op2) {
        case frequency:      return clock_.frequency ();
        case physical_count: return timer_.physical_count ();
        default:             return timer_.virtual_count ();
        }
    }
    switch (which.op2) {
    case timer_value: return timer_.timer_value (timer_of (which));
    case control:     return timer_.control (timer_of (which));
    default:          return timer_.compare_value (timer_of (which));
    }
}

auto TimerRegisters::write (hal::SystemRegister which, std::uint64_t value) -> bool {
    if (!has (which) || which.crm == counter) { return false; }
    switch (which.op2) {
    case timer_value:   timer_.set_timer_value (timer_of (which), value); return true;
    case control:       timer_.set_control (timer_of (which), value); return true;
    case compare_value: timer_.set_compare_value (timer_of (which), value); return true;
    default:            return false;
    }
}

}  // namespace ravelin::sim
