// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/spec/small_host.hpp"

namespace ravelin::spec::test {
namespace {

using Kind = GuestFault::Kind;

class SpecGuestFault : public SmallHost {
  protected:
    static constexpr std::uint64_t absent = vm_ram + 0x5678;

    static auto transfer (unsigned size, std::uint64_t value = 0, bool sign_extends = false, bool wide = true)
        -> GuestFault::Transfer {
        return {.load = {.size = size, .sign_extends = sign_extends, .wide = wide}, .value = value};
    }

    /// What a load of @p load's kind gets that the host answers with @p answer.
    auto loaded (const GuestFault::Transfer &load, std::uint64_t answer) -> std::optional<std::uint64_t> {
        fault ({.kind = Kind::read, .ipa = vm_device, .transfer = load});
        EXPECT_TRUE (exited (RAVELIN_EXIT_MMIO, vm_device, load.load.size));
        run (vm, 0, answer);
        return last.delivers;
    }

    Handle vm{fed_vm (plain)};
};

TEST_F (SpecGuestFault, an_absent_page_of_a_plain_vm_is_asked_for_with_what_it_is_for) {
    start (vm);
    fault ({.kind = Kind::read, .ipa = absent, .va = 0x77});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, 0, 0x77));
    run (vm);
    fault ({.kind = Kind::fetch, .ipa = absent, .va = 0x77, .transfer = transfer (4)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, RAVELIN_MMIO_FETCH, 0x77));
    run (vm);
    fault ({.kind = Kind::write, .ipa = absent, .va = 0x77});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, RAVELIN_MMIO_WRITE, 0x77));
    run (vm);
    fault ({.kind = Kind::write, .ipa = absent, .transfer = transfer (4, 0x9'0000'0007)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, 4 | RAVELIN_MMIO_WRITE, 7));
    run (vm);
    fault ({.kind = Kind::read, .ipa = absent, .transfer = transfer (2)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, 2, 0));
}

TEST_F (SpecGuestFault, what_a_plain_vm_did_in_ram_may_be_a_devices_to_answer) {
    start (vm);
    fault ({.kind = Kind::read, .ipa = absent, .transfer = transfer (1, 0, true)});
    run (vm, 0, 0x80, RAVELIN_RUN_DONE);
    EXPECT_EQ (last.delivers, 0xffff'ffff'ffff'ff80);
    EXPECT_EQ (last.skips, 4);
    fault ({.kind = Kind::write, .ipa = absent, .transfer = GuestFault::Transfer{.load = {.size = 4}, .bytes = 2}});
    run (vm, 0, 99, RAVELIN_RUN_DONE);
    EXPECT_EQ (last.delivers, std::nullopt) << "it was a store";
    EXPECT_EQ (last.skips, 2);
    interrupt ();
    run (vm, 0, 99, RAVELIN_RUN_DONE);
    EXPECT_EQ (last.skips, 0) << "once";
}

TEST_F (SpecGuestFault, what_a_device_answered_is_seen_before_the_vcpu_runs_on) {
    const auto get = [&] (std::uint64_t which) {
        EXPECT_EQ (call ({RAVELIN_VCPU_GET, vm, 0, which}), RAVELIN_SUCCESS);
        return last.x[1];
    };
    start (vm);
    fault ({.kind     = Kind::read,
            .ipa      = absent,
            .transfer = GuestFault::Transfer{.load = {.size = 4, .wide = true, .number = 9}}});
    EXPECT_EQ (call ({RAVELIN_VCPU_SET, vm, 0, RAVELIN_REGISTER_PC, 0x100}), RAVELIN_SUCCESS);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0, 7, RAVELIN_RUN_DONE_ONLY}), RAVELIN_SUCCESS);
    EXPECT_EQ (last.x[1].value, RAVELIN_EXIT_INTERRUPT);
    EXPECT_EQ (last.skips, 4);
    EXPECT_EQ (get (9).value, 7);
    EXPECT_EQ (get (9).kind, ExpectedRegister::Kind::value);
    EXPECT_EQ (get (RAVELIN_REGISTER_PC).value, 0x104);
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 0, 8, RAVELIN_RUN_DONE_ONLY}), RAVELIN_SUCCESS);
    EXPECT_TRUE (exited (RAVELIN_EXIT_INTERRUPT)) << "it was decided once";
    run (vm);
    EXPECT_EQ (last.set.at (9), 7);
}

TEST_F (SpecGuestFault, what_a_device_did_not_answer_is_done_again) {
    start (vm);
    for (const std::uint64_t flag : {0U, 4U}) {
        fault ({.kind = Kind::read, .ipa = absent, .transfer = transfer (8)});
        run (vm, 0, 0x80, flag);
        EXPECT_EQ (last.delivers, std::nullopt);
        EXPECT_EQ (last.skips, 0);
    }
    fault ({.kind = Kind::read, .ipa = absent});
    run (vm, 0, 0x80, RAVELIN_RUN_DONE);
    EXPECT_EQ (last.skips, 0) << "nobody knows which register that was";
}

