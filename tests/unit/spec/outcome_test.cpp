// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/outcome.hpp"

#include <array>
#include <gtest/gtest.h>

namespace ravelin::spec::test {
namespace {

constexpr std::array<std::uint64_t, 31> before{10, 11, 12, 13, 14, 15, 16};

TEST (SpecOutcome, agrees_if_results_are_as_they_should_and_all_else_is_kept) {
    const Outcome outcome = returns (Next::host, {0, 5});
    auto after            = before;
    EXPECT_FALSE (agrees (outcome, before, after));
    after[0] = 0;
    after[1] = 5;
    EXPECT_TRUE (agrees (outcome, before, after));
    after[2] = 0;
    EXPECT_FALSE (agrees (outcome, before, after));
    after     = before;
    after[0]  = 0;
    after[1]  = 5;
    after[30] = 1;
    EXPECT_FALSE (agrees (outcome, before, after));
}

TEST (SpecOutcome, a_status_fills_all_of_x0) {
    EXPECT_EQ (returns_status (-3).x[0].value, 0xffff'ffff'ffff'fffd);
}

TEST (SpecOutcome, agrees_with_any_value_where_none_is_known) {
    Outcome outcome = returns_status (0);
    outcome.x[1]    = {ExpectedRegister::Kind::any, 0};
    auto after      = before;
    after[0]        = 0;
    after[1]        = 999;
    EXPECT_TRUE (agrees (outcome, before, after));
}

TEST (SpecOutcome, agrees_with_all_where_nothing_is_specified) {
    EXPECT_TRUE (agrees (Outcome{.next = Next::unspecified}, before, std::array<std::uint64_t, 31>{}));
}

}  // namespace
}  // namespace ravelin::spec::test
