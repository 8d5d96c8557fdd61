// SPDX-License-Identifier: BSD-2-Clause
// VM_SET_TIME, and what guests do with time: their physical timer, and WFI.
#include "hyp/abi/status.h"
#include "sim/spec/deliverable.hpp"
#include "sim/spec/following.hpp"
#include "sim/spec/guest.hpp"
#include "sim/spec/host_call.hpp"

#include <algorithm>
#include <bit>

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
    if (vm->phase == Phase::dying || (vm->is_protected && vm->phase != Phase::fresh)) {
        return returns_status (RAVELIN_DENIED);
    }
    if (vm->runs ()) { return returns_status (RAVELIN_BUSY); }
    vm->time_offset = call.x[2];
    return returns_status (RAVELIN_SUCCESS);
}

namespace {

/// What a write does to the timer.
void write_timer (Timer &timer, const TimerAccess &access, std::uint64_t count) {
    const std::int64_t left = static_cast<std::int32_t> (access.value);
    switch (access.which) {
    case TimerAccess::Register::control:       timer.control = access.value & (Timer::enable | Timer::masked); return;
    case TimerAccess::Register::compare_value: timer.compare_value = access.value; return;
    case TimerAccess::Register::timer_value:   timer.compare_value = count + static_cast<std::uint64_t> (left); return;
    }
}

/// A register, when the count is @p count. Of a timer that is off some is UNKNOWN.
auto read_timer (const Timer &timer, TimerAccess::Register which, std::uint64_t count) -> ExpectedRegister {
    const bool enabled = (timer.control & Timer::enable) != 0;
    ExpectedRegister expected{.kind = ExpectedRegister::Kind::value};
    switch (which) {
    case TimerAccess::Register::control:
        expected.value = timer.control | (count >= timer.compare_value ? Timer::status : 0);
        expected.known = enabled ? never : ~Timer::status;
        break;
    case TimerAccess::Register::compare_value: expected.value = timer.compare_value; break;
    case TimerAccess::Register::timer_value:
        expected.value = (timer.compare_value - count) & 0xffff'ffff;
        expected.known = enabled ? never : 0;
        break;
    }
    return expected;
}

}  // namespace

auto guest_timer (const Guest &guest, const TimerAccess &access, const Choice &choice) -> Outcome {
    Timer &timer       = guest.vcpu ().physical_timer;
    const State &state = guest.world.state;
    Outcome outcome{.next = Next::guest};
    if (access.write) {
        if (access.which == TimerAccess::Register::timer_value &&
            (choice.count < state.first_count || choice.count > state.last_count)) {
            return objects ("a count that wasn't there during the step");
        }
        guest.world.touched.gic    = guest.name ().vm;
        guest.world.touched.looked = true;
        write_timer (timer, access, choice.count);
        set_timer_wires (guest.vm (), state.first_count, state.last_count);
        return outcome;
    }
    // The bits that are the same throughout the step.
    const ExpectedRegister first = read_timer (timer, access.which, state.first_count);
    const ExpectedRegister last  = read_timer (timer, access.which, state.last_count);
    const auto differing         = std::bit_width (first.value ^ last.value);
    outcome.loads                = first;
    outcome.loads->known &= differing == 64 ? 0 : never << differing;
    return outcome;
}

auto guest_waits (const Guest &guest, const Choice &choice) -> Outcome {
    Vm &vm                     = guest.vm ();
    const State &state         = guest.world.state;
    const std::uint64_t own    = guest.name ().number;
    const bool certain         = has_certain_interrupt (vm, own);
    const bool possible        = has_possible_interrupt (vm, own);
    guest.world.touched.gic    = guest.name ().vm;
    guest.world.touched.looked = true;
    if (choice.goes_on) {
        return possible ? Outcome{.next = Next::guest} : objects ("a vCPU waits for an interrupt that hasn't come");
    }
    const std::uint64_t next = next_timer (vm, guest.vcpu (), state.first_count);
    Outcome outcome          = guest.exits (RAVELIN_EXIT_WFI, certain ? 0 : next);
    // What the guest masks may wake it, or not; and a timer may have run out already, or not yet.
    if (!certain && (possible || next <= state.last_count)) { outcome.x[2].kind = ExpectedRegister::Kind::any; }
    return outcome;
}

}  // namespace ravelin::spec
