// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/explore/canonical.hpp"
#include "sim/machine/violation.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim::explore {
namespace {

TEST (ExploredMachine, goes_back_to_where_it_was_after_a_whole_life_of_a_vm) {
    ExploredMachine machine{{}};
    machine.mark ();
    const Key before = key_of (machine);
    const Way life{donate (0, 1),
                   run (0),
                   guest (Action::guest_store),
                   guest (Action::guest_share),
                   guest (Action::interrupt),
                   {.action = Action::vm_destroy},
                   {.action = Action::vm_reclaim},
                   {.action = Action::vm_reclaim}};
    for (const Step &step : join ({made (0), life})) {
        EXPECT_TRUE (machine.take (step));
        machine.mark ();
    }
    while (machine.marks () > 1) {
        machine.forget_mark ();
    }

    EXPECT_EQ (key_of (machine), before);
    EXPECT_EQ (machine.vm (0), nullptr);
    EXPECT_NO_THROW (machine.check_all ());
    EXPECT_TRUE (machine.take (made (0).front ()));
    EXPECT_NE (machine.vm (0), nullptr);
}

TEST (ExploredMachine, goes_back_from_a_guest_to_its_host) {
    ExploredMachine machine{{}};
    take_all (machine, made (0));
    machine.mark ();
    EXPECT_TRUE (machine.take (run (0)));
    EXPECT_EQ (machine.guest_on (0), 0U);
    machine.go_back ();
    EXPECT_EQ (machine.guest_on (0), std::nullopt);
    EXPECT_TRUE (machine.take (run (0, 1)));
    EXPECT_EQ (machine.guest_on (1), 0U);
}

TEST (ExploredMachine, says_that_a_step_which_is_refused_changes_nothing) {
    ExploredMachine machine{{}};
    take_all (machine, made (0));
    machine.mark ();
    EXPECT_FALSE (machine.take ({.action = Action::vm_donate, .vm = 0, .page = page::ravelins}));
    EXPECT_FALSE (machine.take ({.action = Action::vm_reclaim, .vm = 0}));
    EXPECT_FALSE (machine.take ({.action = Action::host_load, .page = 0}));
    EXPECT_TRUE (machine.take (donate (0, 0)));
}

TEST (ExploredMachine, sees_what_has_changed_in_ravelins_own_objects_alone) {
    ExploredMachine machine{{}};
    machine.mark ();
    auto &entry         = const_cast<HostCpu &> (machine.machine ().hypervisor ().host_cpu (CpuIndex{1})).entry;
    const auto before   = entry.context;
    const auto refused  = Step{.action = Action::vm_reclaim};
    const auto expected = [&] (bool seen) {
        entry.context = before + 1;
        EXPECT_EQ (machine.take (refused), seen);
        machine.go_back ();
    };
    expected (true);
    EXPECT_EQ (entry.context, before);

    ChangingLines lines;
    machine.look_at (&lines);
    expected (false);
    EXPECT_TRUE (machine.has_overlooked (lines));
    expected (true);
    EXPECT_EQ (entry.context, before);
}

TEST (ExploredMachine, says_what_it_has_overlooked_and_then_looks_there) {
    // Which guest runs is in Ravelin's own objects, too.
    const auto before_it_runs = [] (ExploredMachine &machine) {
        take_all (machine, made (0));
        machine.mark ();
    };
    ChangingLines lines;
    ExploredMachine blind{{}};
    before_it_runs (blind);
    blind.look_at (&lines);
    static_cast<void> (blind.take (run (0)));
    EXPECT_TRUE (blind.has_overlooked (lines));

    ExploredMachine machine{{}};
    before_it_runs (machine);
    const Key before = key_of (machine);
    machine.look_at (&lines);
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE (machine.take (run (0)));
        machine.go_back ();
        EXPECT_FALSE (machine.has_overlooked (lines));
        EXPECT_EQ (key_of (machine), before);
    }
}

TEST (ExploredMachine, host_and_guest_find_what_the_other_has_stored_where_both_reach) {
    ExploredMachine machine{{}};
    take_all (machine, join ({made (0), {donate (0, 2), run (0), guest (Action::guest_store)}}));
    EXPECT_EQ (machine.word_of (2), machine.word_of_vm (0));
    take_all (machine, {guest (Action::guest_share), {.cpu = 1, .action = Action::host_store, .page = 2}});
    EXPECT_EQ (machine.word_of (2), ExploredMachine::hosts_word ());
    EXPECT_EQ (machine.word_of (1), ExploredMachine::hosts_word ());
}

TEST (ExploredMachine, does_not_let_memory_change_that_nobody_has_stored_to) {
    ExploredMachine machine{{}};
    machine.word_of (0) = 7;
    EXPECT_THROW (static_cast<void> (machine.take (made (0).front ())), Violation);
}

TEST (ExploredMachine, does_not_let_a_host_reach_what_a_protected_vm_has_written) {
    ExploredMachine machine{{}};
    take_all (machine, join ({made (0), {donate (0, 0), run (0), guest (Action::guest_store)}}));
    // Ravelin forgets whose it is; and the checker doesn't compare before the page is touched.
    const Step other{.cpu = 1, .action = Action::vm_create, .vm = 1, .page = page::control};
    EXPECT_NO_THROW (static_cast<void> (machine.take (other)));
    machine.word_of (1) = machine.word_of_vm (0);
    EXPECT_THROW (static_cast<void> (machine.take (guest (Action::interrupt))), Violation);
}

TEST (ExploredMachine, knows_which_pages_are_given) {
    ExploredMachine machine{{}};
    const Step own{.action = Action::vm_top_up, .vm = 1, .page = page::control};
    EXPECT_FALSE (machine.is_given (own));
    EXPECT_TRUE (machine.is_given ({.action = Action::vm_top_up, .vm = 1, .page = page::ravelins}));
    take_all (machine, made (1));
    EXPECT_TRUE (machine.is_given (own));
    EXPECT_TRUE (machine.is_given ({.action = Action::vm_top_up, .vm = 0, .page = page::other_control}));
}

TEST (ExploredMachine, everybody_does_only_what_he_can) {
    ExploredMachine machine{{}};
    EXPECT_THROW (static_cast<void> (machine.take (guest (Action::guest_share))), std::logic_error);
    take_all (machine, join ({made (0), {run (0)}}));
    EXPECT_THROW (static_cast<void> (machine.take (made (1).front ())), std::logic_error);
}

}  // namespace
}  // namespace ravelin::sim::explore
