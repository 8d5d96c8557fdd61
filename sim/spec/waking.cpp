// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/waking.hpp"

#include "sim/spec/deliverable.hpp"

#include <algorithm>

namespace ravelin::spec {
namespace {

/// Those that are not off and satisfy @p condition (vCPU).
template <class Condition>
auto those_of (const Vm &vm, Condition condition) -> VcpuMask {
    VcpuMask mask = 0;
    for (std::uint64_t number = 0; number < vm.vcpus.size (); ++number) {
        const Vcpu *const vcpu = vm.vcpu (number);
        if (vcpu != nullptr && vcpu->power != Power::off && condition (number, *vcpu)) { mask |= 1ULL << number; }
    }
    return mask;
}

/// Those that would be interrupted by it if they ran.
auto receivers (const Vm &vm, const Interrupt &interrupt) -> VcpuMask {
    const unsigned targets = vm.controller ().targets (interrupt);
    return those_of (vm, [&] (std::uint64_t number, const Vcpu &vcpu) {
        return (targets >> number & 1) != 0 && !is_masked (vcpu.interface, interrupt);
    });
}

/// The SPIs that can be delivered, and none of whose targets runs.
auto waiting_spis (const Vm &vm) -> std::vector<std::uint32_t> {
    const VcpuMask running = those_of (vm, [] (std::uint64_t, const Vcpu &vcpu) { return vcpu.running; });
    std::vector<std::uint32_t> found;
    vm.controller ().for_each_busy_spi ([&] (std::uint32_t intid, const Interrupt &interrupt) {
        const bool doubtful = interrupt.may_be_pending () || interrupt.active_in_doubt ||
                              was_offered_elsewhere (vm, vm.vcpus.size (), intid);
        const bool waits = !doubtful && vm.controller ().deliverable (interrupt) &&
                           (vm.controller ().targets (interrupt) & running) == 0;
        if (waits) { found.push_back (intid); }
    });
    return found;
}

auto possibly_ready (const Vm &vm) -> VcpuMask {
    return those_of (vm, [&vm] (std::uint64_t number, const Vcpu &vcpu) {
        return !vcpu.running && (vcpu.power == Power::pending || has_possible_interrupt (vm, number));
    });
}

auto certainly_ready (const Vm &vm) -> VcpuMask {
    return those_of (vm, [&vm] (std::uint64_t number, const Vcpu &vcpu) {
        return !vcpu.running && has_certain_interrupt (vm, number);
    });
}

}  // namespace

auto known (const Vm &vm) -> Known {
    // Whoever turned a vCPU on has been told to have it run.
    const VcpuMask begin = those_of (vm, [] (std::uint64_t, const Vcpu &vcpu) { return vcpu.power == Power::pending; });
    return {.ready    = certainly_ready (vm) | begin,
            .possible = possibly_ready (vm),
            .spis     = vm.gic ? waiting_spis (vm) : std::vector<std::uint32_t>{}};
}

auto objection_to_waking (const Vm &vm, VcpuMask woken) -> std::string_view {
    if (!vm.gic) { return woken == 0 ? std::string_view{} : "a vCPU is woken by an interrupt of no GIC"; }
    return (woken & ~possibly_ready (vm)) == 0 ? std::string_view{}
                                               : "a vCPU is woken that runs, is off or has nothing to do";
}

auto objection_to_waking (const Vm &vm, VcpuMask woken, const Known &before) -> std::string_view {
    const VcpuMask since = woken & ~before.possible;
    if (const auto why = objection_to_waking (vm, vm.gic ? since : woken); !why.empty () || !vm.gic) { return why; }
    const VcpuMask told = woken | before.ready;
    // An SPI that more than one vCPU may take wakes one of them.
    const bool anothers = std::ranges::any_of (waiting_spis (vm), [&] (std::uint32_t intid) {
        const VcpuMask able = receivers (vm, vm.controller ().at (0, intid));
        return able != 0 && (able & told) == 0 && !std::ranges::binary_search (before.spis, intid);
    });
    return (certainly_ready (vm) & ~told) != 0 || anothers ? "a vCPU that has something to do is not woken"
                                                           : std::string_view{};
}

}  // namespace ravelin::spec
