// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/canonical.hpp"

#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace ravelin::sim::explore {
namespace {

[[nodiscard]] auto key_after (const Way &way) -> Key {
    ExploredMachine machine{{}};
    take_all (machine, way);
    return key_of (machine);
}

TEST (Canonical, pages_can_be_exchanged) {
    EXPECT_EQ (key_after (join ({made (0), {donate (0, 0)}})), key_after (join ({made (0), {donate (0, 2)}})));
}

TEST (Canonical, vms_of_one_kind_can_be_exchanged) {
    EXPECT_EQ (key_after (join ({made (0), made (1), {donate (0, 0)}})),
               key_after (join ({made (0), made (1), {donate (1, 1)}})));
    EXPECT_NE (key_after (made (0)), key_after (made (2)));
}

TEST (Canonical, cpus_can_be_exchanged) {
    EXPECT_EQ (key_after (join ({made (0), {run (0, 0)}})), key_after (join ({made (0), {run (0, 1)}})));
}

TEST (Canonical, places_and_handles_make_no_difference) {
    const Step destroy{.action = Action::vm_destroy};
    const Step reclaim{.action = Action::vm_reclaim};
    EXPECT_EQ (key_after (join ({made (0), made (2)})), key_after (join ({made (2), made (0)})));
    EXPECT_EQ (key_after (made (0)), key_after (join ({made (0), {destroy, reclaim, reclaim, reclaim}, made (0)})));
}

TEST (Canonical, what_a_secret_is_in_makes_a_difference) {
    const auto writes = [] (std::uint8_t vm) {
        return Way{run (vm), guest (Action::guest_store), guest (Action::interrupt)};
    };
    const Way begin = join ({made (0), made (1), {donate (0, 0), donate (1, 1)}});
    EXPECT_EQ (key_after (join ({begin, writes (0)})), key_after (join ({begin, writes (1)})));
    EXPECT_NE (key_after (join ({begin, writes (0)})), key_after (join ({begin, writes (0), writes (1)})));
}

TEST (Canonical, states_that_differ_have_keys_that_do) {
    const Step lend{.action = Action::vm_lend, .vm = 2, .page = 0, .option = RAVELIN_WRITABLE};
    const Step lend_to_read{.action = Action::vm_lend, .vm = 2, .page = 0};
    const Step outside{.action = Action::guest_load, .place = place::outside};
    const Step destroy{.action = Action::vm_destroy};
    const Way all = made (0);
    const Way own = join ({all, {donate (0, 0)}});
    const std::vector<Way> ways{
        {},
        {all[0]},
        {all[0], all[1]},
        {all[0], all[2]},
        {all[0], all[1], all[2]},
        {all[0], all[1], all[2], all[3]},
        all,
        join ({all, {destroy}}),
        own,
        join ({own, {run (0)}}),
        join ({own, {run (0), guest (Action::interrupt)}}),
        join ({own, {run (0), guest (Action::guest_store)}}),
        join ({own, {run (0), guest (Action::guest_share)}}),
        join ({own, {run (0), outside}}),
        join ({own, {run (0), guest (Action::guest_off)}}),
        join ({own, {run (0), {.cpu = 1, .action = Action::vm_destroy}}}),
        made (2),
        join ({made (2), {lend}}),
        join ({made (2), {lend_to_read}}),
        join ({made (2), {run (2), guest (Action::guest_load)}}),
        join ({made (2), {run (2), guest (Action::guest_store)}}),
    };
    std::set<Key> keys;
    for (const Way &way : ways) {
        keys.insert (key_after (way));
    }
    EXPECT_EQ (keys.size (), ways.size ());
}

TEST (Canonical, pages_that_look_the_same_are_known) {
    ExploredMachine machine{{}};
    EXPECT_EQ (look_of_page (machine, 0), look_of_page (machine, 1));
    take_all (machine, join ({made (0), {donate (0, 0)}}));
    EXPECT_NE (look_of_page (machine, 0), look_of_page (machine, 1));
    EXPECT_EQ (look_of_page (machine, 1), look_of_page (machine, 2));
}

}  // namespace
}  // namespace ravelin::sim::explore
