// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

/// vCPUs on several CPUs, of which the first runs vCPU 0.
class VgicOthers : public Vgic {
  protected:
    VgicOthers () { enter (0); }

    /// Whether Ravelin's SGI is pending on a CPU, or active there.
    [[nodiscard]] auto kick_is_left (std::uint32_t number) -> bool {
        return cpu (number).physical (gicd::cpendsgir + 12) >> 24 != 0 ||
               (cpu (number).physical (gicd::isactiver) & 1U << 15) != 0;
    }

    /// The exit that tells the host on the first CPU whom to run.
    void expect_wake (std::uint64_t vcpus) {
        EXPECT_FALSE (guest.in_guest ());
        EXPECT_EQ (guest.x (1), RAVELIN_EXIT_WAKE);
        EXPECT_EQ (guest.x (2), vcpus);
        EXPECT_EQ (guest.x (3) | guest.x (4), 0U);
    }
};

}  // namespace ravelin::test
