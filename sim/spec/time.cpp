// SPDX-License-Identifier: BSD-2-Clause
// VM_SET_TIME, and what guests do with time: their physical timer, and WFI.
#include "hyp/abi/status.h"
#include "sim/spec/delivery.hpp"
#include "sim/spec/guest.hpp"
#include "sim/spec/host_call.hpp"

#include <algorithm>

namespace ravelin::spec {
namespace {

constexpr std::uint64_t never = ~0ULL;

/// When a timer that hasn't run out does, given its count now.
auto left (const Timer &timer, std::uint64_t count) -> std::uint64_t {
    return timer.runs () && timer.compare_value > count ? timer.compare_value - count : never;
}

/// What CNTPCT_EL0 will be when the next of a vCPU's timers runs out; all ones: none does.
auto next_timer (const Vm &vm, const Vcpu &vcpu, std::uint64_t count) -> std::uint64_t {
    const std::uint64_t next =
        std::min (left (vcpu.virtual_timer, count - vm.time_offset), left (vcpu.physical_timer, count));
    return next > never - count ? never : count + next;
}

}  // namespace

auto vm_set_time (const HostCall &call) -> Outcome {
    Vm *const vm = call.vm ();
    if (vm == nullptr) { return returns_status (RAVELIN_INVALID); }
    if (vm->phase != Phase::fresh) { return returns_status (RAVELIN_DENIED); }
    vm->time_offset = call.x[2];
    return returns_status (RAVELIN_SUCCESS);
}

auto guest_timer (const Guest &guest, const TimerAccess &access) -> Outcome {
    using Register            = TimerAccess::Register;
    Timer &timer              = guest.vcpu ().physical_timer;
    const std::uint64_t count = guest.world.state.count;
    guest.world.touched.gic   = guest.name ().vm;
    Outcome outcome{.next = Next::guest};
    if (access.write) {
        const auto signed_value = static_cast<std::int32_t> (access.value);
        switch (access.which) {
        case Register::control:       timer.control = access.value & (Timer::enable | Timer::masked); break;
        case Register::compare_value: timer.compare_value = access.value; break;
        case Register::timer_value:
            timer.compare_value = count + static_cast<std::uint64_t> (std::int64_t{signed_value});
            break;
        }
        set_timer_wires (guest.vm (), count);
        return outcome;
    }
    ExpectedRegister expected{.kind = ExpectedRegister::Kind::value};
    const bool enabled = (timer.control & Timer::enable) != 0;
    switch (access.which) {
    case Register::control:
        // ISTATUS is UNKNOWN of a timer that is off.
        expected.value = timer.control | (count >= timer.compare_value ? Timer::status : 0);
        expected.known = enabled ? never : ~Timer::status;
        break;
    case Register::compare_value: expected.value = timer.compare_value; break;
    case Register::timer_value:
        expected.value = (timer.compare_value - count) & 0xffff'ffff;
        expected.known = enabled ? never : 0;
        break;
    }
    outcome.loads = expected;
    return outcome;
}

auto guest_waits (const Guest &guest, const Choice &choice) -> Outcome {
    Vm &vm                  = guest.vm ();
    const std::uint64_t own = guest.name ().number;
    if (choice.goes_on) {
        return has_possible_interrupt (vm, own) ? Outcome{.next = Next::guest}
                                                : objects ("a vCPU waits for an interrupt that hasn't come");
    }
    const std::uint64_t next = next_timer (vm, guest.vcpu (), guest.world.state.count);
    const bool certain       = has_certain_interrupt (vm, own);
    const bool possible      = has_possible_interrupt (vm, own);
    Outcome outcome          = guest.exits (RAVELIN_EXIT_WFI, certain ? 0 : next);
    // What the guest masks may wake it, or not.
    if (possible && !certain) { outcome.x[2].kind = ExpectedRegister::Kind::any; }
    return outcome;
}

}  // namespace ravelin::spec
