// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/smccc.h"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using test::VmMachine;

class VmMemory : public testing::Test {
  protected:
    [[nodiscard]] auto donate (std::uint64_t handle, std::uint64_t ipa, std::uint64_t pa, std::uint64_t pages = 1)
        -> std::int64_t {
        return machine.call ({RAVELIN_VM_DONATE, handle, ipa, pa, pages});
    }

    [[nodiscard]] auto lend (std::uint64_t handle, std::uint64_t ipa, std::uint64_t pa, std::uint64_t pages = 1,
                             std::uint64_t rights = RAVELIN_WRITABLE) -> std::int64_t {
        return machine.call ({RAVELIN_VM_LEND, handle, ipa, pa, pages, rights});
    }

    VmMachine machine;
};
}  // namespace

TEST_F (VmMemory, donated_page_leaves_the_host_and_its_block_stays) {
    const auto vm   = machine.make_vm (true);
    const auto page = machine.pages (1);

    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_SUCCESS);

    EXPECT_FALSE (machine.host_reaches (page));
    EXPECT_TRUE (machine.host_reaches (page + page_size));
    EXPECT_TRUE (machine.host_reaches (page - 64 * page_size));
}

TEST_F (VmMemory, donated_page_keeps_its_content_before_the_vm_runs_and_loses_it_later) {
    const auto vm   = machine.make_vm (true);
    const auto kept = machine.pages (1);
    const auto lost = machine.pages (1);
    machine.poke (kept, 42);
    machine.poke (lost, 42);

    EXPECT_EQ (donate (vm, VmMachine::ram, kept), RAVELIN_SUCCESS);
    machine.enter (vm);
    machine.interrupt ();
    EXPECT_EQ (donate (vm, VmMachine::ram + page_size, lost), RAVELIN_SUCCESS);

    EXPECT_EQ (machine.peek (kept), 42U);
    EXPECT_EQ (machine.peek (lost), 0U);
}

TEST_F (VmMemory, page_has_one_owner) {
    const auto one   = machine.make_vm (true);
    const auto other = machine.make_vm (true);
    const auto page  = machine.pages (1);
    EXPECT_EQ (donate (one, VmMachine::ram, page), RAVELIN_SUCCESS);

    EXPECT_EQ (donate (one, VmMachine::ram + page_size, page), RAVELIN_DENIED);
    EXPECT_EQ (donate (other, VmMachine::ram, page), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, other, page, 1}), RAVELIN_DENIED);
    EXPECT_EQ (lend (machine.make_vm (false), VmMachine::ram, page), RAVELIN_DENIED);
}

TEST_F (VmMemory, nothing_of_ravelins_can_be_given_or_lent) {
    const auto vm    = machine.make_vm (true);
    const auto plain = machine.make_vm (false);
    for (const std::uint64_t pa : {0x4020'0000ULL, 0x7ff0'0000ULL, 0x0900'0000ULL, 0x1'0000'0000ULL}) {
        EXPECT_EQ (donate (vm, VmMachine::ram, pa), RAVELIN_DENIED) << std::hex << pa;
        EXPECT_EQ (lend (plain, VmMachine::ram, pa), RAVELIN_DENIED) << std::hex << pa;
    }
}

TEST_F (VmMemory, call_that_fails_changes_nothing) {
    const auto vm    = machine.make_vm (true);
    const auto pages = machine.pages (4);
    EXPECT_EQ (donate (vm, VmMachine::ram, pages + 2 * page_size), RAVELIN_SUCCESS);

    EXPECT_EQ (donate (vm, VmMachine::ram + 8 * page_size, pages, 4), RAVELIN_DENIED);
    EXPECT_EQ (donate (vm, VmMachine::ram - page_size, pages, 2), RAVELIN_INVALID);

    EXPECT_TRUE (machine.host_reaches (pages));
    EXPECT_TRUE (machine.host_reaches (pages + page_size));
    EXPECT_EQ (donate (vm, VmMachine::ram + 8 * page_size, pages, 2), RAVELIN_SUCCESS);
}

TEST_F (VmMemory, ipa_that_leads_somewhere_is_not_mapped_again) {
    const auto vm = machine.make_vm (true);
    EXPECT_EQ (donate (vm, VmMachine::ram + page_size, machine.pages (1)), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, VmMachine::ram, machine.pages (2), 2), RAVELIN_EXISTS);
}

