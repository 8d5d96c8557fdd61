// SPDX-License-Identifier: BSD-2-Clause

// What becomes of interrupts that are active, one in another, when there are more than list registers.  [IHI 0048B,
// 5.3.1, EOICount]

#include "tests/unit/hyp/vgic_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;
using namespace sim;

class VgicNesting : public Vgic {
  protected:
    VgicNesting () { enter (0); }

    /// SPIs from 40 on are taken, each while the one before is active: it is more urgent.
    void nest (std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            open (40 + i, 0xe0 - 0x20 * i);
            set_pending (40 + i);
            EXPECT_EQ (guest.acknowledge (), 40U + i);
        }
    }
};
}  // namespace

TEST_F (VgicNesting, nested_ones_find_room_in_memory_and_end_from_there) {
    // Each preempts the one before: seven are active, of which four have a list register.
    Taken nested;
    for (std::uint32_t i = 0; i < 7; ++i) {
        open (40 + i, 0xe0 - 0x20 * i);
        set_pending (40 + i);
        nested.push_back (guest.acknowledge ());
        EXPECT_EQ (nested.back (), 40 + i);
        guest.takes ();
    }
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0x7fU << 8);
    EXPECT_EQ (guest.control (gich::hcr) & gich::lrenp, gich::lrenp);
    for (std::uint32_t i = 7; i-- > 0;) {
        guest.end (40 + i);
        guest.takes ();
        EXPECT_EQ (guest.load (gicd::isactiver + 4), ((1U << i) - 1) << 8) << i;
    }
    EXPECT_EQ (guest.control (gich::hcr), gich::enable);
}

TEST_F (VgicNesting, ends_of_nested_ones_are_counted_while_the_host_runs_too) {
    nest (6);
    guest.leave ();
    guest.enter (vm);
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0x3fU << 8);
    // In list registers are the most urgent four, and pending ones would go before them.
    open (90, 0x08);
    set_pending (90);
    EXPECT_EQ (guest.acknowledge (), 90U);
    guest.end (90);
    guest.takes ();
    for (std::uint32_t i = 6; i-- > 0;) {
        guest.end (40 + i);
    }
    guest.leave ();
    guest.enter (vm);
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0U);
}

TEST_F (VgicNesting, nested_ones_end_in_the_order_in_which_they_were_taken_whatever_is_written_since) {
    nest (6);
    guest.store (gicd::ipriorityr + 41, 0xf8, 1);
    EXPECT_EQ (guest.load (gicd::ipriorityr + 41, 1), 0xf8U);
    for (std::uint32_t i = 6; i-- > 1;) {
        guest.end (40 + i);
    }
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 1U << 8) << "40 was taken first";
}

TEST_F (VgicNesting, what_only_a_write_has_made_active_ends_by_its_priority) {
    for (std::uint32_t i = 0; i < 6; ++i) {
        open (40 + i, 0xe0 - 0x20 * i);
    }
    guest.store (gicd::isactiver + 4, 0x3fU << 8);
    guest.set_interface (gicv::apr0, 0x1111'1100);
    guest.end (45);
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0x1fU << 8);
    for (std::uint32_t i = 5; i-- > 1;) {
        guest.end (40 + i);
    }
    guest.takes ();
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 1U << 8);
}

TEST_F (VgicNesting, deactivation_reaches_those_that_found_no_list_register) {
    guest.open_interface (gicv::split_eoi);
    nest (6);
    guest.deactivate (40);
    guest.deactivate (45);
    EXPECT_EQ (guest.load (gicd::isactiver + 4), 0x1eU << 8);
}

}  // namespace ravelin
