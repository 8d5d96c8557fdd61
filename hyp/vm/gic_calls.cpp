// SPDX-License-Identifier: BSD-2-Clause
// VM_SET_GIC, VM_SET_TIME, VM_SET_LINE, GIC_GET, GIC_SET.
#include "hyp/vm/batch.hpp"
#include "hyp/vm/vms.hpp"

#include <new>

namespace ravelin {

namespace {
constexpr std::uint64_t intid_limit = 1020;  // INTIDs from here on have a meaning of their own

[[nodiscard]] auto pages_at (std::uint64_t ipa, std::uint64_t pages) -> IpaRange {
    return {as_address<Ipa> (ipa), pages * page_size};
}

[[nodiscard]] auto has_intid (hal::Cpu &cpu, const Vm &vm, std::uint64_t intid) -> bool {
    if (!vm.has_gic ()) { return false; }
    Locked<Distributor> gic{cpu, cpu.object<Guarded<Distributor>> (vm.gic)};
    return intid >= Distributor::banked && intid < intid_limit && intid / Distributor::banked < gic->banks;
}

/// A register of the CPU interface that GICH keeps: where, and which bits there are in what place.  [IHI 0048B, 4.4]
struct KeptRegister {
    std::uint64_t offset;
    Bits32 kept;
    unsigned shift;
    std::uint32_t least;  // what it reads as at least: hardware sees to that, but only of one that has run
};
constexpr std::array machine_control{
    KeptRegister{0x00, gich_vmcr::control, 0, 0},
    KeptRegister{0x04, gich_vmcr::priority_mask, 3, 0},
    KeptRegister{0x08, gich_vmcr::binary_point, 0, 2},
    KeptRegister{0x1c, gich_vmcr::aliased_point, 0, 3},
};
constexpr std::uint64_t gicc_apr0 = 0xd0;

[[nodiscard]] auto find_kept (std::uint64_t offset) -> const KeptRegister * {
    const auto *const found = std::ranges::find (machine_control, offset, &KeptRegister::offset);
    return found == machine_control.end () ? nullptr : found;
}

[[nodiscard]] auto is_register (std::uint64_t which) -> bool {
    const auto offset = which - RAVELIN_GICC;
    return which % sizeof (std::uint32_t) == 0 &&
           (which < RAVELIN_GICC || offset == gicc_apr0 || find_kept (offset) != nullptr);
}

[[nodiscard]] auto get_interface (const VirtualInterface::State &state, std::uint64_t offset) -> std::uint32_t {
    const auto *const found = find_kept (offset);
    if (found == nullptr) { return state.active_priorities; }
    return std::max (found->kept.get (state.machine_control) << found->shift, found->least);
}

void set_interface (VirtualInterface::State &state, std::uint64_t offset, std::uint32_t value) {
    if (const auto *const found = find_kept (offset)) {
        state.machine_control = found->kept.set (state.machine_control, value >> found->shift);
    } else {
        state.active_priorities = value;
    }
}
}  // namespace

auto Vms::set_gic (hal::Cpu &cpu, const GuestInterrupts &hardware, std::uint64_t handle, const GicPlace &place,
                   std::uint64_t intids) -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const IpaRange distributor   = pages_at (place.distributor, RAVELIN_GICD_PAGES);
        const IpaRange cpu_interface = pages_at (place.cpu_interface, RAVELIN_GICC_PAGES);
        const bool aligned           = (place.distributor | place.cpu_interface) % page_size == 0;
        const bool possible =
            intids % Distributor::banked == 0 && intids >= RAVELIN_MIN_INTIDS && intids <= RAVELIN_MAX_INTIDS;
        if (!aligned || !possible || !vm.is_ipa (distributor) || !vm.is_ipa (cpu_interface) ||
            distributor.overlaps (cpu_interface)) {
            return refuse (Status::invalid);
        }
        if (vm.phase.load_acquire () != Phase::made) { return refuse (Status::denied); }
        if (vm.has_gic () || vm.overlaps_ram (distributor) || vm.overlaps_ram (cpu_interface)) {
            return refuse (Status::exists);
        }
        const IpaRange mapped{cpu_interface.start, page_size};
        if (vm.pool.available () < 1 + vm.stage2.tables_to_map (cpu, mapped)) { return refuse (Status::no_memory); }

        const auto page = vm.pool.allocate (cpu);
        if (!page || !vm.stage2.map (cpu, vm.pool, mapped, hardware.cpu_interface, Vm::Kind::device)) {
            cpu.panic ("a VM's pool is smaller than it was");
        }
        cpu.dsb<hal::Dsb::ishst> ();
        auto &gic = (new (&cpu.object<Guarded<Distributor>> (*page)) Guarded<Distributor>{})->at_rest ();
        gic.begin (static_cast<std::uint32_t> (intids) / Distributor::banked, vm.vcpu_limit);
        vm.gic                = *page;
        vm.distributor_page   = place.distributor / page_size;
        vm.cpu_interface_page = place.cpu_interface / page_size;
        return {};
    });
}

auto Vms::set_time (hal::Cpu &cpu, std::uint64_t handle, std::uint64_t offset) -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        if (vm.phase.load_acquire () != Phase::made) { return refuse (Status::denied); }
        vm.counter_offset = offset;
        return {};
    });
}

auto Vms::set_line (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t handle, std::uint64_t intid,
                    std::uint64_t level) -> Result<std::uint64_t> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<std::uint64_t> {
        if (level > 1 || !has_intid (cpu, vm, intid)) { return refuse (Status::invalid); }
        if (vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        VirtualGic gic{cpu, hardware, vm, nullptr};
        gic.set_line (static_cast<std::uint32_t> (intid), level != 0);
        return gic.to_wake ();
    });
}

template <class Action>
auto Vms::with_gic (hal::Cpu &cpu, std::uint64_t handle, std::uint64_t number, std::uint64_t which,
                    const Action &action) -> std::invoke_result_t<Action, Vm &, Vcpu &> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> std::invoke_result_t<Action, Vm &, Vcpu &> {
        const auto vcpu = vm.find_vcpu (number);
        if (!vcpu || !vm.has_gic () || !is_register (which)) { return refuse (Status::invalid); }
        if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        return runs (cpu, vm) ? refuse (Status::busy) : action (vm, cpu.object<Vcpu> (*vcpu));
    });
}

auto Vms::gic_get (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t handle, std::uint64_t number,
                   std::uint64_t which) -> Result<std::uint64_t> {
    return with_gic (cpu, handle, number, which, [&] (Vm &vm, const Vcpu &vcpu) -> Result<std::uint64_t> {
        if (which >= RAVELIN_GICC) { return get_interface (vcpu.interface, which - RAVELIN_GICC); }
        return VirtualGic{cpu, hardware, vm, nullptr}.get (vcpu.number, which);
    });
}

auto Vms::gic_set (hal::Cpu &cpu, GuestInterrupts &hardware, std::uint64_t handle, std::uint64_t number,
                   std::uint64_t which, std::uint64_t value) -> Result<void> {
    if (value >> 32 != 0) { return refuse (Status::invalid); }
    const auto word = static_cast<std::uint32_t> (value);
    return with_gic (cpu, handle, number, which, [&] (Vm &vm, Vcpu &vcpu) -> Result<void> {
        if (which >= RAVELIN_GICC) {
            set_interface (vcpu.interface, which - RAVELIN_GICC, word);
        } else if (which != Distributor::sgir) {
            VirtualGic{cpu, hardware, vm, nullptr}.set (vcpu.number, which, word);
        }
        return {};
    });
}

}  // namespace ravelin
