// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/canonical.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ravelin::sim::explore {
namespace {

constexpr Step raise{.action = Action::vm_set_line, .option = wire::up, .intid = 32};
constexpr Step lower{.action = Action::vm_set_line, .option = wire::down, .intid = 32};
constexpr Step time_passes{.action = Action::time_passes};

[[nodiscard]] auto key_after (const std::string &scope, const Way &way) -> Key {
    ExploredMachine machine{*read_scope (scope)};
    take_all (machine, way);
    return key_of (machine);
}

[[nodiscard]] auto change (std::uint8_t what) -> Step {
    return {.action = Action::gicd_change, .option = what, .intid = 32};
}

[[nodiscard]] auto timer (std::uint8_t when, std::uint8_t intid = 27) -> Step {
    return {.action = Action::guest_sets_timer, .option = when, .intid = intid};
}

/// Whether all these lead to states of which no two are one.
void expect_different (const std::string &scope, const std::vector<Way> &ways) {
    std::set<Key> keys;
    for (const Way &way : ways) {
        keys.insert (key_after (scope, way));
    }
    EXPECT_EQ (keys.size (), ways.size ());
}

TEST (InterruptFacts, say_what_an_interrupt_is_and_how_it_is_set_up) {
    const Way there{raise, run (0)};
    const Way taken = join ({there, {guest (Action::gicc_acknowledge)}});
    std::vector<Way> ways{{}, {raise}, {run (0)}, there, taken, join ({taken, {guest (Action::interrupt)}})};
    for (const std::uint8_t what : {gicd::disable, gicd::activate, gicd::urgent, gicd::group1}) {
        ways.push_back (join ({there, {change (what)}}));
    }
    for (const std::uint8_t mode : {gicc::off, gicc::splits_end, gicc::urgent_only}) {
        ways.push_back (join ({there, {{.action = Action::gicc_control, .option = mode}}}));
    }
    ways.push_back (join ({there, {{.action = Action::gicd_control, .option = 0}}}));
    expect_different ("vgic", ways);
}

TEST (InterruptFacts, forget_how_it_came_to_that) {
    EXPECT_EQ (key_after ("vgic", {raise, lower, run (0)}), key_after ("vgic", {run (0)}));
    EXPECT_EQ (key_after ("vgic", {run (0), guest (Action::interrupt)}),
               key_after ("vgic", {run (0), guest (Action::guest_version), guest (Action::interrupt)}));
    const Way handled{raise, run (0), guest (Action::gicc_acknowledge),          guest (Action::interrupt),
                      lower, run (0), {.action = Action::gicc_end, .intid = 32}, guest (Action::interrupt)};
    EXPECT_EQ (key_after ("vgic", handled), key_after ("vgic", join ({handled, handled})));
}

TEST (InterruptFacts, say_when_timers_run_out_and_not_what_time_it_is) {
    expect_different ("timer-two", {{run (0), timer (moment::off)},
                                    {run (0), timer (moment::past)},
                                    {run (0), timer (moment::soon)},
                                    {run (0), timer (moment::never)},
                                    {run (0), timer (moment::masked)},
                                    {run (0), timer (moment::past, 30)},
                                    {run (0), timer (moment::soon, 30)},
                                    {{.action = Action::host_sets_timer, .option = moment::soon}},
                                    {{.action = Action::host_sets_timer, .option = moment::soon}, run (0)},
                                    {{.action = Action::vm_set_time, .option = 1}}});
    EXPECT_EQ (key_after ("timer-two", {time_passes, time_passes}), key_after ("timer-two", {time_passes}));
    EXPECT_EQ (key_after ("timer-two", {time_passes, time_passes, run (0), timer (moment::soon)}),
               key_after ("timer-two", {time_passes, run (0), timer (moment::soon)}));
    EXPECT_EQ (key_after ("timer-two", {run (0), timer (moment::soon), time_passes}),
               key_after ("timer-two", {run (0), timer (moment::past)}));
}

TEST (InterruptFacts, exchange_cpus) {
    EXPECT_EQ (key_after ("vgic-sgi", {run (0, 0)}), key_after ("vgic-sgi", {run (0, 1)}));
    EXPECT_EQ (key_after ("timer", {{.cpu = 0, .action = Action::host_sets_timer, .option = moment::soon}}),
               key_after ("timer", {{.cpu = 1, .action = Action::host_sets_timer, .option = moment::soon}}));
}

}  // namespace
}  // namespace ravelin::sim::explore
