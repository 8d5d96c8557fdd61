// SPDX-License-Identifier: BSD-2-Clause

// A vCPU that turns itself off while others end its VM and begin it again: in many orders of what the two CPUs do.

#include "hyp/abi/psci.h"
#include "tests/unit/hyp/vgic_machine.hpp"
#include "tests/unit/race/with_schedules.hpp"

#include <gtest/gtest.h>

namespace ravelin {

using namespace test;

TEST (GuestPsciRace, who_turns_off_leaves_alone_what_has_become_of_it_meanwhile) {
    with_schedules (2,
                    [] (const Race &race) {
                        VgicMachine machine;
                        const auto vm = machine.make ({.limit = 4});
                        auto &first   = machine.cpu (0);
                        auto &second  = machine.cpu (1);
                        first.enter (vm, 0);
                        second.enter (vm, 1);
                        const auto begins_again = [&] {
                            EXPECT_EQ (second.call ({PSCI_SYSTEM_RESET}), RAVELIN_SUCCESS);
                            EXPECT_EQ (second.x (1), RAVELIN_EXIT_SYSTEM_RESET);
                            EXPECT_EQ (second.call ({RAVELIN_VCPU_SET, vm, 1, RAVELIN_REGISTER_POWER, 1}),
                                       RAVELIN_SUCCESS);
                            second.enter (vm, 1);
                            EXPECT_EQ (second.call ({PSCI_CPU_ON_64, 0, VmMachine::ram, 0}), RAVELIN_SUCCESS);
                            EXPECT_EQ (second.x (1), RAVELIN_EXIT_WAKE);
                        };
                        const auto schedule = race ({[&] { first.call ({PSCI_CPU_OFF}); }, begins_again});
                        EXPECT_EQ (first.x (1), RAVELIN_EXIT_OFF) << schedule;
                        first.enter (vm, 0);
                        EXPECT_EQ (first.hal ().read<hal::sysreg::elr_el2> (), VmMachine::ram) << schedule;
                    },
                    {.number = 300, .moments = 200});
}

}  // namespace ravelin
