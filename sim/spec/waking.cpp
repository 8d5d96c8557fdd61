// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/waking.hpp"

#include "sim/spec/delivery.hpp"

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

/// Whether an SPI can be delivered, none of its targets runs, and none of those that don't mask it is in @p known.
auto is_anothers (const Vm &vm, VcpuMask known) -> bool {
    const VcpuMask running = those_of (vm, [] (std::uint64_t, const Vcpu &vcpu) { return vcpu.running; });
    bool found             = false;
    vm.controller ().for_each_busy_spi ([&] (std::uint32_t, const Interrupt &interrupt) {
        const bool doubtful = interrupt.pending_in_doubt || interrupt.active_in_doubt;
        if (doubtful || !vm.controller ().deliverable (interrupt) ||
            (vm.controller ().targets (interrupt) & running) != 0) {
            return;
        }
        const VcpuMask able = receivers (vm, interrupt);
        found               = found || (able != 0 && (able & known) == 0);
    });
    return found;
}

}  // namespace

auto certainly_ready (const Vm &vm) -> VcpuMask {
    return those_of (vm, [&vm] (std::uint64_t number, const Vcpu &vcpu) {
        return !vcpu.running && has_certain_interrupt (vm, number);
    });
}

auto objection_to_waking (const Vm &vm, VcpuMask woken, VcpuMask ready) -> std::string_view {
    if (!vm.gic) { return woken == 0 ? std::string_view{} : "a vCPU is woken by an interrupt of no GIC"; }
    const VcpuMask possible = those_of (vm, [&vm] (std::uint64_t number, const Vcpu &vcpu) {
        return !vcpu.running && (vcpu.power == Power::pending || has_possible_interrupt (vm, number));
    });
    if ((woken & ~possible) != 0) { return "a vCPU is woken that runs, is off or has nothing to do"; }
    // An SPI that more than one vCPU may take wakes one of them.
    const VcpuMask known = woken | ready;
    if ((certainly_ready (vm) & ~known) != 0 || is_anothers (vm, known)) {
        return "a vCPU that has something to do is not woken";
    }
    return {};
}

}  // namespace ravelin::spec
