// SPDX-License-Identifier: BSD-2-Clause
// VM_PROTECT, VM_UNMAP: what changes the mappings of a plain VM.
#include "hyp/abi/status.h"
#include "sim/spec/host_call.hpp"
#include "sim/spec/pages_of_call.hpp"

namespace ravelin::spec {
namespace {

/// What both calls do.
/// @param writable  what the pages become; nothing: unmapped
auto change (const HostCall &call, std::optional<bool> writable) -> Outcome {
    const std::uint64_t ipa   = call.x[2];
    const std::uint64_t pages = call.x[3];
    const Vm *const vm        = call.vm ();

    if (vm == nullptr || !is_batch_or_block (ipa, pages) || !vm->has_addresses (ipa, pages * RAVELIN_PAGE_SIZE) ||
        vm->overlaps_gic (ipa, pages * RAVELIN_PAGE_SIZE)) {
        return returns_status (RAVELIN_INVALID);
    }
    if (vm->is_protected || vm->phase == Phase::dying) { return returns_status (RAVELIN_DENIED); }
    const PageNumber first = ipa / RAVELIN_PAGE_SIZE;
    if (vm->space.tables_to_split (first, pages, writable) > vm->free_tables ()) {
        return returns_status (RAVELIN_NO_MEMORY);
    }
    for (PageNumber page = first; page < first + pages; ++page) {
        if (vm->space.find (page) == nullptr) { continue; }
        if (writable) {
            call.world.protect (call.x[1], page, *writable);
        } else {
            call.world.unmap (call.x[1], page);
        }
    }
    return returns_status (RAVELIN_SUCCESS);
}

}  // namespace

auto vm_protect (const HostCall &call) -> Outcome {
    if (!is_permission (call.x[4])) { return returns_status (RAVELIN_INVALID); }
    return change (call, call.x[4] == RAVELIN_WRITABLE);
}

auto vm_unmap (const HostCall &call) -> Outcome {
    return change (call, std::nullopt);
}

}  // namespace ravelin::spec
