// SPDX-License-Identifier: BSD-2-Clause
#include "guest_test.hpp"
#include "host/bare_vm.hpp"
#include "machine.hpp"
#include "vms.hpp"

// Calls that give VMs memory: what each refuses.

namespace vms {

namespace {
using el1::Test;

constexpr std::uint64_t page      = ravelin::page_size;
constexpr std::uint64_t block     = ravelin::block_size;
constexpr std::uint64_t no_handle = 0;
constexpr std::uint64_t ipa_end   = 1ULL << 39;

/// A page, or the first of many, that is the host's.
[[nodiscard]] auto spare () -> std::uint64_t {
    return arena (2).page_for (Ipa{GUEST_RAM}).value ();
}

[[nodiscard]] auto ravelins () -> std::uint64_t {
    return el1::machine ().ravelin.start.value ();
}

void add_ram_refuses () {
    const BareVm vm{arena (1)};
    const auto add = [&] (std::uint64_t ipa, std::uint64_t size) {
        return vm.call (RAVELIN_VM_ADD_RAM, ipa, size);
    };

    Test test{"VM_ADD_RAM refuses"};
    test.status ("no VM", vm_call (RAVELIN_VM_ADD_RAM, no_handle, GUEST_RAM, page).status, RAVELIN_INVALID);
    test.status ("a start in a page", add (GUEST_RAM + 8, page), RAVELIN_INVALID);
    test.status ("a size in a page", add (GUEST_RAM, page + 8), RAVELIN_INVALID);
    test.status ("nothing", add (GUEST_RAM, 0), RAVELIN_INVALID);
    test.status ("what is behind all IPAs", add (ipa_end, page), RAVELIN_INVALID);
    test.status ("what ends behind all IPAs", add (ipa_end - page, 2 * page), RAVELIN_INVALID);
    test.status ("what has no end", add (GUEST_RAM, 0 - page), RAVELIN_INVALID);
    test.status ("not RAM", add (GUEST_RAM, 2 * page), RAVELIN_SUCCESS);
    test.status ("the same", add (GUEST_RAM, 2 * page), RAVELIN_EXISTS);
    test.status ("what overlaps", add (GUEST_RAM + page, 2 * page), RAVELIN_EXISTS);
    for (std::uint64_t i = 1; i < RAVELIN_MAX_RAM_RANGES; ++i) {
        test.status ("not more RAM", add (GUEST_RAM + i * block, page), RAVELIN_SUCCESS);
    }
    test.status ("too much RAM", add (GUEST_RAM + RAVELIN_MAX_RAM_RANGES * block, page), RAVELIN_NO_MEMORY);
    test.status ("what overlaps, first", add (GUEST_RAM, page), RAVELIN_EXISTS);
}

void top_up_refuses () {
    const BareVm vm{arena (1)};
    const auto top_up = [&] (std::uint64_t pa, std::uint64_t pages) {
        return vm.call (RAVELIN_VM_TOP_UP, pa, pages);
    };

    Test test{"VM_TOP_UP refuses"};
    test.status ("no VM", vm_call (RAVELIN_VM_TOP_UP, no_handle, spare (), 1).status, RAVELIN_INVALID);
    test.status ("a place in a page", top_up (spare () + 8, 1), RAVELIN_INVALID);
    test.status ("no pages", top_up (spare (), 0), RAVELIN_INVALID);
    test.status ("too many pages", top_up (spare (), RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    test.status ("a block", top_up (spare (), RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    test.status ("Ravelin's page", top_up (ravelins (), 1), RAVELIN_DENIED);
    test.status ("a page before Ravelin's and that", top_up (ravelins () - page, 2), RAVELIN_DENIED);
    test.status ("no memory", top_up (ipa_end, 1), RAVELIN_DENIED);
    test.status ("addresses without end", top_up (0 - page, 1), RAVELIN_DENIED);
    test.status ("not pages", top_up (spare (), 2), RAVELIN_SUCCESS);
    test.status ("its own page", top_up (spare (), 1), RAVELIN_DENIED);
    test.status ("pages of which one is its own", top_up (spare () - page, 2), RAVELIN_DENIED);
}

/// What VM_DONATE and VM_LEND have in common.
void giving_refuses (std::uint64_t call, bool is_plain, std::string_view name) {
    constexpr std::uint64_t ram_pages = 1024;
    const BareVm vm{arena (1), is_plain};
    must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, GUEST_RAM, ram_pages * page));
    must ("VM_ADD_RAM", vm.call (RAVELIN_VM_ADD_RAM, GUEST_RAM + ram_pages * page, page));
    const auto give = [&] (std::uint64_t ipa, std::uint64_t pa, std::uint64_t pages) {
        return vm.call (call, ipa, pa, pages, 0);
    };

    Test test{"giving memory is refused", name};
    test.status ("no VM", vm_call (call, no_handle, GUEST_RAM, spare (), 1).status, RAVELIN_INVALID);
    test.status ("an IPA in a page", give (GUEST_RAM + 8, spare (), 1), RAVELIN_INVALID);
    test.status ("a PA in a page", give (GUEST_RAM, spare () + 8, 1), RAVELIN_INVALID);
    test.status ("no pages", give (GUEST_RAM, spare (), 0), RAVELIN_INVALID);
    test.status ("too many pages", give (GUEST_RAM, spare (), RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    test.status ("a block at no block's IPA", give (GUEST_RAM + page, spare (), RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    test.status ("a block at no block's PA", give (GUEST_RAM, spare () + page, RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    test.status ("what isn't RAM", give (GUEST_SCRATCH, spare (), 1), RAVELIN_INVALID);
    test.status ("two ranges of RAM", give (GUEST_RAM + (ram_pages - 1) * page, spare (), 2), RAVELIN_INVALID);
    test.status ("Ravelin's page", give (GUEST_RAM, ravelins (), 1), RAVELIN_DENIED);
    test.status ("a device's", give (GUEST_RAM, el1::machine ().board->uart.align_down (page).value (), 1),
                 RAVELIN_DENIED);
    test.status ("addresses without end", give (GUEST_RAM, 0 - page, 1), RAVELIN_DENIED);
    test.status ("a block without end", give (GUEST_RAM, 0 - block, RAVELIN_BLOCK_PAGES), RAVELIN_DENIED);
    test.status ("IPAs without end", give (0 - page, spare (), 1), RAVELIN_INVALID);
    test.status ("the VM's own control block", give (GUEST_RAM, arena (1).taken ().start.value (), 1), RAVELIN_DENIED);
    test.status ("a VM without tables", give (GUEST_RAM, spare (), 1), RAVELIN_NO_MEMORY);
    must ("VM_TOP_UP", vm.call (RAVELIN_VM_TOP_UP, arena (1).take (4 * page).value (), 4));
    test.status ("not pages", give (GUEST_RAM, spare (), 2), RAVELIN_SUCCESS);
    test.status ("where something is", give (GUEST_RAM + page, spare () + 2 * page, 1), RAVELIN_EXISTS);
    test.status ("a block where something is", give (GUEST_RAM, spare () + block, RAVELIN_BLOCK_PAGES), RAVELIN_EXISTS);
}

void donating_refuses () {
    giving_refuses (RAVELIN_VM_DONATE, false, "VM_DONATE");
    giving_refuses (RAVELIN_VM_LEND, true, "VM_LEND");

    const BareVm plain{arena (1), true};
    const BareVm kept{arena (3)};
    for (const BareVm *vm : {&plain, &kept}) {
        must ("VM_ADD_RAM", vm->call (RAVELIN_VM_ADD_RAM, GUEST_RAM, block));
        const auto tables = (vm == &plain ? arena (1) : arena (3)).take (4 * page).value ();
        must ("VM_TOP_UP", vm->call (RAVELIN_VM_TOP_UP, tables, 4));
    }
    Test test{"giving memory to the wrong VM is refused"};
    test.status ("VM_DONATE to a plain one", plain.call (RAVELIN_VM_DONATE, GUEST_RAM, spare (), 1), RAVELIN_DENIED);
    test.status ("VM_LEND to a protected one", kept.call (RAVELIN_VM_LEND, GUEST_RAM, spare (), 1), RAVELIN_DENIED);
    test.status ("VM_LEND with unknown flags", plain.call (RAVELIN_VM_LEND, GUEST_RAM, spare (), 1, 2),
                 RAVELIN_INVALID);
    test.status ("VM_DONATE", kept.call (RAVELIN_VM_DONATE, GUEST_RAM, spare (), 1), RAVELIN_SUCCESS);
    test.status ("VM_DONATE of what it has", kept.call (RAVELIN_VM_DONATE, GUEST_RAM + page, spare (), 1),
                 RAVELIN_DENIED);
    test.status ("VM_LEND of another VM's", plain.call (RAVELIN_VM_LEND, GUEST_RAM, spare (), 1), RAVELIN_DENIED);
    test.status ("VM_LEND", plain.call (RAVELIN_VM_LEND, GUEST_RAM, spare () + page, 1), RAVELIN_SUCCESS);
    test.status ("VM_LEND of the same once more", plain.call (RAVELIN_VM_LEND, GUEST_RAM + page, spare () + page, 1),
                 RAVELIN_SUCCESS);
    test.status ("VM_DONATE of what is lent", kept.call (RAVELIN_VM_DONATE, GUEST_RAM + page, spare () + page, 1),
                 RAVELIN_DENIED);
    test.status ("VM_TOP_UP with what is lent", kept.call (RAVELIN_VM_TOP_UP, spare () + page, 1), RAVELIN_DENIED);
}

/// VM_PROTECT and VM_UNMAP; the arguments behind the pages are the former's.
void changing_refuses (std::uint64_t call, std::string_view name) {
    const BareVm plain{arena (1), true};
    const BareVm kept{arena (3)};
    const auto change = [&] (std::uint64_t ipa, std::uint64_t pages) {
        return plain.call (call, ipa, pages, 0);
    };
    Test test{"changing what a VM reaches is refused", name};
    test.status ("no VM", vm_call (call, no_handle, GUEST_RAM, 1, 0).status, RAVELIN_INVALID);
    test.status ("an IPA in a page", change (GUEST_RAM + 8, 1), RAVELIN_INVALID);
    test.status ("no pages", change (GUEST_RAM, 0), RAVELIN_INVALID);
    test.status ("too many pages", change (GUEST_RAM, RAVELIN_BATCH_PAGES + 1), RAVELIN_INVALID);
    test.status ("a block at no block's IPA", change (GUEST_RAM + page, RAVELIN_BLOCK_PAGES), RAVELIN_INVALID);
    test.status ("what is behind all IPAs", change (ipa_end, 1), RAVELIN_INVALID);
    test.status ("what ends behind all IPAs", change (ipa_end - page, 2), RAVELIN_INVALID);
    test.status ("what has no end", change (0 - page, 1), RAVELIN_INVALID);
    test.status ("a protected VM", kept.call (call, GUEST_RAM, 1, 0), RAVELIN_DENIED);
    test.status ("not where nothing is", change (GUEST_RAM, RAVELIN_BLOCK_PAGES), RAVELIN_SUCCESS);

    must ("VM_ADD_RAM", plain.call (RAVELIN_VM_ADD_RAM, GUEST_RAM, block));
    auto status = std::int64_t{RAVELIN_NO_MEMORY};
    while (status == RAVELIN_NO_MEMORY) {
        status = plain.call (RAVELIN_VM_LEND, GUEST_RAM, spare (), RAVELIN_BLOCK_PAGES, RAVELIN_WRITABLE);
        if (status == RAVELIN_NO_MEMORY) {
            must ("VM_TOP_UP", plain.call (RAVELIN_VM_TOP_UP, arena (1).take (page).value (), 1));
        }
    }
    test.status ("VM_LEND of a block", status, RAVELIN_SUCCESS);
    test.status ("a page of a block, without tables", change (GUEST_RAM + page, 1), RAVELIN_NO_MEMORY);
    must ("VM_TOP_UP", plain.call (RAVELIN_VM_TOP_UP, arena (1).take (page).value (), 1));
    test.status ("not with tables", change (GUEST_RAM + page, 1), RAVELIN_SUCCESS);
    test.status ("not the whole block", change (GUEST_RAM, RAVELIN_BLOCK_PAGES), RAVELIN_SUCCESS);
}
}  // namespace

void test_refused_memory () {
    add_ram_refuses ();
    top_up_refuses ();
    donating_refuses ();
    changing_refuses (RAVELIN_VM_PROTECT, "VM_PROTECT");
    changing_refuses (RAVELIN_VM_UNMAP, "VM_UNMAP");
    const BareVm plain{arena (1), true};
    Test test{"VM_PROTECT refuses unknown flags"};
    test.status ("flag 2", plain.call (RAVELIN_VM_PROTECT, GUEST_RAM, 1, 2), RAVELIN_INVALID);
}

}  // namespace vms
