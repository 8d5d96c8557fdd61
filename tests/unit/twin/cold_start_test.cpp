// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/cold_start.hpp"
#include "sim/twin/divergence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::sim {

namespace {
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::uint64_t line = 64;
constexpr PaRange own{Pa{0x4020'0000}, 4 * line};

class ColdStartTest : public testing::Test {
  protected:
    static void invalidate_lines (ColdStart &start) {
        for (Pa pa = own.start; pa < own.end (); pa = pa + line) {
            start.invalidate_line (pa);
        }
    }
    static void invalidate_all (ColdStart &start) {
        invalidate_lines (start);
        start.invalidate_code ();
        start.invalidate_addresses ();
        start.complete ();
    }

    ColdStart first{ColdStart::Who::first, own};
    ColdStart later{ColdStart::Who::later, own};
};
}  // namespace

TEST_F (ColdStartTest, first_cpu_invalidates_stores_and_invalidates_again) {
    invalidate_all (first);
    EXPECT_NO_THROW (first.store ({own.start + (line - 8), 16}));
    invalidate_all (first);
    EXPECT_NO_THROW (first.turn_on ());
}

TEST_F (ColdStartTest, dirty_line_may_come_over_a_store) {
    const auto store = [this] {
        first.store ({own.start + (line - 8), 16});
    };
    const auto throws = ThrowsMessage<Divergence> (HasSubstr ("over what is stored at 0x40200038"));
    EXPECT_THAT (store, throws);
    invalidate_lines (first);
    EXPECT_THAT (store, throws) << "that isn't complete";
    first.complete ();
    EXPECT_NO_THROW (store ());
    EXPECT_NO_THROW (store ()) << "there is nothing dirty in it any more";
}

TEST_F (ColdStartTest, line_may_have_been_fetched_before_a_store) {
    invalidate_all (first);
    first.store ({own.start + 2 * line, 4});
    const auto turn_on = [this] {
        first.turn_on ();
    };
    const auto throws = ThrowsMessage<Divergence> (HasSubstr ("past caches at 0x40200080 may be another"));
    EXPECT_THAT (turn_on, throws);
    first.invalidate_line (own.start + 2 * line);
    EXPECT_THROW (first.turn_on (), Divergence) << "that isn't complete";
    first.complete ();
    EXPECT_NO_THROW (first.turn_on ());
}

TEST_F (ColdStartTest, each_line_is_invalidated) {
    for (Pa pa = own.start; pa + line < own.end (); pa = pa + line) {
        first.invalidate_line (pa);
    }
    first.invalidate_code ();
    first.invalidate_addresses ();
    first.complete ();
    EXPECT_THAT ([this] { first.turn_on (); },
                 ThrowsMessage<Divergence> (HasSubstr ("what is at 0x402000c0 may be another")));
}

TEST_F (ColdStartTest, code_and_addresses_are_invalidated) {
    for (ColdStart *const start : {&first, &later}) {
        if (start == &first) { invalidate_lines (first); }
        start->invalidate_addresses ();
        start->complete ();
        EXPECT_THAT ([&] { start->turn_on (); }, ThrowsMessage<Divergence> (HasSubstr ("instruction caches")));
        start->invalidate_code ();
        EXPECT_THROW (start->turn_on (), Divergence) << "that isn't complete";
        start->complete ();
        EXPECT_NO_THROW (start->turn_on ());
    }
    ColdStart other{ColdStart::Who::later, own};
    other.invalidate_code ();
    other.complete ();
    EXPECT_THAT ([&] { other.turn_on (); }, ThrowsMessage<Divergence> (HasSubstr ("TLBs")));
}

TEST_F (ColdStartTest, what_others_have_in_their_caches_is_theirs) {
    EXPECT_THAT ([this] { later.store ({own.start, 8}); }, ThrowsMessage<Divergence> (HasSubstr ("others may have")));
    EXPECT_THAT ([this] { later.invalidate_line (own.start); },
                 ThrowsMessage<Divergence> (HasSubstr ("another CPU has written")));
}

TEST_F (ColdStartTest, memory_of_others_is_out_of_reach) {
    EXPECT_THROW (first.store ({own.end (), 8}), Divergence);
    EXPECT_THROW (first.invalidate_line (own.end ()), Divergence);
}

}  // namespace ravelin::sim
