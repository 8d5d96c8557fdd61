// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/explorer.hpp"
#include "sim/machine/violation.hpp"
#include "sim/race/again.hpp"
#include "sim/race/priorities.hpp"
#include "sim/race/race.hpp"
#include "sim/race/racer.hpp"
#include "tests/unit/explore/common.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace ravelin::sim::race {

namespace {
using namespace explore;

class RaceTest : public testing::Test {
  protected:
    explicit RaceTest (const Scope &scope = Scope{}) : machine{scope} { machine.mark (); }

    void take (const Way &way) {
        for (const Step &step : way) {
            static_cast<void> (machine.take (step));
            machine.mark ();
        }
    }

    /// The steps, at the same time, in many schedules.
    void race (const Way &steps, std::uint64_t schedules = 50) {
        Race race{machine, steps};
        const unsigned cpus = machine.scope ().cpus;
        Turns turns{cpus};
        for (std::uint64_t seed = 0; seed < schedules; ++seed) {
            Random random{seed};
            std::vector<std::uint64_t> changes (seed % 4);
            for (auto &change : changes) {
                change = race.draw_moment (random);
            }
            Priorities priorities{Turns::parties (cpus), changes, random};
            race.run (turns, priorities);
        }
    }

    ExploredMachine machine;
};

/// vCPUs 0 and 1 of a VM run on the CPUs of these numbers; vCPU 2 is off.
class RaceOfPsci : public RaceTest {
  protected:
    explicit RaceOfPsci (unsigned cpus = 2)
        : RaceTest{Scope{.protected_vms = 1, .plain_vms = 0, .pages = 1, .cpus = cpus, .vcpus = 3}} {
        take (join ({made (0),
                     {{.action = Action::vcpu_create, .vm = 0, .vcpu = 1, .page = page::vcpu},
                      {.action = Action::vcpu_create, .vm = 0, .vcpu = 2, .page = page::vcpu},
                      run (0),
                      turns_on (0, 1),
                      run (0),
                      {.cpu = 1, .action = Action::vcpu_run, .vm = 0, .vcpu = 1}}}));
    }

    [[nodiscard]] static auto turns_on (std::uint8_t cpu, std::uint8_t vcpu) -> Step {
        return {.cpu = cpu, .action = Action::guest_cpu_on, .vcpu = vcpu, .place = place::firmware};
    }

    // What goes wrong may take one moment of many.
    static constexpr std::uint64_t many = 2000;
};

/// vCPU 1 runs; vCPU 2 is on, and vCPU 0 on its way: two hosts may run them.
class RaceOfPsciOfThree : public RaceOfPsci {
  protected:
    RaceOfPsciOfThree () : RaceOfPsci{3} {
        take ({guest (Action::guest_cpu_off, 0),
               turns_on (1, 2),
               {.cpu = 0, .action = Action::vcpu_run, .vm = 0, .vcpu = 2},
               guest (Action::interrupt, 0),
               {.cpu = 1, .action = Action::vcpu_run, .vm = 0, .vcpu = 1},
               turns_on (1, 0),
               {.cpu = 1, .action = Action::vcpu_run, .vm = 0, .vcpu = 1}});
    }
};

[[nodiscard]] auto on (std::uint8_t cpu, Step step) -> Step {
    step.cpu = cpu;
    return step;
}

/// Each CPU as far as its end, and all that it has stored, before the next; but the last one first for some moments.
class OneByOne : public Chooser {
  public:
    explicit OneByOne (const std::array<unsigned, 3> &order, unsigned moments = 0) : order_{order}, moments_{moments} {}

    [[nodiscard]] auto choose (std::uint32_t ready, unsigned /*last*/, bool waits) -> unsigned override {
        for (const unsigned party : {6 + order_[2], 3 + order_[2], order_[2]}) {
            if ((moments_ != 0 || waits) && (ready >> party & 1U) != 0) {
                if (moments_ != 0) { --moments_; }
                return party;
            }
        }
        for (const unsigned cpu : order_) {
            for (const unsigned party : {cpu, 3 + cpu, 6 + cpu}) {
                if ((ready >> party & 1U) != 0) { return party; }
            }
        }
        throw std::logic_error{"nobody can go on"};
    }

  private:
    std::array<unsigned, 3> order_;
    unsigned moments_;
};

/// Three CPUs that want the same page: for a protected VM, for a plain one, for the host.
class RaceOfThree : public RaceTest {
  protected:
    RaceOfThree () : RaceTest{Scope{.protected_vms = 1, .pages = 2, .cpus = 3}} { take (join ({made (0), made (1)})); }

    const Way steps{on (0, donate (0, 0)),
                    {.cpu = 1, .action = Action::vm_lend, .vm = 1, .page = 0, .place = 0, .option = 1},
                    {.cpu = 2, .action = Action::host_store, .page = 0}};
};
}  // namespace

