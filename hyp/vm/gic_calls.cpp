// SPDX-License-Identifier: BSD-2-Clause
// VM_SET_GIC, VM_SET_TIME, VM_SET_LINE, GIC_GET, GIC_SET.
#include "hyp/vm/batch.hpp"
#include "hyp/vm/vms.hpp"

#include <new>

namespace ravelin {

namespace {
constexpr std::uint64_t intid_limit = 1020;  // INTIDs from here on have a meaning of their own

/// A register of the CPU interface that GICH keeps: in which of its words, and which bits there are in what place.
/// [IHI 0048B, 4.4]
struct KeptRegister {
    std::uint64_t offset;
    std::uint32_t VirtualInterface::State::*word;
    Bits32 kept;
    unsigned shift;

    // Hardware sees to these, but only of one that has run.
    std::uint32_t least;             // what it reads as at least
    std::uint32_t implemented{~0U};  // the bits that there are
};
/// Of GICC_CTLR: EnableGrp0, EnableGrp1, AckCtl, FIQEn, CBPR, EOImode.  [5.3.3]
constexpr std::uint32_t implemented_control = 0x21f;
constexpr std::array kept_registers{
    KeptRegister{0x00, &VirtualInterface::State::machine_control, gich_vmcr::control, 0, 0, implemented_control},
    KeptRegister{0x04, &VirtualInterface::State::machine_control, gich_vmcr::priority_mask, 3, 0},
    KeptRegister{0x08, &VirtualInterface::State::machine_control, gich_vmcr::binary_point, 0, 2},
    KeptRegister{0x1c, &VirtualInterface::State::machine_control, gich_vmcr::aliased_point, 0, 3},
    KeptRegister{0xd0, &VirtualInterface::State::active_priorities, {31, 0}, 0, 0},
};

[[nodiscard]] auto find_kept (std::uint64_t which) -> const KeptRegister * {
    const auto *const found = std::ranges::find (kept_registers, which - RAVELIN_GICC, &KeptRegister::offset);
    return found == kept_registers.end () ? nullptr : found;
}
}  // namespace

auto Vms::set_gic (hal::Cpu &cpu, const GuestInterrupts &hardware, Vm &vm, const GicPlace &place, std::uint64_t intids)
    -> Result<void> {
    const IpaRange distributor{as_address<Ipa> (place.distributor), RAVELIN_GICD_PAGES * page_size};
    const IpaRange cpu_interface{as_address<Ipa> (place.cpu_interface), RAVELIN_GICC_PAGES * page_size};
    const bool aligned = (place.distributor | place.cpu_interface) % page_size == 0;
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
}

auto Vms::set_time (hal::Cpu &cpu, Vm &vm, std::uint64_t offset) -> Result<void> {
    const auto phase = vm.phase.load_acquire ();
    if (phase == Phase::dying || (vm.is_protected && phase != Phase::made)) { return refuse (Status::denied); }
    if (runs (cpu, vm)) { return refuse (Status::busy); }
    vm.counter_offset = offset;
    return {};
}

auto Vms::set_line (hal::Cpu &cpu, GuestInterrupts &hardware, Vm &vm, std::uint64_t intid, std::uint64_t level)
    -> Result<std::uint64_t> {
    if (level > 1 || !vm.has_gic () || intid < Distributor::banked || intid >= intid_limit ||
        intid / Distributor::banked >= cpu.object<Guarded<Distributor>> (vm.gic).at_rest ().banks) {
        return refuse (Status::invalid);
    }
    if (vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    VirtualGic gic{cpu, hardware, vm, nullptr};
    gic.set_line (static_cast<std::uint32_t> (intid), level != 0);
    return gic.to_wake ();
}

auto Vms::access_gic (hal::Cpu &cpu, const Vm &vm, std::uint64_t number, std::uint64_t which,
                      std::optional<std::uint64_t> value) -> Result<std::uint64_t> {
    if (value.value_or (0) >> 32 != 0) { return refuse (Status::invalid); }
    const auto word        = static_cast<std::uint32_t> (value.value_or (0));
    auto *const vcpu       = vm.find_vcpu (cpu, number);
    const auto *const kept = find_kept (which);
    const bool there       = kept != nullptr || (which < RAVELIN_GICC && which % sizeof word == 0);
    if (vcpu == nullptr || !vm.has_gic () || !there) { return refuse (Status::invalid); }
    if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    if (runs (cpu, vm)) { return refuse (Status::busy); }
    if (kept != nullptr) {
        auto &state = vcpu->interface.*kept->word;
        if (value) { state = kept->kept.set (state, (word & kept->implemented) >> kept->shift); }
        return std::max (kept->kept.get (state) << kept->shift, kept->least);
    }
    Locked<Distributor> gic{cpu, cpu.object<Guarded<Distributor>> (vm.gic)};
    const DistributorAccess target{*gic, static_cast<unsigned> (number), which, sizeof word};
    // Nobody runs whom that concerns. The host sends no SGIs.
    if (value && which != Distributor::sgir) { static_cast<void> (target.write (word)); }
    return target.read ();
}

}  // namespace ravelin
