// SPDX-License-Identifier: BSD-2-Clause

// vCPUs that are turned on and off, asked for, and whose VM ends, all at the same time.

#include "tests/unit/race/race_machine.hpp"

#include <cstdint>
#include <gtest/gtest.h>

namespace ravelin::sim::race {

namespace {
using namespace explore;

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

}  // namespace

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

}  // namespace ravelin::sim::race
