// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "tests/unit/spec/small_host.hpp"

#include <numeric>

namespace ravelin::spec::test {
namespace {

class SpecEnding : public SmallHost {
  protected:
    auto destroy (Handle vm) -> std::int64_t { return call ({RAVELIN_VM_DESTROY, vm}, 1); }

    auto reclaim (Handle vm, const Choice &choice = {}) -> std::int64_t {
        return call ({RAVELIN_VM_RECLAIM, vm}, 1, choice);
    }

    /// What is wrong with giving this back.
    auto objection (Handle vm, const Choice &choice) -> std::string_view {
        const State before           = spec.state ();
        const std::string_view found = spec.host_call (1, {RAVELIN_VM_RECLAIM, vm}, choice).objection;
        EXPECT_TRUE (spec.state () == before);
        return found;
    }

    /// All control pages of a VM.
    auto control (Handle vm) -> std::vector<PageNumber> {
        const auto &pages = spec.state ().vms.at (vm).control;
        return {pages.begin (), pages.end ()};
    }

    static constexpr PageNumber first = vm_ram / page_bytes;
};

TEST_F (SpecEnding, destroy_may_come_twice) {
    const Handle vm = new_vm (plain);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm + 1), RAVELIN_INVALID);
}

TEST_F (SpecEnding, what_a_vm_owned_comes_back_as_zeros) {
    const Handle vm        = fed_vm (protected_one);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, pa), RAVELIN_SUCCESS);
    start (vm);
    EXPECT_EQ (guest_call ({RAVELIN_GUEST_SHARE, vm_ram}), SMCCC_SUCCESS);
    interrupt ();
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (reclaim (vm, {.unmapped = {first}}), RAVELIN_AGAIN);
    EXPECT_EQ (page (pa), (Page{.contents = Contents::zeros}));
    EXPECT_EQ (spec.touched ().pages, std::vector{pa / page_bytes});
    std::vector<PageNumber> firmware (RAVELIN_FIRMWARE_PAGES);
    std::iota (firmware.begin (), firmware.end (), vm_firmware / page_bytes);
    EXPECT_EQ (reclaim (vm, {.unmapped = firmware}), RAVELIN_AGAIN);

    const std::vector<PageNumber> pages = control (vm);
    EXPECT_EQ (pages.size (), 4 + 16 + 1);
    EXPECT_EQ (reclaim (vm, {.control = pages}), RAVELIN_SUCCESS);
    EXPECT_EQ (page (pages.front () * page_bytes), (Page{.contents = Contents::zeros}));
    EXPECT_TRUE (spec.state ().vms.empty ());
}