TEST_F (RaceOfThree, what_comes_of_each_order_is_what_may_come) {
    Race race{machine, steps};
    Turns turns{3};
    std::array<unsigned, 3> order{0, 1, 2};
    do {
        OneByOne chooser{order};
        EXPECT_NO_THROW (race.run (turns, chooser)) << testing::PrintToString (order);
        for (unsigned late = 1; late < 3; ++late) {
            EXPECT_LT (turns.span (order.at (late - 1)).end, turns.span (order.at (late)).begin);
        }
    } while (std::ranges::next_permutation (order).found);
}

TEST_F (RaceOfThree, a_vcpu_of_a_vm_that_is_made_where_another_goes) {
    take ({{.action = Action::vm_destroy, .vm = 1}});
    const Step reclaim{.action = Action::vm_reclaim, .vm = 1};
    while (machine.take (reclaim) && machine.vm (1) != nullptr) {
        machine.mark ();
    }
    machine.go_back ();
    ASSERT_NE (machine.vm (1), nullptr);
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::vm_create, .vm = 1, .page = page::control},
                            {.cpu = 1, .action = Action::vcpu_create, .vm = 1, .page = 1},
                            on (2, reclaim)}));
}

TEST_F (RaceOfThree, a_call_on_two_pages_is_no_one_moment_to_who_accesses_them) {
    constexpr std::uint64_t many = 500;

    take ({donate (0, 0), {.action = Action::vm_destroy, .vm = 0}});
    EXPECT_NO_THROW (race ({on (0, {.action = Action::host_store, .page = 0}),
                            on (1, {.action = Action::host_store, .vm = 0, .page = page::firmware}),
                            on (2, {.action = Action::vm_reclaim, .vm = 0})},
                           many));
}

TEST (RaceOfOneThatIsMade, is_about_the_same_vm_whenever_it_is_called) {
    constexpr unsigned longest = 200;

    const Way steps{{.cpu = 0, .action = Action::host_store, .vm = 0, .page = page::control},
                    {.cpu = 1, .action = Action::vm_destroy, .vm = 0},
                    {.cpu = 2, .action = Action::vm_create, .vm = 0, .page = page::control}};
    ExploredMachine machine{Scope{.protected_vms = 1, .pages = 2, .cpus = 3}};
    // It was there before, and another VM has the slot that it had.
    take_all (machine, join ({made (0), {{.action = Action::vm_destroy, .vm = 0}}}));
    while (machine.vm (0) != nullptr) {
        static_cast<void> (machine.take ({.action = Action::vm_reclaim, .vm = 0}));
    }
    take_all (machine, made (1));
    machine.mark ();
    Race race{machine, steps};
    Turns turns{3};
    for (unsigned moments = 1; moments < longest; ++moments) {
        OneByOne chooser{{0, 1, 2}, moments};
        EXPECT_NO_THROW (race.run (turns, chooser)) << to_text (turns.schedule ());
    }
}

TEST_F (RaceTest, two_vms_that_want_the_same_page) {
    take (join ({made (0), made (1)}));
    EXPECT_NO_THROW (race ({on (0, donate (0, 0)), on (1, donate (1, 0))}));
}

TEST_F (RaceTest, a_vcpu_that_two_cpus_run) {
    take (made (0));
    EXPECT_NO_THROW (race ({run (0, 0), run (0, 1)}));
}

TEST_F (RaceTest, a_host_that_stores_to_a_page_while_it_is_given_away) {
    take (made (0));
    EXPECT_NO_THROW (race ({on (0, donate (0, 0)), {.cpu = 1, .action = Action::host_store, .page = 0}}));
}

TEST_F (RaceTest, a_guest_that_stores_to_a_page_while_it_comes) {
    take (join ({made (0), {run (0, 0)}}));
    EXPECT_NO_THROW (race ({guest (Action::guest_store, 0), on (1, donate (0, 0))}));
}

TEST_F (RaceOfPsci, two_vcpus_that_turn_on_the_same) {
    EXPECT_NO_THROW (race ({turns_on (0, 2), turns_on (1, 2)}, many));
}

TEST_F (RaceOfPsci, a_vcpu_that_is_turned_on_while_its_vm_ends) {
    EXPECT_NO_THROW (race ({guest (Action::guest_reset, 0), turns_on (1, 2)}, many));
    EXPECT_NO_THROW (race ({turns_on (0, 2), guest (Action::guest_off, 1)}, many));
}

TEST_F (RaceOfPsci, the_first_vcpu_that_is_turned_on_by_the_last_while_their_vm_ends) {
    take (
        {turns_on (0, 2), run (0), guest (Action::guest_cpu_off, 0), {.action = Action::vcpu_run, .vm = 0, .vcpu = 2}});
    EXPECT_NO_THROW (race ({turns_on (0, 0), guest (Action::guest_reset, 1)}, many));
}

