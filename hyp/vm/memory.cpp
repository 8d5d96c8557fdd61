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

/// Makes blocks, where that is possible, of what leads to the ends of @p range.
void join_ends (hal::Cpu &cpu, Vm &vm, TlbBatch &tlb, IpaRange range) {
    vm.stage2.join (cpu, tlb, range.start);
    vm.stage2.join (cpu, tlb, range.start + (range.size - 1));
}
}  // namespace

auto Vms::map (hal::Cpu &cpu, Vm &vm, Batch where, std::uint64_t pa, Rights rights) -> Result<void> {
    const auto to     = as_pages_or_block<Ipa> (where.ipa, where.pages);
    const auto from   = as_pages_or_block<Pa> (pa, where.pages);
    const bool donate = !rights;
    if (!to || !from || !vm.is_ram (*to) || rights > RAVELIN_WRITABLE) { return refuse (Status::invalid); }
    const auto phase = vm.phase.load_acquire ();
    Locked<HostMemory> memory{cpu, memory_};
    if (vm.is_protected != donate || phase == Phase::dying ||
        !(donate ? memory->is_hosts_alone (cpu, *from) : memory->can_lend (cpu, *from))) {
        return refuse (Status::denied);
    }
    if (!is_free (cpu, vm, *to)) { return refuse (Status::exists); }
    if (vm.stage2.tables_to_map (cpu, *to) > vm.pool.available ()) { return refuse (Status::no_memory); }

    if (donate) {
        memory->donate (cpu, *from, vm.owner);
        // Promise 1: nothing of the host's joins a VM that has begun to trust its memory.
        if (phase != Phase::made) { scrub (cpu, *from); }
    } else {
        memory->lend (cpu, *from);
    }
    if (!vm.stage2.map (cpu, vm.pool, *to, from->start, donate ? Vm::Kind::memory : kind_of (*rights))) {
        cpu.panic ("a VM's stage 2 lacks a table");
    }
    TlbBatch tlb{vm.vttbr, vm.pool};
    join_ends (cpu, vm, tlb, *to);
    tlb.complete (cpu);
    cpu.dsb<hal::Dsb::ishst> ();
    return {};
}

auto Vms::change (hal::Cpu &cpu, Vm &vm, Batch where, Rights rights) -> Result<void> {
    const auto range = as_pages_or_block<Ipa> (where.ipa, where.pages);
    if (!range || rights > RAVELIN_WRITABLE || !vm.is_ipa (*range) || vm.is_gic (*range)) {
        return refuse (Status::invalid);
    }
    if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    const auto kind = rights.transform (kind_of);
    if (vm.stage2.tables_to_split (cpu, *range, kind) > vm.pool.available ()) { return refuse (Status::no_memory); }
    TlbBatch tlb{vm.vttbr, vm.pool};
    if (kind) {
        const auto done = vm.stage2.protect (cpu, vm.pool, tlb, *range, *kind);
        join_ends (cpu, vm, tlb, *range);
        tlb.complete (cpu);
        return done;
    }
    // The books say that the loan has ended while the VM still reaches the page: until the lock is left,
    // nobody reads them.
    Locked<HostMemory> memory{cpu, memory_};
    end_loans (cpu, *memory, vm, *range);
    const auto done = vm.stage2.unmap (cpu, vm.pool, tlb, *range);
    tlb.complete (cpu);
    return done;
}

auto Vms::find (hal::Cpu &cpu, Vm &vm, Ipa ipa) -> Vm::Stage2::Leaf {
    const Locked<VmSlot> slot{cpu, slot_of (vm)};
    return vm.stage2.find (cpu, ipa);
}

auto Vms::set_sharing (hal::Cpu &cpu, Vm &vm, Ipa page, bool shared) -> Result<void> {
    if (!page.is_aligned (page_size) || !vm.is_ram ({page, page_size})) { return refuse (Status::invalid); }
    const Locked<VmSlot> slot{cpu, slot_of (vm)};
    const auto pa = vm.stage2.translate (cpu, page);
    // A page that isn't there is none that was shared.
    if (!pa) { return refuse (shared ? Status::again : Status::invalid); }
    Locked<HostMemory> memory{cpu, memory_};
    const auto state = memory->state (cpu, *pa);
    if (!state || state->is_shared () == shared) { return refuse (Status::invalid); }
    memory->set_shared (cpu, *pa, shared);
    return {};
}

}  // namespace ravelin