TEST_F (SpecEnding, what_a_vm_borrowed_stays_as_it_is) {
    const Handle vm        = fed_vm (plain);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (lend (vm, vm_ram, pa), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (reclaim (vm, {.unmapped = {first}, .control = control (vm)}), RAVELIN_SUCCESS);
    EXPECT_EQ (page (pa), Page{});
}

TEST_F (SpecEnding, the_handle_names_a_vm_until_all_is_back) {
    const Handle vm = new_vm (plain);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    std::vector<PageNumber> pages = control (vm);
    const PageNumber last_page    = pages.back ();
    pages.pop_back ();
    EXPECT_EQ (reclaim (vm, {.control = pages}), RAVELIN_AGAIN);
    EXPECT_EQ (reclaim (vm, {.control = {last_page}}), RAVELIN_SUCCESS);
    EXPECT_EQ (reclaim (vm), RAVELIN_INVALID);
    EXPECT_EQ (destroy (vm), RAVELIN_INVALID);
}

TEST_F (SpecEnding, reclaim_refuses_what_it_should) {
    const Handle vm = new_vm (plain);
    EXPECT_EQ (reclaim (vm + 1), RAVELIN_INVALID);
    EXPECT_EQ (reclaim (vm), RAVELIN_DENIED);
    start (vm);
    EXPECT_EQ (reclaim (vm), RAVELIN_DENIED);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (reclaim (vm), RAVELIN_BUSY);
    interrupt ();
    EXPECT_EQ (reclaim (vm, {.control = control (vm)}), RAVELIN_SUCCESS);
}

TEST_F (SpecEnding, a_block_comes_back_as_one) {
    const Handle vm = fed_vm (protected_one);
    EXPECT_EQ (donate (vm, vm_ram, blocks, 512), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    Choice block;
    for (PageNumber i = 0; i < RAVELIN_BLOCK_PAGES; ++i) {
        block.unmapped.push_back (first + i);
    }
    Choice more = block;
    more.control.push_back (control (vm).front ());
    EXPECT_NE (objection (vm, more), "") << "a block and a page";
    EXPECT_EQ (reclaim (vm, block), RAVELIN_AGAIN);
    EXPECT_TRUE (host_reaches (blocks + 511 * page_bytes));
}

TEST_F (SpecEnding, pages_that_are_no_block_come_back_in_batches) {
    const Handle vm = fed_vm (protected_one);
    for (std::uint64_t i = 0; i < 8; ++i) {
        const std::uint64_t offset = i * 64 * page_bytes;
        EXPECT_EQ (donate (vm, vm_ram + offset, blocks + page_bytes + offset, 64), RAVELIN_SUCCESS);
    }
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    Choice choice;
    for (PageNumber i = 0; i < RAVELIN_BLOCK_PAGES; ++i) {
        choice.unmapped.push_back (first + i);
    }
    EXPECT_NE (objection (vm, choice), "");
    choice.unmapped.resize (65);
    EXPECT_NE (objection (vm, choice), "");
    choice.unmapped.resize (64);
    EXPECT_EQ (reclaim (vm, choice), RAVELIN_AGAIN);
}

TEST_F (SpecEnding, only_what_the_vm_has_comes_back_and_once) {
    const Handle vm    = fed_vm (protected_one);
    const Handle other = fed_vm (protected_one);
    EXPECT_EQ (donate (vm, vm_ram, new_page ()), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_NE (objection (vm, {}), "") << "nothing";
    EXPECT_NE (objection (vm, {.unmapped = {first, first}}), "");
    EXPECT_NE (objection (vm, {.unmapped = {first + 1}}), "");
    EXPECT_NE (objection (vm, {.control = control (other)}), "");
    EXPECT_NE (objection (vm, {.control = {control (vm)[0], control (vm)[0]}}), "");
    EXPECT_NE (objection (vm, {.control = {host_ram / page_bytes}}), "");
}

TEST_F (SpecEnding, a_page_that_came_back_can_be_given_again) {
    const Handle vm        = fed_vm (protected_one);
    const Handle other     = fed_vm (protected_one);
    const std::uint64_t pa = new_page ();
    EXPECT_EQ (donate (vm, vm_ram, pa), RAVELIN_SUCCESS);
    EXPECT_EQ (destroy (vm), RAVELIN_SUCCESS);
    EXPECT_EQ (donate (other, vm_ram, pa), RAVELIN_DENIED);
    EXPECT_EQ (reclaim (vm, {.unmapped = {first}}), RAVELIN_AGAIN);
    EXPECT_EQ (donate (other, vm_ram, pa), RAVELIN_SUCCESS);
}

TEST_F (SpecEnding, the_end_of_the_machine_is_that_of_all_vms) {
    const Handle vm    = fed_vm (protected_one);
    const Handle other = fed_vm (plain);
    start (vm);
    EXPECT_EQ (spec.host_call (1, {PSCI_SYSTEM_RESET}), Outcome{}) << "a vCPU runs: the call is made again";
    EXPECT_EQ (spec.state ().vms.at (other).phase, Phase::dying);
    interrupt ();
    EXPECT_EQ (spec.state ().vms.at (vm).phase, Phase::dying);
    EXPECT_EQ (spec.host_call (1, {PSCI_SYSTEM_RESET}).next, Next::unspecified) << "there's nothing behind it";
}

}  // namespace
}  // namespace ravelin::spec::test
