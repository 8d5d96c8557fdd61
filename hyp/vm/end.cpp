// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/vms.hpp"

namespace ravelin {

template <class Action>
auto Vms::all_vms (hal::Cpu &cpu, const Action &action) -> bool {
    bool all = true;
    for (auto &each : slots_) {
        Locked<VmSlot> slot{cpu, each};
        if (slot->alive) { all &= action (*slot, cpu.object<Vm> (slot->control)); }
    }
    return all;
}

auto Vms::end (hal::Cpu &cpu) -> bool {
    const auto begin_to_die = [&cpu] (VmSlot & /*slot*/, Vm &vm) {
        vm.phase.store_release (Phase::dying);
        return !runs (cpu, vm);
    };
    // Its control block is about to go: no handle may lead there. One that another CPU has made meanwhile lives.
    const auto die = [] (VmSlot &slot, const Vm &vm) {
        slot.alive = vm.phase.load_acquire () != Phase::dying;
        return !slot.alive;
    };
    if (!all_vms (cpu, begin_to_die) || !all_vms (cpu, die)) { return false; }
    // From here on a new one gets no page, and so no secret.
    Locked<HostMemory> memory{cpu, memory_};
    memory->scrub_vms (cpu);
    return true;
}

}  // namespace ravelin
