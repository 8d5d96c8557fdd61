// SPDX-License-Identifier: BSD-2-Clause
// VM_DESTROY, VM_RECLAIM, and what ends all VMs: SYSTEM_OFF and SYSTEM_RESET of the host.
#include "hyp/abi/status.h"
#include "sim/spec/host_call.hpp"

#include <algorithm>

namespace ravelin::spec {
namespace {

/// Whether what came back is one whole block of the VM.
auto is_one_block (const Vm &vm, const Choice &choice) -> bool {
    if (choice.unmapped.size () != RAVELIN_BLOCK_PAGES || !choice.control.empty ()) { return false; }
    const std::uint64_t number = choice.unmapped.front () / RAVELIN_BLOCK_PAGES;
    const Region *const region = vm.space.region (choice.unmapped.front ());
    return region != nullptr && region->is_block () && std::ranges::all_of (choice.unmapped, [number] (PageNumber ipa) {
               return ipa / RAVELIN_BLOCK_PAGES == number;
           });
}

auto has_twice (std::vector<PageNumber> numbers) -> bool {
    std::ranges::sort (numbers);
    return std::ranges::adjacent_find (numbers) != numbers.end ();
}

/// Why this may not have come back; empty: it may.
auto objection (const Vm &vm, const Choice &choice) -> std::string_view {
    const std::size_t pages = choice.unmapped.size () + choice.control.size ();
    if (pages == 0) { return "each VM_RECLAIM gives something back"; }
    if (pages > RAVELIN_BATCH_PAGES && !is_one_block (vm, choice)) {
        return "a VM_RECLAIM gives back a batch of pages, or a block, at most";
    }
    if (has_twice (choice.unmapped) || has_twice (choice.control)) { return "a page comes back once"; }
    if (!std::ranges::all_of (choice.unmapped, [&vm] (PageNumber ipa) { return vm.space.find (ipa) != nullptr; })) {
        return "only what the VM maps is unmapped";
    }
    if (!std::ranges::all_of (choice.control, [&vm] (PageNumber page) { return vm.control.contains (page); })) {
        return "only control pages of this VM come back";
    }
    return {};
}

}  // namespace

auto vm_destroy (const HostCall &call) -> Outcome {
    Vm *const vm = call.vm ();
    if (vm == nullptr) { return returns_status (RAVELIN_INVALID); }
    vm->phase = Phase::dying;
    return returns_status (RAVELIN_SUCCESS);
}

auto vm_reclaim (const HostCall &call) -> Outcome {
    const Handle handle = call.x[1];
    Vm *const vm        = call.vm ();
    if (vm == nullptr) { return returns_status (RAVELIN_INVALID); }
    if (vm->phase != Phase::dying) { return returns_status (RAVELIN_DENIED); }
    if (vm->runs ()) { return returns_status (RAVELIN_BUSY); }
    if (const std::string_view why = objection (*vm, call.choice); !why.empty ()) { return objects (why); }
    // Its state is in one of the pages: from now on the VM has none.
    vm->gic.reset ();
    for (const PageNumber ipa : call.choice.unmapped) {
        call.world.unmap (handle, ipa);
    }
    for (const PageNumber page : call.choice.control) {
        call.world.return_control (handle, page);
    }
    if (vm->space.mapped () != 0 || !vm->control.empty ()) { return returns_status (RAVELIN_AGAIN); }
    call.world.state.vms.erase (handle);
    return returns_status (RAVELIN_SUCCESS);
}

auto system_ends (const HostCall &call) -> Outcome {
    bool runs = false;
    for (auto &[handle, vm] : call.world.state.vms) {
        vm.phase = Phase::dying;
        runs     = runs || vm.runs ();
    }
    // The host makes the call again, or there is nothing any more.
    return runs ? Outcome{} : Outcome{.next = Next::unspecified};
}

}  // namespace ravelin::spec
