// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/spec/gic_host.hpp"

namespace ravelin::spec::test {

/// A test of what list registers may hold: SPIs that go to vCPU 0.
class DeliveryHost : public GicHost {
  protected:
    /// SPIs 32 to 39 for vCPU 0, with these priorities; the others have the worst.
    void open_all (std::initializer_list<std::uint64_t> priorities = {}) {
        std::uint32_t intid = 32;
        for (const std::uint64_t priority : priorities) {
            open (intid++, 1, priority);
        }
        while (intid < 40) {
            open (intid++, 1, 0xf0);
        }
        unmask ();
    }

    /// Raises the line of an SPI of vCPU 0, which runs.
    void raise (std::uint64_t intid) { EXPECT_EQ (line (intid, 1), RAVELIN_SUCCESS); }

    static constexpr std::uint8_t worst = 0xf0;
};

}  // namespace ravelin::spec::test
