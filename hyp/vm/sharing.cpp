// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/vms.hpp"

namespace ravelin {

auto Vms::find (hal::Cpu &cpu, Vm &vm, Ipa ipa) -> Vm::Stage2::Leaf {
    const Locked<VmSlot> slot{cpu, slot_of (vm)};
    return vm.stage2.find (cpu, ipa);
}

auto Vms::set_sharing (hal::Cpu &cpu, Vm &vm, Ipa page, bool shared) -> Sharing {
    if (!page.is_aligned (page_size) || !vm.is_ram ({page, page_size})) { return Sharing::invalid; }
    const Locked<VmSlot> slot{cpu, slot_of (vm)};
    const auto pa = vm.stage2.translate (cpu, page);
    if (!pa) { return Sharing::absent; }
    Locked<HostMemory> memory{cpu, memory_};
    const auto state = memory->state (cpu, *pa);
    if (!state || state->is_shared () == shared) { return Sharing::invalid; }
    if (shared) {
        memory->share (cpu, *pa);
    } else {
        memory->unshare (cpu, *pa);
    }
    return Sharing::done;
}

auto Vms::share (hal::Cpu &cpu, Vm &vm, Ipa page) -> Sharing {
    return set_sharing (cpu, vm, page, true);
}

auto Vms::unshare (hal::Cpu &cpu, Vm &vm, Ipa page) -> Sharing {
    const auto done = set_sharing (cpu, vm, page, false);
    // A page that isn't there is none that was shared.
    return done == Sharing::absent ? Sharing::invalid : done;
}

}  // namespace ravelin
