// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/world.hpp"

#include "hyp/abi/boot.h"

namespace ravelin::spec {

auto World::host_may_give (PageNumber first, std::uint64_t pages) const -> bool {
    for (PageNumber number = first; number < first + pages; ++number) {
        const Page *const page = state.memory.find (number);
        if (page == nullptr || page->owner != Owner::host || page->loans != 0) { return false; }
    }
    return true;
}

auto World::host_may_lend (PageNumber first, std::uint64_t pages) const -> bool {
    for (PageNumber number = first; number < first + pages; ++number) {
        const Page *const page = state.memory.find (number);
        if (page == nullptr || page->owner != Owner::host || page->loans >= RAVELIN_MAX_LOANS) { return false; }
    }
    return true;
}

void World::give_for_control (Handle handle, PageNumber first, std::uint64_t pages) {
    for (PageNumber number = first; number < first + pages; ++number) {
        *state.memory.find (number) =
            Page{.owner = Owner::vm, .use = Use::control, .contents = Contents::secret, .vm = handle};
        state.vms.at (handle).control.insert (number);
        touched.pages.push_back (number);
    }
}

void World::return_control (Handle handle, PageNumber page) {
    *state.memory.find (page) = Page{.owner = Owner::host, .contents = Contents::zeros};
    state.vms.at (handle).control.erase (page);
    touched.pages.push_back (page);
}

void World::donate (Handle handle, PageNumber ipa, PageNumber page) {
    Vm &vm = state.vms.at (handle);
    // What the host left in a page can be a kernel to verify, but only before anything of the VM has run.
    const Contents contents   = vm.phase == Phase::fresh ? Contents::hosts : Contents::zeros;
    *state.memory.find (page) = Page{.owner = Owner::vm, .contents = contents, .vm = handle, .ipa = ipa};
    vm.space.map (ipa, page, true);
    touched.pages.push_back (page);
    touched.mappings.push_back ({handle, ipa});
}

void World::fill (Handle handle, PageNumber ipa, Contents contents) {
    const PageNumber number              = state.vms.at (handle).space.find (ipa)->pa;
    state.memory.find (number)->contents = contents;
    touched.pages.push_back (number);
}

void World::place_firmware (Handle handle, PageNumber ipa) {
    for (PageNumber page = ipa; page < ipa + RAVELIN_FIRMWARE_PAGES; ++page) {
        fill (handle, page, Contents::firmware);
    }
    state.vms.at (handle).firmware = ipa;
}

void World::tell_firmware (Handle handle) {
    if (const auto &firmware = state.vms.at (handle).firmware) { fill (handle, *firmware, Contents::told); }
}

void World::lend (Handle handle, PageNumber ipa, PageNumber page, bool writable) {
    ++state.memory.find (page)->loans;
    state.vms.at (handle).space.map (ipa, page, writable);
    touched.pages.push_back (page);
    touched.mappings.push_back ({handle, ipa});
}

void World::protect (Handle handle, PageNumber ipa, bool writable) {
    AddressSpace &space = state.vms.at (handle).space;
    space.map (ipa, space.find (ipa)->pa, writable);
    touched.mappings.push_back ({handle, ipa});
}

void World::unmap (Handle handle, PageNumber ipa) {
    AddressSpace &space     = state.vms.at (handle).space;
    const PageNumber number = space.find (ipa)->pa;
    Page &page              = *state.memory.find (number);
    if (page.owner == Owner::vm) {
        page = Page{.owner = Owner::host, .contents = Contents::zeros};
    } else {
        --page.loans;
    }
    space.unmap (ipa);
    touched.pages.push_back (number);
    touched.mappings.push_back ({handle, ipa});
}

void World::share (Handle handle, PageNumber ipa, bool shared) {
    const PageNumber number            = state.vms.at (handle).space.find (ipa)->pa;
    state.memory.find (number)->shared = shared;
    touched.pages.push_back (number);
}

}  // namespace ravelin::spec
