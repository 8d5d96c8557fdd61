// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/timer_replica.hpp"

#include "sim/machine/violation.hpp"

namespace ravelin::sim {

using namespace hal::sysreg;
using Which = GenericTimer::Which;

void TimerReplica::set (const GenericTimer &machine, Ticks now, Ticks offset) {
    // Its clock is reset with it: the machine's may have been at another moment for another input.
    clock_ = Clock{clock_.frequency ()};
    clock_.advance_to (now);
    timer_.set_virtual_offset (offset);
    for (const auto which : GenericTimer::all) {
        timer_.set_compare_value (which, machine.compare_value (which));
        timer_.set_control (which, machine.control (which));
    }
}

auto TimerReplica::read (hal::SystemRegister which) -> std::optional<std::uint64_t> {
    if (which == cntpct_el0) {
        // As the simulated HAL has it.
        clock_.advance_to (clock_.now () + 1);
        return timer_.physical_count ();
    }
    if (which == cnthp_ctl_el2) { return timer_.control (Which::physical_el2); }
    if (which == cntv_ctl_el0) { return timer_.control (Which::virtual_el1); }
    if (which == cntv_cval_el0) { return timer_.compare_value (Which::virtual_el1); }
    return std::nullopt;
}

void TimerReplica::write (hal::SystemRegister which, std::uint64_t value) {
    if (which == cntvoff_el2) { timer_.set_virtual_offset (value); }
    if (which == cnthp_ctl_el2) { timer_.set_control (Which::physical_el2, value); }
    if (which == cnthp_cval_el2) { timer_.set_compare_value (Which::physical_el2, value); }
    if (which == cntv_ctl_el0) { timer_.set_control (Which::virtual_el1, value); }
    if (which == cntv_cval_el0) { timer_.set_compare_value (Which::virtual_el1, value); }
}

auto TimerReplica::difference (const GenericTimer &machine, Ticks now) const -> std::optional<std::string> {
    const auto told = [] (const std::string &what, std::uint64_t library, std::uint64_t image) {
        return what + ": library " + hex (library) + ", image " + hex (image);
    };
    if (clock_.now () != now) { return told ("the count after all reads of CNTPCT_EL0", now, clock_.now ()); }
    if (timer_.virtual_count () != machine.virtual_count ()) {
        return told ("CNTVCT_EL0", machine.virtual_count (), timer_.virtual_count ());
    }
    for (const auto which : GenericTimer::all) {
        const auto number = std::to_string (static_cast<unsigned> (which));
        if (machine.control (which) != timer_.control (which)) {
            return told ("control of timer " + number, machine.control (which), timer_.control (which));
        }
        if (machine.compare_value (which) != timer_.compare_value (which)) {
            return told ("compare value of timer " + number, machine.compare_value (which),
                         timer_.compare_value (which));
        }
    }
    return std::nullopt;
}

}  // namespace ravelin::sim
