// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/tlb_batch.hpp"
#include "hyp/vm/vms.hpp"

#include <utility>

namespace ravelin {

namespace {
// Entries of translation tables that one call looks at, beside those of the pages that it gives back.
constexpr std::uint64_t entries_per_call = 4096;

/// A TLB that has forgotten the VM already, and that nobody fills again.
struct ForgottenTlb {
    PagePool &pool;

    void invalidate (hal::Cpu & /*cpu*/, Ipa /*ipa*/) {}
    void invalidate_now (hal::Cpu & /*cpu*/, Ipa /*ipa*/) {}
    void invalidate_all_now (hal::Cpu & /*cpu*/) {}
    void retire (hal::Cpu &cpu, Pa table) { pool.give (cpu, table); }
};

/// No CPU runs the VM any more, and none will: what TLBs know of it goes once and for all.
void forget (hal::Cpu &cpu, Vm &vm) {
    if (!vm.forgotten) {
        TlbBatch{vm.vttbr, vm.pool}.invalidate_all_now (cpu);
        vm.forgotten = true;
    }
    if (vm.has_gic ()) {
        ForgottenTlb tlb{vm.pool};
        if (!vm.stage2.unmap (cpu, vm.pool, tlb, {Ipa{vm.cpu_interface_page * page_size}, page_size})) {
            cpu.panic ("a VM's CPU interface is part of a block");
        }
        vm.pool.give (cpu, std::exchange (vm.gic, Pa{}));
    }
}
}  // namespace

auto Vms::runs (hal::Cpu &cpu, const Vm &vm) -> bool {
    return std::ranges::any_of (vm.vcpus, [&] (const std::optional<Pa> &vcpu) {
        return vcpu && cpu.object<Vcpu> (*vcpu).running.load_acquire () != 0;
    });
}

auto Vms::reclaim (hal::Cpu &cpu, VmSlot &slot, Vm &vm) -> Result<void> {
    if (vm.phase.load_acquire () != Phase::dying) { return refuse (Status::denied); }
    if (runs (cpu, vm)) { return refuse (Status::busy); }
    forget (cpu, vm);
    if (!reclaim_data (cpu, vm) || !reclaim_pool (cpu, vm)) { return refuse (Status::again); }
    slot.alive = false;
    // The control block goes with the last page: nothing of it is read after that.
    const auto vcpus = vm.vcpus;
    const Pa pages   = vm.memory;
    Locked<HostMemory> memory{cpu, memory_};
    for (const auto &vcpu : vcpus) {
        if (vcpu) { memory->reclaim (cpu, {*vcpu, RAVELIN_VCPU_PAGES * page_size}); }
    }
    memory->reclaim (cpu, {pages, (RAVELIN_VM_PAGES - 1) * page_size});
    return {};
}

auto Vms::reclaim_data (hal::Cpu &cpu, Vm &vm) -> bool {
    ForgottenTlb tlb{vm.pool};
    std::uint64_t entries = entries_per_call;
    std::uint64_t pages   = 0;
    // Tables that become empty are work too: each is zeroed.
    const auto tables = vm.pool.available ();
    while (pages + (vm.pool.available () - tables) < RAVELIN_BATCH_PAGES) {
        const auto found = vm.stage2.next (cpu, vm.reclaim_next, entries);
        // Out of entries to look at, or at the end.
        if (!found) { return entries != 0 && pages == 0; }
        const auto &[ipa, leaf] = *found;
        const PaRange lost{leaf.output (ipa), leaf.bytes ()};
        if (pages != 0 && leaf.bytes () != page_size) { return false; }
        if (!vm.stage2.unmap (cpu, vm.pool, tlb, {ipa, leaf.bytes ()})) {
            cpu.panic ("a page of a VM that dies is part of a block");
        }
        Locked<HostMemory> memory{cpu, memory_};
        if (vm.is_protected) {
            memory->reclaim (cpu, lost);
        } else {
            memory->end_loan (cpu, lost);
        }
        vm.reclaim_next = ipa + leaf.bytes ();
        pages += leaf.bytes () / page_size;
    }
    return false;
}

auto Vms::reclaim_pool (hal::Cpu &cpu, Vm &vm) -> bool {
    Locked<HostMemory> memory{cpu, memory_};
    for (std::uint64_t pages = 0; pages < RAVELIN_BATCH_PAGES; ++pages) {
        const auto page = vm.pool.take (cpu);
        // The last call gives back what is left, which is nearly a batch too.
        if (!page) { return pages == 0; }
        memory->reclaim (cpu, {*page, page_size});
    }
    return false;
}

}  // namespace ravelin