TEST_F (VmMemory, lent_page_stays_the_hosts_and_cannot_be_given_away_meanwhile) {
    const auto plain = machine.make_vm (false);
    const auto vm    = machine.make_vm (true);
    const auto page  = machine.pages (1);
    EXPECT_EQ (lend (plain, VmMachine::ram, page), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (plain, VmMachine::ram + page_size, page), RAVELIN_SUCCESS);
    EXPECT_TRUE (machine.host_reaches (page));
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_DENIED);

    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, plain, VmMachine::ram, 2}), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_SUCCESS);
}

TEST_F (VmMemory, kinds_of_vms_are_not_mixed_up) {
    EXPECT_EQ (donate (machine.make_vm (false), VmMachine::ram, machine.pages (1)), RAVELIN_DENIED);
    const auto vm = machine.make_vm (true);
    EXPECT_EQ (lend (vm, VmMachine::ram, machine.pages (1)), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, vm, VmMachine::ram, 1}), RAVELIN_DENIED);
    EXPECT_EQ (machine.call ({RAVELIN_VM_PROTECT, vm, VmMachine::ram, 1, 0}), RAVELIN_DENIED);
}

TEST_F (VmMemory, vm_without_pages_for_tables_asks_for_them) {
    EXPECT_EQ (machine.call ({RAVELIN_VM_CREATE, machine.pages (4, 4 * page_size), 40 | RAVELIN_VM_PROTECTED, 1}),
               RAVELIN_SUCCESS);
    const auto vm = machine.registers ().x[1];
    EXPECT_EQ (machine.call ({RAVELIN_VM_ADD_RAM, vm, VmMachine::ram, VmMachine::ram_size}), RAVELIN_SUCCESS);
    const auto page = machine.pages (1);

    // One page came with the VM; a first page needs two tables.
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_NO_MEMORY);
    EXPECT_TRUE (machine.host_reaches (page));
    EXPECT_EQ (machine.call ({RAVELIN_VM_TOP_UP, vm, machine.pages (1), 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_SUCCESS);
}

TEST_F (VmMemory, block_is_given_as_one_and_split_where_a_page_is_taken_out) {
    const auto plain = machine.make_vm (false);
    const auto block = machine.pages (512, block_size);
    EXPECT_EQ (lend (plain, VmMachine::ram, block, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, plain, VmMachine::ram + 5 * page_size, 1}), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (plain, VmMachine::ram + 5 * page_size, block + 5 * page_size), RAVELIN_SUCCESS);
    EXPECT_EQ (machine.call ({RAVELIN_VM_UNMAP, plain, VmMachine::ram, 512}), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (plain, VmMachine::ram, block, 512), RAVELIN_SUCCESS);
}

TEST_F (VmMemory, pages_that_complete_two_blocks_make_both_and_give_back_their_tables) {
    constexpr std::uint64_t all    = 2 * RAVELIN_BLOCK_PAGES;
    constexpr std::uint64_t some   = RAVELIN_BATCH_PAGES;
    constexpr std::uint64_t middle = RAVELIN_BLOCK_PAGES - some / 2;
    const auto plain               = machine.make_vm (false);
    const auto area                = machine.pages (all, block_size);
    const auto lend_at             = [&] (std::uint64_t page) {
        ASSERT_EQ (lend (plain, VmMachine::ram + page * page_size, area + page * page_size, some), RAVELIN_SUCCESS);
    };
    const Vm *const vm = machine.machine ().hypervisor ().vms ().look_up (machine.hal (), plain);
    const auto level   = [&] (std::uint64_t page) {
        return vm->stage2.find (machine.hal (), Ipa{VmMachine::ram + page * page_size}).level;
    };
    const auto free = vm->pool.available ();
    for (std::uint64_t page = middle % some; page < all - some; page += some) {
        if (page != middle) { lend_at (page); }
    }
    for (const std::uint64_t rest : {std::uint64_t{0}, all - some / 2}) {
        ASSERT_EQ (lend (plain, VmMachine::ram + rest * page_size, area + rest * page_size, some / 2), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (level (0), 3U);
    EXPECT_EQ (level (all - 1), 3U);
    lend_at (middle);
    EXPECT_EQ (level (0), 2U);
    EXPECT_EQ (level (all - 1), 2U);
    EXPECT_EQ (vm->pool.available (), free - 1) << "the table of level 2 stays";
}

TEST_F (VmMemory, blocks_of_the_host_come_back_whole) {
    const auto vm    = machine.make_vm (true);
    const auto block = machine.pages (512, block_size);
    EXPECT_EQ (donate (vm, VmMachine::ram, block, 512), RAVELIN_SUCCESS);
    EXPECT_FALSE (machine.host_reaches (block));
    EXPECT_FALSE (machine.host_reaches (block + 511 * page_size));
    machine.destroy (vm);
    EXPECT_TRUE (machine.host_reaches (block));
    EXPECT_TRUE (machine.host_reaches (block + 511 * page_size));
}

TEST_F (VmMemory, what_comes_back_is_zero) {
    const auto vm   = machine.make_vm (true);
    const auto page = machine.pages (1);
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_SUCCESS);
    machine.poke (page, 0x5ec7e7);
    machine.poke (page + page_size - 8, 0x5ec7e7);

    machine.destroy (vm);

    for (std::uint64_t at = VmMachine::free_memory; at <= page; at += 8) {
        ASSERT_EQ (machine.peek (at), 0U) << std::hex << at;
        ASSERT_TRUE (machine.host_reaches (at));
    }
    EXPECT_EQ (machine.peek (page + page_size - 8), 0U);
}

TEST_F (VmMemory, handle_of_a_vm_that_is_gone_names_no_other) {
    const auto old = machine.make_vm (true);
    machine.destroy (old);
    const auto next = machine.make_vm (true);
    EXPECT_NE (old, next);
    EXPECT_EQ (machine.run (old), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, old}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_VM_RECLAIM, next}), RAVELIN_DENIED);
}

