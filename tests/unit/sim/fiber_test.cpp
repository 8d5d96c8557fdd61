// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/fiber.hpp"
#include "sim/race/thread_lane.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>

namespace ravelin::sim {
namespace {

/// Stacks of one thread, and threads that take turns as if they were that.
template <class Stacks>
class Fibers : public testing::Test {};

using Kinds = testing::Types<Fiber, race::ThreadLane>;
TYPED_TEST_SUITE (Fibers, Kinds);

TYPED_TEST (Fibers, goes_on_where_it_stopped) {
    std::string said;
    std::optional<TypeParam> fiber;
    fiber.emplace ([&] {
        for (const char *word : {"one", "two", "three"}) {
            said += word;
            fiber->suspend ();
        }
    });

    fiber->resume ();
    said += ",";
    fiber->resume ();
    EXPECT_EQ (said, "one,two");
    EXPECT_FALSE (fiber->finished ());

    fiber->resume ();
    fiber->resume ();
    EXPECT_EQ (said, "one,twothree");
    EXPECT_TRUE (fiber->finished ());
}

TYPED_TEST (Fibers, what_it_throws_comes_out_of_resume) {
    TypeParam fiber{[] {
        throw std::runtime_error{"from inside"};
    }};

    EXPECT_THROW (fiber.resume (), std::runtime_error);
    EXPECT_TRUE (fiber.finished ());
}

TYPED_TEST (Fibers, one_that_stopped_in_the_middle_is_unwound) {
    struct Guard {
        bool &destroyed;
        ~Guard () { destroyed = true; }
    };
    bool destroyed = false;
    bool reached   = false;
    {
        std::optional<TypeParam> fiber;
        fiber.emplace ([&] {
            const Guard guard{destroyed};
            fiber->suspend ();
            reached = true;
        });
        fiber->resume ();
    }
    EXPECT_TRUE (destroyed);
    EXPECT_FALSE (reached);
}

TYPED_TEST (Fibers, one_that_never_began_does_nothing) {
    bool began = false;
    {
        const TypeParam fiber{[&] {
            began = true;
        }};
    }
    EXPECT_FALSE (began);
}

}  // namespace
}  // namespace ravelin::sim
