// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/tlb_batch.hpp"
#include "hyp/vm/batch.hpp"
#include "hyp/vm/vms.hpp"

namespace ravelin {

namespace {
/// Ends the loans of what the VM has in @p range.
void end_loans (hal::Cpu &cpu, HostMemory &memory, const Vm &vm, IpaRange range) {
    for (Ipa page = range.start; page < range.end (); page = page + page_size) {
        if (const auto lent = vm.stage2.translate (cpu, page)) { memory.end_loan (cpu, {*lent, page_size}); }
    }
}

[[nodiscard]] auto kind_of (std::uint64_t rights) -> Vm::Kind {
    return rights == RAVELIN_WRITABLE ? Vm::Kind::memory : Vm::Kind::read_only;
}

[[nodiscard]] auto is_free (hal::Cpu &cpu, const Vm &vm, IpaRange range) -> bool {
    std::uint64_t entries = RAVELIN_BLOCK_PAGES + 1;
    const auto first      = vm.stage2.next (cpu, range.start, entries);
    return !first || first->first >= range.end ();
}

/// Both ends of a call that maps: the IPAs, and the PAs given for them; and whether they're in order.
struct Mapping {
    std::optional<IpaRange> to;
    std::optional<PaRange> from;

    Mapping (Vms::Batch where, std::uint64_t pa)
        : to{as_pages_or_block<Ipa> (where.ipa, where.pages)}, from{as_pages_or_block<Pa> (pa, where.pages)} {}
    [[nodiscard]] auto is_valid (const Vm &vm) const -> bool { return to && from && vm.is_ram (*to); }
};

/// Whether the mapping can be made as far as the VM's side goes.
[[nodiscard]] auto check_place (hal::Cpu &cpu, const Vm &vm, IpaRange to) -> Result<void> {
    if (!is_free (cpu, vm, to)) { return refuse (Status::exists); }
    return vm.stage2.tables_to_map (cpu, to) <= vm.pool.available () ? Result<void>{} : refuse (Status::no_memory);
}

/// Maps what check_place() has found possible.
void map (hal::Cpu &cpu, Vm &vm, IpaRange to, Pa from, Vm::Kind kind) {
    if (!vm.stage2.map (cpu, vm.pool, to, from, kind)) { cpu.panic ("a VM's stage 2 lacks a table"); }
    TlbBatch tlb{vm.vttbr, vm.pool};
    vm.stage2.join (cpu, tlb, to.start);
    vm.stage2.join (cpu, tlb, to.start + (to.size - 1));
    tlb.complete (cpu);
    cpu.dsb<hal::Dsb::ishst> ();
}
}  // namespace

auto Vms::donate (hal::Cpu &cpu, std::uint64_t handle, Batch where, std::uint64_t pa) -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const Mapping mapping{where, pa};
        if (!mapping.is_valid (vm)) { return refuse (Status::invalid); }
        const auto phase = vm.phase.load_acquire ();
        Locked<HostMemory> memory{cpu, memory_};
        if (!vm.is_protected || phase == Phase::dying || !memory->is_hosts_alone (cpu, *mapping.from)) {
            return refuse (Status::denied);
        }
        if (const auto fits = check_place (cpu, vm, *mapping.to); !fits) { return fits; }
        memory->donate (cpu, *mapping.from, Owner::vm (vm.index.value ()));
        // Promise 1: nothing of the host's joins a VM that has begun to trust its memory.
        if (phase != Phase::made) { scrub (cpu, *mapping.from); }
        map (cpu, vm, *mapping.to, mapping.from->start, Vm::Kind::memory);
        return {};
    });
}

auto Vms::lend (hal::Cpu &cpu, std::uint64_t handle, Batch where, std::uint64_t pa, std::uint64_t rights)
    -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const Mapping mapping{where, pa};
        if (!mapping.is_valid (vm) || rights > RAVELIN_WRITABLE) { return refuse (Status::invalid); }
        Locked<HostMemory> memory{cpu, memory_};
        if (vm.is_protected || vm.phase.load_acquire () == Phase::dying || !memory->can_lend (cpu, *mapping.from)) {
            return refuse (Status::denied);
        }
        if (const auto fits = check_place (cpu, vm, *mapping.to); !fits) { return fits; }
        memory->lend (cpu, *mapping.from);
        map (cpu, vm, *mapping.to, mapping.from->start, kind_of (rights));
        return {};
    });
}

auto Vms::change_lent (hal::Cpu &cpu, Vm &vm, IpaRange range, std::optional<Vm::Kind> kind) -> Result<void> {
    if (!vm.is_ipa (range) || vm.is_gic (range)) { return refuse (Status::invalid); }
    if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    if (vm.stage2.tables_to_split (cpu, range, kind) > vm.pool.available ()) { return refuse (Status::no_memory); }
    TlbBatch tlb{vm.vttbr, vm.pool};
    if (kind) {
        const auto done = vm.stage2.protect (cpu, vm.pool, tlb, range, *kind);
        vm.stage2.join (cpu, tlb, range.start);
        vm.stage2.join (cpu, tlb, range.start + (range.size - 1));
        tlb.complete (cpu);
        return done;
    }
    // The books say that the loan has ended while the VM still reaches the page: until the lock is left,
    // nobody reads them.
    Locked<HostMemory> memory{cpu, memory_};
    end_loans (cpu, *memory, vm, range);
    const auto done = vm.stage2.unmap (cpu, vm.pool, tlb, range);
    tlb.complete (cpu);
    return done;
}

auto Vms::protect (hal::Cpu &cpu, std::uint64_t handle, Batch where, std::uint64_t rights) -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const auto range = as_pages_or_block<Ipa> (where.ipa, where.pages);
        return range && rights <= RAVELIN_WRITABLE ? change_lent (cpu, vm, *range, kind_of (rights))
                                                   : refuse (Status::invalid);
    });
}

auto Vms::unmap (hal::Cpu &cpu, std::uint64_t handle, Batch where) -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const auto range = as_pages_or_block<Ipa> (where.ipa, where.pages);
        return range ? change_lent (cpu, vm, *range, std::nullopt) : refuse (Status::invalid);
    });
}

}  // namespace ravelin
