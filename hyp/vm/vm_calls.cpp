// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/psci.hpp"
#include "hyp/vm/guest_firmware.hpp"
#include "hyp/vm/guest_trap.hpp"
#include "hyp/vm/vms.hpp"

#include <type_traits>
#include <utility>

namespace ravelin {

namespace {
template <class T>
[[nodiscard]] auto status_of (const Result<T> &result) -> std::int64_t {
    return result ? RAVELIN_SUCCESS : static_cast<std::int64_t> (result.error ());
}

/// The status, and in X1 the value of a call that succeeded and has one.
template <class T>
[[nodiscard]] auto answer (Registers &registers, const Result<T> &result) -> Next {
    if constexpr (!std::is_void_v<T>) { registers.x[1] = result.value_or (registers.x[1]); }
    return answer (registers, status_of (result));
}

/// What ID_REGISTER returns.
[[nodiscard]] auto find_id_register (hal::Cpu &cpu, std::uint64_t number, std::uint64_t ipa_bits)
    -> Result<std::uint64_t> {
    if (number < 8 || number > 63 || ipa_bits < RAVELIN_MIN_IPA_BITS || ipa_bits > RAVELIN_MAX_IPA_BITS) {
        return refuse (Status::invalid);
    }
    const hal::SystemRegister which{3, 0, 0, static_cast<std::uint8_t> (number >> 3),
                                    static_cast<std::uint8_t> (number & 7)};
    return guest_id_register (cpu, which, ipa_bits);
}

/// A vCPU that was about to run doesn't.
[[nodiscard]] auto come_back (Registers &registers, Vcpu &vcpu, std::uint64_t reason) -> Next {
    auto &x = registers.x;
    vcpu.running.store_release (0);
    x[1] = reason;
    x[2] = x[3] = x[4] = 0;
    return answer (registers, RAVELIN_SUCCESS);
}
}  // namespace

auto Vms::run (hal::Cpu &cpu, World &world, Registers &registers) -> Next {
    auto &x         = registers.x;
    const auto next = with (cpu, x[1], [&] (Locked<VmSlot> &slot, Vm &vm) -> Result<Next> {
        auto *const vcpu = vm.find_vcpu (cpu, x[2]);
        if (vcpu == nullptr) { return refuse (Status::invalid); }
        if (vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        if (!vcpu->running.exchange (0, 1)) { return refuse (Status::busy); }
        if (vm.phase.load_acquire () == Phase::made) [[unlikely]] {
            vm.phase.store_release (Phase::live);
            tell_firmware (cpu, vm);
        }
        if (const auto power = vcpu->power.load_acquire (); power != PowerState::on) [[unlikely]] {
            if (power == PowerState::off) { return come_back (registers, *vcpu, RAVELIN_EXIT_OFF); }
            vcpu->power.store_release (PowerState::on);
            vcpu->reset (vcpu->entry, vcpu->context);
        }
        const bool only = x[4] == RAVELIN_RUN_DONE_ONLY;
        if (vcpu->access.expected) [[unlikely]] { vcpu->end_access (x[3], only || x[4] == RAVELIN_RUN_DONE); }
        if (only) [[unlikely]] { return come_back (registers, *vcpu, RAVELIN_EXIT_INTERRUPT); }
        world.prepare (slot->control, *vm.vcpus[x[2]]);
        return Next::change_world;
    });
    return next ? *next : answer (registers, status_of (next));
}

auto Vms::call (hal::Cpu &cpu, GuestInterrupts &hardware, Registers &registers) -> Next {
    const auto &x       = registers.x;
    const auto function = static_cast<std::uint32_t> (x[0]);
    if (function == RAVELIN_VM_CREATE) { return answer (registers, create (cpu, x[1], x[2], x[3])); }
    if (function == RAVELIN_VM_FIND) { return answer (registers, Result<std::uint64_t>{find_vm (cpu, x[1])}); }
    if (function == RAVELIN_ID_REGISTER) { return answer (registers, find_id_register (cpu, x[1], x[2])); }
    const auto next = with (cpu, x[1], [&] (Locked<VmSlot> &slot, Vm &vm) -> Result<Next> {
        switch (function) {
        case RAVELIN_VM_ADD_RAM:  return answer (registers, add_ram (vm, x[2], x[3]));
        case RAVELIN_VM_TOP_UP:   return answer (registers, top_up (cpu, vm, x[2], x[3]));
        case RAVELIN_VM_DONATE:   return answer (registers, map (cpu, vm, {x[2], x[4]}, x[3], std::nullopt));
        case RAVELIN_VM_LEND:     return answer (registers, map (cpu, vm, {x[2], x[4]}, x[3], x[5]));
        case RAVELIN_VM_PROTECT:  return answer (registers, change (cpu, vm, {x[2], x[3]}, x[4]));
        case RAVELIN_VM_UNMAP:    return answer (registers, change (cpu, vm, {x[2], x[3]}, std::nullopt));
        case RAVELIN_VCPU_CREATE: return answer (registers, create_vcpu (cpu, vm, x[2], x[3], {x[4], x[5], x[6]}));
        case RAVELIN_VCPU_GET:    return answer (registers, access (cpu, vm, x[2], x[3], std::nullopt));
        case RAVELIN_VCPU_SET:    return answer (registers, status_of (access (cpu, vm, x[2], x[3], x[4])));
        case RAVELIN_VM_SET_GIC:  return answer (registers, set_gic (cpu, hardware, vm, {x[2], x[3]}, x[4]));
        case RAVELIN_VM_SET_TIME: return answer (registers, set_time (cpu, vm, x[2]));
        case RAVELIN_VM_SET_LINE: return answer (registers, set_line (cpu, hardware, vm, x[2], x[3]));
        case RAVELIN_GIC_GET:     return answer (registers, access_gic (cpu, vm, x[2], x[3], std::nullopt));
        case RAVELIN_GIC_SET:     return answer (registers, status_of (access_gic (cpu, vm, x[2], x[3], x[4])));
        case RAVELIN_VM_DESTROY:  vm.phase.store_release (Phase::dying); return answer (registers, RAVELIN_SUCCESS);
        case RAVELIN_VM_RECLAIM:  return answer (registers, reclaim (cpu, *slot, vm));
        default:                  return answer (registers, RAVELIN_NOT_SUPPORTED);
        }
    });
    return next ? *next : answer (registers, status_of (next));
}

}  // namespace ravelin
