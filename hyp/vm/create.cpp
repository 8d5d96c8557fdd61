// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/boot.h"
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/batch.hpp"
#include "hyp/vm/guest_firmware.hpp"
#include "hyp/vm/vms.hpp"

#include <new>

namespace ravelin {

namespace {
constexpr Bits64 ipa_bits_field{7, 0};
constexpr std::uint64_t properties_known = RAVELIN_VM_IPA_BITS | RAVELIN_VM_PROTECTED;

// What the pages given to VM_CREATE become.
constexpr std::uint64_t control_page = Vm::Stage2::root_pages;
constexpr std::uint64_t pool_page    = control_page + 1;
static_assert (pool_page + 1 == RAVELIN_VM_PAGES);

constexpr std::uint64_t first_vmid = 1;  // VMID 0 is the host's
static_assert (RAVELIN_MAX_VMS < 256, "a Cortex-A72 has 8 bits of VMID");

[[nodiscard]] auto are_valid (std::uint64_t properties, std::uint64_t vcpus) -> bool {
    const auto bits = ipa_bits_field.get (properties);
    return (properties & ~properties_known) == 0 && bits >= RAVELIN_MIN_IPA_BITS && bits <= RAVELIN_MAX_IPA_BITS &&
           vcpus >= 1 && vcpus <= RAVELIN_MAX_VCPUS;
}
}  // namespace

auto Vms::create (hal::Cpu &cpu, std::uint64_t pa, std::uint64_t properties, std::uint64_t vcpus)
    -> Result<std::uint64_t> {
    constexpr std::uint64_t bytes = RAVELIN_VM_PAGES * page_size;
    const PaRange pages{as_address<Pa> (pa), bytes};
    if (!Pa{pa}.is_aligned (bytes) || !are_valid (properties, vcpus)) { return refuse (Status::invalid); }
    for (std::uint32_t i = 0; i < slots_.size (); ++i) {
        Locked<VmSlot> slot{cpu, slots_[i]};
        if (slot->alive) { continue; }
        {
            Locked<HostMemory> memory{cpu, memory_};
            if (!memory->is_hosts_alone (cpu, pages)) { return refuse (Status::denied); }
            memory->donate (cpu, pages, Owner::vm (i));
        }
        // Before anything else: what the host left there is neither a table nor a control block.
        scrub (cpu, pages);
        slot->control = pages.start + control_page * page_size;
        slot->alive   = true;
        ++slot->generation;
        auto *vm         = new (&cpu.object<Vm> (slot->control)) Vm{};
        vm->owner        = Owner::vm (i);
        vm->is_protected = (properties & RAVELIN_VM_PROTECTED) != 0;
        vm->ipa_bits     = static_cast<std::uint32_t> (ipa_bits_field.get (properties));
        vm->vcpu_limit   = static_cast<std::uint32_t> (vcpus);
        vm->stage2       = Vm::Stage2{pages.start};
        vm->vtcr         = vtcr (vm->ipa_bits);
        vm->vttbr        = pages.start.value () | vttbr_vmid.put (first_vmid + i);
        vm->memory       = pages.start;
        vm->pool.give (cpu, pages.start + pool_page * page_size);
        return slot->generation << index_bits | i;
    }
    return refuse (Status::no_memory);
}

auto Vms::find_vm (hal::Cpu &cpu, std::uint64_t place) -> std::uint64_t {
    for (std::uint64_t i = place; i < slots_.size (); ++i) {
        Locked<VmSlot> slot{cpu, slots_[i]};
        if (slot->alive) { return slot->generation << index_bits | i; }
    }
    return 0;
}

auto Vms::add_ram (Vm &vm, std::uint64_t ipa, std::uint64_t bytes) -> Result<void> {
    const IpaRange range{Ipa{ipa}, bytes};
    const bool aligned = range.start.is_aligned (page_size) && bytes % page_size == 0 && bytes != 0;
    if (!aligned || !vm.is_ipa (range)) { return refuse (Status::invalid); }
    if (vm.phase.load_acquire () != Phase::made) { return refuse (Status::denied); }
    if (vm.overlaps_ram (range) || vm.is_gic (range)) { return refuse (Status::exists); }
    return vm.ram.push (range) ? Result<void>{} : refuse (Status::no_memory);
}

auto Vms::top_up (hal::Cpu &cpu, Vm &vm, std::uint64_t pa, std::uint64_t pages) -> Result<void> {
    const auto range = as_pages<Pa> (pa, pages);
    if (!range) { return refuse (Status::invalid); }
    if (vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    {
        Locked<HostMemory> memory{cpu, memory_};
        if (!memory->is_hosts_alone (cpu, *range)) { return refuse (Status::denied); }
        memory->donate (cpu, *range, vm.owner);
    }
    for (Pa page = range->start; page < range->end (); page = page + page_size) {
        vm.pool.give (cpu, page);
    }
    return {};
}

auto Vms::create_vcpu (hal::Cpu &cpu, Vm &vm, std::uint64_t number, std::uint64_t pa, const Start &start)
    -> Result<void> {
    const auto pages = as_pages<Pa> (pa, RAVELIN_VCPU_PAGES);
    const bool off   = start.flags == RAVELIN_VCPU_OFF;
    const bool boots = vm.is_protected && number == 0;
    if (number >= vm.vcpu_limit || !pages || start.pc % instruction_size != 0 || (!off && start.flags != 0) ||
        (vm.is_protected && off == boots) || (boots && !has_room_for_firmware (cpu, vm, start.pc))) {
        return refuse (Status::invalid);
    }
    Locked<HostMemory> memory{cpu, memory_};
    if (vm.phase.load_acquire () != Phase::made || !memory->is_hosts_alone (cpu, *pages)) {
        return refuse (Status::denied);
    }
    if (vm.vcpus[number]) { return refuse (Status::exists); }
    memory->donate (cpu, *pages, vm.owner);
    auto *vcpu   = new (&cpu.object<Vcpu> (pages->start)) Vcpu{};
    vcpu->number = static_cast<std::uint32_t> (number);
    // Promise 3 (boot): no instruction of the host's choosing runs in a protected VM.
    if (boots) {
        place_firmware (cpu, vm, firmware_, Ipa{start.pc}, start.x0);
        vcpu->reset (start.pc + RAVELIN_FIRMWARE_ENTRY, 0);
    } else {
        vcpu->reset (start.pc, start.x0);
    }
    vcpu->power.store_release (off ? PowerState::off : PowerState::on);
    vm.vcpus[number] = pages->start;
    return {};
}

}  // namespace ravelin