TEST_F (SpecGuestFault, an_absent_page_of_a_protected_vm_is_asked_for_with_nothing_else) {
    vm = fed_vm (protected_one);
    start (vm);
    fault ({.kind = Kind::write, .ipa = absent, .va = 0x77, .transfer = transfer (8, 0x5ec2e7)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, vm_ram + 0x5000, 0));
    run (vm, 0, 0x80, RAVELIN_RUN_DONE);
    EXPECT_EQ (last.skips, 0) << "it's memory, whatever the host says";
}

TEST_F (SpecGuestFault, a_page_that_a_walk_needs_is_asked_for) {
    start (vm);
    fault ({.kind = Kind::read, .ipa = absent, .va = 0x77, .on_walk = true, .transfer = transfer (8)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, absent, 0, 0x77));
}

TEST_F (SpecGuestFault, a_write_to_a_page_that_is_read_only_asks_for_more) {
    EXPECT_EQ (lend (vm, vm_ram, new_page (), 1, 0), RAVELIN_SUCCESS);
    start (vm);
    fault ({.kind = Kind::write, .ipa = vm_ram + 8, .transfer = transfer (8, 5)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_PAGE, vm_ram + 8, 8 | RAVELIN_MMIO_WRITE, 5));
}

TEST_F (SpecGuestFault, an_access_is_made_again_if_it_would_succeed_by_now) {
    EXPECT_EQ (lend (vm, vm_ram, new_page (), 1, 0), RAVELIN_SUCCESS);
    EXPECT_EQ (lend (vm, vm_ram + page_bytes, new_page ()), RAVELIN_SUCCESS);
    start (vm);
    fault ({.kind = Kind::read, .ipa = vm_ram});
    EXPECT_EQ (last, (Outcome{.next = Next::guest_again}));
    fault ({.kind = Kind::write, .ipa = vm_ram + page_bytes});
    EXPECT_EQ (last, (Outcome{.next = Next::guest_again}));
    EXPECT_NE (spec.state ().cpus[0], std::nullopt);
}

TEST_F (SpecGuestFault, a_store_outside_ram_is_the_hosts_to_make) {
    start (vm);
    for (const unsigned size : {1U, 2U, 4U, 8U}) {
        fault ({.kind = Kind::write, .ipa = vm_device + 4, .transfer = transfer (size, ~0ULL)});
        EXPECT_TRUE (exited (RAVELIN_EXIT_MMIO, vm_device + 4, size | RAVELIN_MMIO_WRITE, ~0ULL >> (64 - size * 8)));
        run (vm, 0, 99);
        EXPECT_EQ (last.delivers, std::nullopt) << "no load waits";
    }
}

TEST_F (SpecGuestFault, a_load_outside_ram_gets_what_the_host_answers) {
    start (vm);
    EXPECT_EQ (loaded (transfer (1), 0xffff'ffff'ffff'ff80), 0x80);
    EXPECT_EQ (loaded (transfer (1, 0, true), 0x80), 0xffff'ffff'ffff'ff80);
    EXPECT_EQ (loaded (transfer (1, 0, true), 0x7f), 0x7f);
    EXPECT_EQ (loaded (transfer (1, 0, true, false), 0x80), 0xffff'ff80) << "into a W register";
    EXPECT_EQ (loaded (transfer (4), 0x1'8765'4321), 0x8765'4321);
    EXPECT_EQ (loaded (transfer (4, 0, true), 0x8765'4321), 0xffff'ffff'8765'4321);
    EXPECT_EQ (loaded (transfer (8), ~0ULL), ~0ULL);
}

TEST_F (SpecGuestFault, a_load_is_answered_once) {
    start (vm);
    EXPECT_EQ (loaded (transfer (4), 1), 1);
    interrupt ();
    run (vm, 0, 2);
    EXPECT_EQ (last.delivers, std::nullopt);
}

TEST_F (SpecGuestFault, a_load_waits_while_running_is_refused) {
    start (vm);
    fault ({.kind = Kind::read, .ipa = vm_device, .transfer = transfer (4)});
    EXPECT_EQ (call ({RAVELIN_VCPU_RUN, vm, 1, 7}), RAVELIN_INVALID);
    run (vm, 1, 8);
    EXPECT_EQ (last.delivers, 8);
}

TEST_F (SpecGuestFault, outside_ram_what_the_host_could_not_make_is_an_abort_of_the_guests) {
    start (vm);
    const Outcome abort{.next = Next::guest_abort};
    fault ({.kind = Kind::read, .ipa = vm_device});
    EXPECT_EQ (last, abort) << "no transfer register";
    fault ({.kind = Kind::read, .ipa = vm_device, .on_walk = true, .transfer = transfer (8)});
    EXPECT_EQ (last, abort);
    fault ({.kind = Kind::fetch, .ipa = vm_device, .transfer = transfer (4)});
    EXPECT_EQ (last, abort);
    EXPECT_NE (spec.state ().cpus[0], std::nullopt);
}

TEST_F (SpecGuestFault, a_protected_vms_mmio_says_the_same) {
    vm = fed_vm (protected_one);
    start (vm);
    EXPECT_EQ (loaded (transfer (2), 0x1'2345), 0x2345);
    fault ({.kind = Kind::write, .ipa = vm_device, .transfer = transfer (2, 0x1'2345)});
    EXPECT_TRUE (exited (RAVELIN_EXIT_MMIO, vm_device, 2 | RAVELIN_MMIO_WRITE, 0x2345));
}

}  // namespace
}  // namespace ravelin::spec::test
