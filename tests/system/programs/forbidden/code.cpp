// SPDX-License-Identifier: BSD-2-Clause
#include "forbidden.hpp"
#include "memory.hpp"
#include "probe.hpp"
#include "synchronize.hpp"
#include "targets.hpp"

using namespace el1;

namespace forbidden {

namespace {
void every_target_aborts () {
    for (const Target &target : targets ()) {
        Test test{"a fetch aborts", target.name};
        const auto at_el1 = normal_window (target.address);
        const auto at_el0 = user_window (target.address);
        expect_code_abort (test, at_el1, at_el1, Level::el1h);
        expect_code_abort (test, at_el1, at_el1, Level::el1t);
        expect_code_abort (test, at_el0, at_el0, Level::el0);
    }
    Test test{"a fetch aborts", "an address with more bits than stage 2 has"};
    expect_code_abort (test, behind_stage2_window (), behind_stage2_window (), Level::el1h);
}

void aarch32_aborts () {
    Test test{"a fetch aborts", "AArch32 at EL0"};
    const auto address = low_user_window (machine ().ravelin.start);
    expect_code_abort (test, address, address, Level::el0_aarch32);
}

/// Code that runs on from the host's memory into Ravelin's.
void running_on_aborts () {
    constexpr std::uint32_t nop = 0xd503'201f;
    const Pa border             = machine ().ravelin.start;
    const Pa last{border.value () - sizeof nop};

    Test test{"a fetch aborts", "code that runs on into Ravelin's"};
    auto *place          = reinterpret_cast<std::uint32_t *> (last.value ());
    const auto was_there = *place;
    *place               = nop;
    make_executable (place, sizeof nop);
    expect_code_abort (test, normal_window (last), normal_window (border), Level::el1h);
    *place = was_there;
}
}  // namespace

void test_code () {
    every_target_aborts ();
    aarch32_aborts ();
    running_on_aborts ();
}

}  // namespace forbidden