TEST_F (VmMemory, vms_are_found_one_after_another) {
    const auto found = [&] (std::uint64_t place) {
        EXPECT_EQ (machine.call ({RAVELIN_VM_FIND, place}), RAVELIN_SUCCESS);
        return machine.registers ().x[1];
    };
    EXPECT_EQ (found (0), 0U);
    const auto first  = machine.make_vm (true);
    const auto second = machine.make_vm (false);
    const auto third  = machine.make_vm (true);
    EXPECT_EQ (found (0), first);
    EXPECT_EQ (found ((first & RAVELIN_VM_PLACE) + 1), second);
    machine.destroy (second);
    EXPECT_EQ (found ((first & RAVELIN_VM_PLACE) + 1), third);
    EXPECT_EQ (found ((third & RAVELIN_VM_PLACE) + 1), 0U);
    EXPECT_EQ (machine.call ({RAVELIN_VM_DESTROY, third}), RAVELIN_SUCCESS);
    EXPECT_EQ (found (third & RAVELIN_VM_PLACE), third) << "one that is dying has something to give back";
    EXPECT_EQ (found (RAVELIN_MAX_VMS), 0U);
    EXPECT_EQ (found (~0UL), 0U);
}

TEST_F (VmMemory, there_can_be_250_vms_and_no_more) {
    for (unsigned i = 0; i < RAVELIN_MAX_VMS; ++i) {
        ASSERT_EQ (machine.call ({RAVELIN_VM_CREATE, machine.pages (4, 4 * page_size), 40, 1}), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (machine.call ({RAVELIN_VM_CREATE, machine.pages (4, 4 * page_size), 40, 1}), RAVELIN_NO_MEMORY);
}

TEST_F (VmMemory, shared_page_is_the_hosts_to_reach_until_it_is_not) {
    const auto vm   = machine.make_vm (true);
    const auto page = machine.pages (1);
    EXPECT_EQ (donate (vm, VmMachine::ram, page), RAVELIN_SUCCESS);
    machine.enter (vm);

    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram, 0, 0}), SMCCC_SUCCESS);
    EXPECT_TRUE (machine.host_reaches (page));
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram, 0, 0}), SMCCC_INVALID_PARAMETER);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_UNSHARE, VmMachine::ram, 0, 0}), SMCCC_SUCCESS);
    EXPECT_FALSE (machine.host_reaches (page));
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_UNSHARE, VmMachine::ram, 0, 0}), SMCCC_INVALID_PARAMETER);
}

TEST_F (VmMemory, shared_page_of_a_block_comes_back_with_it) {
    const auto vm    = machine.make_vm (true);
    const auto block = machine.pages (512, block_size);
    EXPECT_EQ (donate (vm, VmMachine::ram, block, 512), RAVELIN_SUCCESS);
    machine.enter (vm);
    EXPECT_EQ (machine.guest_call ({RAVELIN_GUEST_SHARE, VmMachine::ram + 7 * page_size, 0, 0}), SMCCC_SUCCESS);
    EXPECT_TRUE (machine.host_reaches (block + 7 * page_size));
    EXPECT_FALSE (machine.host_reaches (block + 8 * page_size));
    machine.interrupt ();
    machine.destroy (vm);
    EXPECT_TRUE (machine.host_reaches (block + 8 * page_size));
}

}  // namespace ravelin
