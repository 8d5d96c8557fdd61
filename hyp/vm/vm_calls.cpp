// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/vm_calls.hpp"

#include <utility>

namespace ravelin {

namespace {
[[nodiscard]] auto status_of (const Result<void> &result) -> std::int64_t {
    return result ? static_cast<std::int64_t> (RAVELIN_SUCCESS) : static_cast<std::int64_t> (result.error ());
}

void set_status (Registers &registers, const Result<void> &result) {
    registers.x[0] = static_cast<std::uint64_t> (status_of (result));
}

/// The status, and in X1 the value of a call that succeeded.
void set_value (Registers &registers, const Result<std::uint64_t> &result) {
    if (result) { registers.x[1] = *result; }
    set_status (registers, result ? Result<void>{} : refuse (result.error ()));
}

}  // namespace

auto run_vcpu (hal::Cpu &cpu, Vms &vms, World &world, Registers &registers) -> Next {
    const auto held = vms.take (cpu, registers.x[1], registers.x[2]);
    if (!held) {
        set_status (registers, refuse (held.error ()));
        return Next::resume;
    }
    if (held->off) {
        set_status (registers, {});
        registers.x[1] = RAVELIN_EXIT_OFF;
        registers.x[2] = registers.x[3] = registers.x[4] = 0;
        return Next::resume;
    }
    auto &vcpu = cpu.object<Vcpu> (held->vcpu);
    if (vcpu.load.expected) [[unlikely]] { std::exchange (vcpu.load, {}).deliver (vcpu.registers, registers.x[3]); }
    world.prepare (held->vm, held->vcpu);
    return Next::change_world;
}

auto Vms::take (hal::Cpu &cpu, std::uint64_t handle, std::uint64_t number) -> Result<Held> {
    return with (cpu, handle, [&] (Locked<VmSlot> &slot, Vm &vm) -> Result<Held> {
        const auto found = vm.find_vcpu (number);
        if (!found) { return refuse (Status::invalid); }
        if (vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        auto &vcpu = cpu.object<Vcpu> (*found);
        if (!vcpu.running.exchange (0, 1)) { return refuse (Status::busy); }
        vm.phase.store_release (Phase::live);
        bool off = false;
        if (vcpu.power.load_acquire () != VcpuPower::on) [[unlikely]] {
            off = !vcpu.power.exchange (VcpuPower::pending, VcpuPower::on);
            off ? put (vcpu) : vcpu.reset (vcpu.entry, vcpu.context);
        }
        return Held{slot->control, *found, off};
    });
}

auto answer_vm_call (hal::Cpu &cpu, Vms &vms, GuestInterrupts &hardware, Registers &registers) -> Next {
    auto &x = registers.x;
    switch (static_cast<std::uint32_t> (x[0])) {
    case RAVELIN_VM_CREATE:  set_value (registers, vms.create (cpu, x[1], x[2], x[3])); break;
    case RAVELIN_VM_ADD_RAM: set_status (registers, vms.add_ram (cpu, x[1], x[2], x[3])); break;
    case RAVELIN_VM_TOP_UP:  set_status (registers, vms.top_up (cpu, x[1], x[2], x[3])); break;
    case RAVELIN_VM_DONATE:  set_status (registers, vms.donate (cpu, x[1], {x[2], x[4]}, x[3])); break;
    case RAVELIN_VM_LEND:    set_status (registers, vms.lend (cpu, x[1], {x[2], x[4]}, x[3], x[5])); break;
    case RAVELIN_VM_PROTECT: set_status (registers, vms.protect (cpu, x[1], {x[2], x[3]}, x[4])); break;
    case RAVELIN_VM_UNMAP:   set_status (registers, vms.unmap (cpu, x[1], {x[2], x[3]})); break;
    case RAVELIN_VCPU_CREATE:
        set_status (registers, vms.create_vcpu (cpu, x[1], x[2], x[3], {x[4], x[5], x[6]}));
        break;
    case RAVELIN_VCPU_GET:    set_value (registers, vms.get (cpu, x[1], x[2], x[3])); break;
    case RAVELIN_VCPU_SET:    set_status (registers, vms.set (cpu, x[1], x[2], x[3], x[4])); break;
    case RAVELIN_VM_SET_GIC:  set_status (registers, vms.set_gic (cpu, hardware, x[1], {x[2], x[3]}, x[4])); break;
    case RAVELIN_VM_SET_TIME: set_status (registers, vms.set_time (cpu, x[1], x[2])); break;
    case RAVELIN_VM_SET_LINE: set_value (registers, vms.set_line (cpu, hardware, x[1], x[2], x[3])); break;
    case RAVELIN_GIC_GET:     set_value (registers, vms.gic_get (cpu, hardware, x[1], x[2], x[3])); break;
    case RAVELIN_GIC_SET:     set_status (registers, vms.gic_set (cpu, hardware, x[1], x[2], x[3], x[4])); break;
    case RAVELIN_VM_DESTROY:  set_status (registers, vms.destroy (cpu, x[1])); break;
    case RAVELIN_VM_RECLAIM:  set_status (registers, vms.reclaim (cpu, x[1])); break;
    default:                  set_status (registers, refuse (Status::not_supported)); break;
    }
    return Next::resume;
}

}  // namespace ravelin
