// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/core/bounded_vector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin {

TEST (BoundedVector, keeps_elements_in_the_order_they_came) {
    BoundedVector<int, 3> vector;
    EXPECT_TRUE (vector.empty ());
    EXPECT_TRUE (vector.push (7));
    EXPECT_TRUE (vector.push (8));

    EXPECT_THAT (vector, testing::ElementsAre (7, 8));
    EXPECT_EQ (vector[1], 8);
    EXPECT_FALSE (vector.empty ());
}

TEST (BoundedVector, refuses_what_it_has_no_room_for) {
    BoundedVector<int, 1> vector;
    EXPECT_TRUE (vector.push (7));
    EXPECT_FALSE (vector.push (8));

    EXPECT_THAT (vector, testing::ElementsAre (7));
}

}  // namespace ravelin
