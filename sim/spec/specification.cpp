// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/specification.hpp"

#include <stdexcept>

namespace ravelin::spec {

Specification::Specification (const Setup &setup)
    : world_{.state   = State{.memory       = Memory{setup.ram, setup.ravelin},
                              .vms          = {},
                              .used_handles = {},
                              .cpus         = std::vector<std::optional<VcpuName>> (setup.cpus)},
             .touched = {}} {}

auto Specification::host_call (std::size_t cpu, const CallRegisters &x, const Choice &choice) -> Outcome {
    if (world_.state.cpus.at (cpu)) { throw std::logic_error ("a CPU in a guest can't make a call of the host's"); }
    world_.touched.pages.clear ();
    world_.touched.mappings.clear ();

    const HostCall call{world_, cpu, x, choice};
    switch (static_cast<std::uint32_t> (x[0])) {
    case RAVELIN_VM_CREATE:   return vm_create (call);
    case RAVELIN_VM_ADD_RAM:  return vm_add_ram (call);
    case RAVELIN_VM_TOP_UP:   return vm_top_up (call);
    case RAVELIN_VM_DONATE:   return vm_donate (call);
    case RAVELIN_VM_LEND:     return vm_lend (call);
    case RAVELIN_VM_PROTECT:  return vm_protect (call);
    case RAVELIN_VM_UNMAP:    return vm_unmap (call);
    case RAVELIN_VCPU_CREATE: return vcpu_create (call);
    case RAVELIN_VCPU_RUN:    return vcpu_run (call);
    case RAVELIN_VCPU_GET:    return vcpu_get (call);
    case RAVELIN_VCPU_SET:    return vcpu_set (call);
    case RAVELIN_VM_DESTROY:  return vm_destroy (call);
    case RAVELIN_VM_RECLAIM:  return vm_reclaim (call);
    default:                  return Outcome{.next = Next::unspecified};
    }
}

auto Specification::guest_call (std::size_t cpu, const GuestRegisters &x) -> Outcome {
    return spec::guest_call (guest (cpu), x);
}

auto Specification::guest_fault (std::size_t cpu, const GuestFault &fault) -> Outcome {
    return spec::guest_fault (guest (cpu), fault);
}

auto Specification::guest_waits (std::size_t cpu) -> Outcome {
    return guest (cpu).exits (RAVELIN_EXIT_WFI);
}

auto Specification::interrupt (std::size_t cpu) -> Outcome {
    return guest (cpu).exits (RAVELIN_EXIT_INTERRUPT);
}

auto Specification::host_reaches (PageNumber pa) const -> bool {
    const Page *const page = world_.state.memory.find (pa);
    return page != nullptr && spec::host_reaches (*page);
}

auto Specification::mapping (Handle handle, PageNumber ipa) const -> const Mapping * {
    const Vm *const vm = world_.state.vm (handle);
    return vm == nullptr ? nullptr : vm->space.find (ipa);
}

auto Specification::guest (std::size_t cpu) -> Guest {
    const Guest found{world_, cpu};
    (void)found.name ();
    world_.touched.pages.clear ();
    world_.touched.mappings.clear ();
    return found;
}

}  // namespace ravelin::spec
