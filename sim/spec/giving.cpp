// SPDX-License-Identifier: BSD-2-Clause
// VM_DONATE, VM_LEND: what puts pages into a VM.
#include "hyp/abi/status.h"
#include "sim/spec/host_call.hpp"
#include "sim/spec/pages_of_call.hpp"

namespace ravelin::spec {
namespace {

/// Where both calls put pages: X1 handle, X2 IPA, X3 PA, X4 pages.
struct Place {
    explicit Place (const HostCall &call)
        : ipa{call.x[2] / RAVELIN_PAGE_SIZE}, pa{call.x[3] / RAVELIN_PAGE_SIZE}, pages{call.x[4]} {}

    PageNumber ipa;
    PageNumber pa;
    std::uint64_t pages;
};

/// Whether the arguments of both calls are in range.
auto is_valid (const HostCall &call) -> bool {
    const Vm *const vm        = call.vm ();
    const std::uint64_t ipa   = call.x[2];
    const std::uint64_t pages = call.x[4];
    return vm != nullptr && is_batch_or_block (ipa, pages) && is_batch_or_block (call.x[3], pages) &&
           vm->has_ram (ipa, pages * RAVELIN_PAGE_SIZE);
}

/// SUCCESS if there is a way and a place for the pages, else why not.
auto room_for (const Vm &vm, const Place &place) -> ravelin_status {
    for (std::uint64_t i = 0; i < place.pages; ++i) {
        if (vm.space.find (place.ipa + i) != nullptr) { return RAVELIN_EXISTS; }
    }
    const bool enough = vm.space.tables_to_map (place.ipa, place.pages) <= vm.free_tables ();
    return enough ? RAVELIN_SUCCESS : RAVELIN_NO_MEMORY;
}

}  // namespace

auto vm_donate (const HostCall &call) -> Outcome {
    if (!is_valid (call)) { return returns_status (RAVELIN_INVALID); }
    const Vm &vm = *call.vm ();
    const Place place{call};
    if (!vm.is_protected || vm.phase == Phase::dying || !call.world.host_may_give (place.pa, place.pages)) {
        return returns_status (RAVELIN_DENIED);
    }
    const ravelin_status status = room_for (vm, place);
    for (std::uint64_t i = 0; status == RAVELIN_SUCCESS && i < place.pages; ++i) {
        call.world.donate (call.x[1], place.ipa + i, place.pa + i);
    }
    return returns_status (status);
}

auto vm_lend (const HostCall &call) -> Outcome {
    if (!is_valid (call) || !is_permission (call.x[5])) { return returns_status (RAVELIN_INVALID); }
    const Vm &vm = *call.vm ();
    const Place place{call};
    if (vm.is_protected || vm.phase == Phase::dying || !call.world.host_may_lend (place.pa, place.pages)) {
        return returns_status (RAVELIN_DENIED);
    }
    const ravelin_status status = room_for (vm, place);
    for (std::uint64_t i = 0; status == RAVELIN_SUCCESS && i < place.pages; ++i) {
        call.world.lend (call.x[1], place.ipa + i, place.pa + i, call.x[5] == RAVELIN_WRITABLE);
    }
    return returns_status (status);
}

}  // namespace ravelin::spec
