// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/host_memory.hpp"

#include "hyp/abi/vm_calls.h"

#include <algorithm>

namespace ravelin {

namespace {
/// The tables are counted on: there is one for whatever the host's stage 2 may be asked for.
void expect (hal::Cpu &cpu, const Result<void> &done) {
    if (!done) { cpu.panic ("the host's stage 2 lacks a table"); }
}
}  // namespace

void make_coherent (hal::Cpu &cpu, PaRange range) {
    cpu.clean_and_invalidate (range);
    cpu.dsb<hal::Dsb::sy> ();
    // Instruction caches are tagged by PA: they may hold what was there before.
    cpu.ic_ialluis ();
    cpu.dsb<hal::Dsb::ish> ();
    cpu.isb ();
}

void scrub (hal::Cpu &cpu, PaRange range) {
    std::ranges::fill (cpu.bytes (range), std::byte{0});
    make_coherent (cpu, range);
}

auto HostMemory::reserve_size (const Platform &platform) -> std::uint64_t {
    return PageStates::size (platform) + HostStage2::most_tables (platform) * page_size;
}

auto HostMemory::build (hal::Cpu &cpu, PagePool &pool, const Platform &platform, PaRange own, PaRange reserve)
    -> Result<HostMemory> {
    const std::uint64_t states = PageStates::size (platform);
    const HostStage2::Kept kept{own, reserve};

    const auto stage2 = HostStage2::build (cpu, pool, platform, kept);
    if (!stage2) { return refuse (stage2.error ()); }
    HostMemory memory;
    memory.stage2_ = *stage2;
    memory.states_ = PageStates{cpu, platform, {reserve.start, states}};
    memory.pool_   = PagePool{{reserve.start + states, reserve.size - states}};
    for (const PaRange &range : kept) {
        memory.states_.write (cpu, range, PageState{Owner::ravelin ()});
    }
    return memory;
}

auto HostMemory::is_hosts_alone (hal::Cpu &cpu, PaRange range) const -> bool {
    return states_.all_of (cpu, range, [] (PageState state) { return state.is_hosts_alone (); });
}

auto HostMemory::can_lend (hal::Cpu &cpu, PaRange range) const -> bool {
    return states_.all_of (cpu, range, [] (PageState state) {
        return state.owner () == Owner::host () && state.loans () != RAVELIN_MAX_LOANS;
    });
}

void HostMemory::donate (hal::Cpu &cpu, PaRange range, Owner owner) {
    states_.write (cpu, range, PageState{owner});
    expect (cpu, stage2_.take (cpu, pool_, range));
    make_coherent (cpu, range);
}

void HostMemory::reclaim (hal::Cpu &cpu, PaRange range) {
    scrub (cpu, range);
    states_.write (cpu, range, PageState{Owner::host ()});
    expect (cpu, stage2_.give (cpu, pool_, range));
}

void HostMemory::scrub_vms (hal::Cpu &cpu) {
    states_.for_each_page (cpu, [&cpu] (Pa page, PageState state) {
        if (state.owner ().is_vm ()) { scrub (cpu, {page, page_size}); }
    });
}

void HostMemory::lend (hal::Cpu &cpu, PaRange range) {
    states_.change (cpu, range, [] (PageState state) { return state.with_loans (state.loans () + 1); });
    make_coherent (cpu, range);
}

void HostMemory::end_loan (hal::Cpu &cpu, PaRange range) {
    states_.change (cpu, range, [] (PageState state) { return state.with_loans (state.loans () - 1); });
}

void HostMemory::set_shared (hal::Cpu &cpu, Pa page, bool shared) {
    const PaRange range{page, page_size};
    states_.change (cpu, range, [shared] (PageState state) { return state.with_shared (shared); });
    // While the host doesn't reach the page: what it left in caches would come over what the VM writes.
    if (!shared) { expect (cpu, stage2_.take (cpu, pool_, range)); }
    make_coherent (cpu, range);
    if (shared) { expect (cpu, stage2_.give (cpu, pool_, range)); }
}

}  // namespace ravelin
