// SPDX-License-Identifier: BSD-2-Clause
// VM_CREATE, VM_FIND, ID_REGISTER, VM_ADD_RAM, VM_TOP_UP.
#include "hyp/abi/status.h"
#include "sim/spec/host_call.hpp"
#include "sim/spec/pages_of_call.hpp"

namespace ravelin::spec {

namespace {

/// Handle of the VM in a place; 0: there is none.
auto in_place (const State &state, std::uint64_t place) -> Handle {
    for (const auto &[handle, vm] : state.vms) {
        if ((handle & RAVELIN_VM_PLACE) == place) { return handle; }
    }
    return 0;
}

}  // namespace

auto vm_create (const HostCall &call) -> Outcome {
    const std::uint64_t pa         = call.x[1];
    const std::uint64_t properties = call.x[2];
    const std::uint64_t vcpus      = call.x[3];
    const std::uint64_t ipa_bits   = properties & RAVELIN_VM_IPA_BITS;
    constexpr std::uint64_t known  = std::uint64_t{RAVELIN_VM_IPA_BITS} | RAVELIN_VM_PROTECTED;
    State &state                   = call.world.state;

    if (pa % (RAVELIN_VM_PAGES * RAVELIN_PAGE_SIZE) != 0 || (properties & ~known) != 0 ||
        ipa_bits < RAVELIN_MIN_IPA_BITS || ipa_bits > RAVELIN_MAX_IPA_BITS || vcpus == 0 || vcpus > RAVELIN_MAX_VCPUS) {
        return returns_status (RAVELIN_INVALID);
    }
    if (state.vms.size () >= RAVELIN_MAX_VMS) { return returns_status (RAVELIN_NO_MEMORY); }
    if (!call.world.host_may_give (pa / RAVELIN_PAGE_SIZE, RAVELIN_VM_PAGES)) {
        return returns_status (RAVELIN_DENIED);
    }

    const Handle handle = call.choice.handle;
    if (handle == 0) { return objects ("a VM's handle is never 0"); }
    const std::uint64_t place = handle & RAVELIN_VM_PLACE;
    if (place >= RAVELIN_MAX_VMS || in_place (state, place) != 0) { return objects ("a VM has a place of its own"); }
    if (!state.used_handles.insert (handle)) { return objects ("a handle never names another VM"); }
    Vm &vm              = state.vms[handle];
    vm.is_protected     = (properties & RAVELIN_VM_PROTECTED) != 0;
    vm.ipa_bits         = static_cast<unsigned> (ipa_bits);
    vm.max_vcpus        = vcpus;
    vm.pages_for_tables = RAVELIN_VM_PAGES - 3;  // two are the root, one is the control block
    call.world.give_for_control (handle, pa / RAVELIN_PAGE_SIZE, RAVELIN_VM_PAGES);
    return returns (Next::host, {RAVELIN_SUCCESS, handle});
}

auto vm_find (const HostCall &call) -> Outcome {
    Handle found = 0;
    for (std::uint64_t place = call.x[1]; found == 0 && place < RAVELIN_MAX_VMS; ++place) {
        found = in_place (call.world.state, place);
    }
    return returns (Next::host, {RAVELIN_SUCCESS, found});
}

auto id_register (const HostCall &call) -> Outcome {
    constexpr std::uint64_t first = 8;
    constexpr std::uint64_t last  = 63;
    const bool known              = call.x[1] >= first && call.x[1] <= last;
    if (!known || call.x[2] < RAVELIN_MIN_IPA_BITS || call.x[2] > RAVELIN_MAX_IPA_BITS) {
        return returns_status (RAVELIN_INVALID);
    }
    Outcome outcome = returns_status (RAVELIN_SUCCESS);
    outcome.x[1]    = {.kind = ExpectedRegister::Kind::any};  // what the CPU has
    return outcome;
}

auto vm_add_ram (const HostCall &call) -> Outcome {
    const std::uint64_t ipa   = call.x[2];
    const std::uint64_t bytes = call.x[3];
    Vm *const vm              = call.vm ();

    if (vm == nullptr || !is_page (ipa) || !is_page (bytes) || bytes == 0 || !vm->has_addresses (ipa, bytes)) {
        return returns_status (RAVELIN_INVALID);
    }
    if (vm->phase != Phase::fresh) { return returns_status (RAVELIN_DENIED); }
    if (vm->overlaps_ram (ipa, bytes) || vm->overlaps_gic (ipa, bytes)) { return returns_status (RAVELIN_EXISTS); }
    if (vm->ram.size () >= RAVELIN_MAX_RAM_RANGES) { return returns_status (RAVELIN_NO_MEMORY); }
    vm->ram.push_back ({ipa, bytes});
    return returns_status (RAVELIN_SUCCESS);
}

auto vm_top_up (const HostCall &call) -> Outcome {
    const std::uint64_t pa    = call.x[2];
    const std::uint64_t pages = call.x[3];
    Vm *const vm              = call.vm ();

    if (vm == nullptr || !is_page (pa) || !is_batch (pages)) { return returns_status (RAVELIN_INVALID); }
    if (vm->phase == Phase::dying || !call.world.host_may_give (pa / RAVELIN_PAGE_SIZE, pages)) {
        return returns_status (RAVELIN_DENIED);
    }
    call.world.give_for_control (call.x[1], pa / RAVELIN_PAGE_SIZE, pages);
    vm->pages_for_tables += pages;
    return returns_status (RAVELIN_SUCCESS);
}

}  // namespace ravelin::spec