TEST_F (RaceOfPsci, what_the_last_vcpu_sees_of_the_others_while_their_vm_ends) {
    // The last one is still on when the others are off already.
    take (
        {turns_on (0, 2), run (0), guest (Action::guest_cpu_off, 0), {.action = Action::vcpu_run, .vm = 0, .vcpu = 2}});
    const Step ends = guest (Action::guest_off, 1);
    EXPECT_NO_THROW (race ({turns_on (0, 1), ends}, many)) << "it's on";
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::guest_affinity, .vcpu = 1}, ends}, many));
    take ({turns_on (1, 0), {.cpu = 1, .action = Action::vcpu_run, .vm = 0, .vcpu = 1}});
    EXPECT_NO_THROW (race ({turns_on (0, 0), ends}, many)) << "it's on its way";
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::guest_affinity, .vcpu = 0}, ends}, many));
}

TEST_F (RaceOfPsciOfThree, two_hosts_that_run_vcpus_while_their_vm_ends) {
    ASSERT_EQ (machine.guest_on (1), 0U);
    ASSERT_FALSE (machine.guest_on (0) || machine.guest_on (2));
    for (const Action ends : {Action::guest_reset, Action::guest_off}) {
        EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::vcpu_run, .vm = 0, .vcpu = 2},
                                guest (ends, 1),
                                {.cpu = 2, .action = Action::vcpu_run, .vm = 0}},
                               many));
    }
}

TEST_F (RaceOfPsciOfThree, what_two_see_of_the_vcpus_of_their_vm_while_it_ends) {
    take ({run (0), {.cpu = 2, .action = Action::vcpu_run, .vm = 0, .vcpu = 2}});
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::guest_affinity, .vcpu = 0},
                            guest (Action::guest_off, 1),
                            {.cpu = 2, .action = Action::guest_affinity, .vcpu = 2}},
                           many))
        << "one that goes early is off, and then one that goes late isn't yet";
}

TEST_F (RaceOfPsciOfThree, a_vcpu_is_busy_until_it_has_left_for_what_others_have_seen_already) {
    EXPECT_NO_THROW (race ({{.cpu = 0, .action = Action::vcpu_run, .vm = 0, .vcpu = 1},
                            guest (Action::guest_off, 1),
                            {.cpu = 2, .action = Action::vcpu_run, .vm = 0}},
                           many));
}

TEST_F (RaceOfPsci, a_vcpu_that_is_turned_on_while_it_turns_itself_off) {
    EXPECT_NO_THROW (race ({turns_on (0, 1), guest (Action::guest_cpu_off, 1)}, many));
}

TEST_F (RaceTest, leaves_the_machine_where_it_was) {
    take (made (0));
    const Key before = key_of (machine);
    race ({on (0, donate (0, 0)), on (1, donate (0, 1))});
    EXPECT_EQ (key_of (machine), before);
    EXPECT_NO_THROW (machine.check_all ());
}

TEST_F (RaceTest, is_held_to_what_comes_of_the_steps_in_an_order) {
    take (made (0));
    const Way steps{on (0, donate (0, 0)), {.cpu = 1, .action = Action::vm_find}};
    const auto outcome  = machine.take_in_order (steps);
    const auto together = [] (std::span<const std::function<void ()>> jobs) {
        for (const auto &job : jobs) {
            job ();
        }
    };
    const auto hold = [&] (const ExploredMachine::Outcome &expected) {
        machine.go_back ();
        machine.take_together (steps, together);
        machine.hold_to (expected);
    };
    EXPECT_NO_THROW (hold (outcome));

    auto other = outcome;
    other.seen[1].registers.x[1] ^= 1;
    EXPECT_THROW (hold (other), Violation) << "what a CPU finds";
    other = outcome;
    other.seen[0].pc ^= 4;
    EXPECT_THROW (hold (other), Violation) << "where it goes on";
    other          = outcome;
    other.words[0] = 1;
    EXPECT_THROW (hold (other), Violation) << "what a page holds";
    machine.go_back ();
    const auto nothing = machine.take_in_order (Way{steps[1]});
    other              = outcome;
    other.known        = nothing.known;
    EXPECT_THROW (hold (other), Violation) << "whose a page is";
}

TEST (Raced, finds_the_same_with_the_same_seed) {
    const Scope scope{.protected_vms = 1, .plain_vms = 0, .pages = 1};
    Explorer explorer{{.scope = scope}};
    const std::atomic<bool> stop{};
    for (unsigned i = 0; i < 8; ++i) {
        ASSERT_TRUE (explorer.advance (stop));
    }
    Racer racer{scope, explorer.tree ()};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        EXPECT_FALSE (racer.race (seed)) << seed;
    }
    EXPECT_EQ (racer.races (), 1600U);
}

TEST (Raced, happens_again_by_its_schedule) {
    const Way way = made (0);
    const Way steps{on (0, donate (0, 0)), on (1, donate (0, 1))};
    EXPECT_NO_THROW (race_again (Scope{}, way, steps, "0*30 1*5000 0*9 1*9"));
    EXPECT_THROW (race_again (Scope{}, way, steps, "0+30"), std::invalid_argument);
}

}  // namespace ravelin::sim::race
