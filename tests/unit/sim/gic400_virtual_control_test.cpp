// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/virtual_gic.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint32_t maintenance = 25;
constexpr std::uint32_t timer       = 27;

/// Whether the wire of the maintenance interrupt of the first CPU is up: it's level-sensitive.
[[nodiscard]] auto maintained (VirtualGic &machine) -> bool {
    constexpr std::uint64_t gicd_ispendr = 0x200;
    return (machine.distributor (gicd_ispendr) >> maintenance & 1) != 0;
}

/// The guest takes what comes first, and ends it.
void take_and_end (VirtualGic &machine, std::uint64_t intid) {
    ASSERT_EQ (machine.acknowledge (), intid);
    machine.guest (gicv::eoir, intid);
}

TEST (GicVirtualControl, describes_itself_and_its_reset) {
    Gic400 gic{1, 64, GicSecurity::absent};
    auto &control = gic.virtual_control ();

    EXPECT_EQ (read_register (control, gich::vtr), 0x9000'0003U) << "five bits of priority, four list registers";
    EXPECT_EQ (read_register (control, gich::hcr), 0U);
    EXPECT_EQ (read_register (control, gich::vmcr), 0x004c'0000U);
    EXPECT_EQ (read_register (control, gich::elrsr0), 0xfU);
    EXPECT_EQ (read_register (control, gich::eisr0), 0U);
    EXPECT_EQ (read_register (control, gich::misr), 0U);
}

TEST (GicVirtualControl, says_which_list_registers_are_free) {
    VirtualGic machine;
    machine.list (1, listed (40, 0x80));
    machine.list (2, listed (41, 0x80, gich::active));

    EXPECT_EQ (machine.control (gich::elrsr0), 0b1001U);
}

TEST (GicVirtualControl, can_be_put_back_with_what_it_asserts) {
    VirtualGic machine;
    machine.list (2, listed (40, 0x80, gich::pending | gich::eoi));
    const auto kept = machine.gic.keep ();
    take_and_end (machine, 40);
    ASSERT_TRUE (maintained (machine));

    machine.gic.put_back (kept);

    EXPECT_FALSE (maintained (machine));
    EXPECT_TRUE (machine.gic.virtual_irq_pending (CpuIndex{0}));
    take_and_end (machine, 40);
    EXPECT_TRUE (maintained (machine));
}

TEST (GicVirtualControl, an_end_that_was_asked_for_is_told_until_the_register_is_written) {
    VirtualGic machine;
    machine.list (2, listed (40, 0x80, gich::pending | gich::eoi));
    EXPECT_FALSE (maintained (machine));

    take_and_end (machine, 40);

    EXPECT_EQ (machine.control (gich::eisr0), 0b0100U);
    EXPECT_EQ (machine.control (gich::elrsr0), 0b1011U) << "not free before EL2 has seen it";
    EXPECT_EQ (machine.control (gich::misr), 1U);
    EXPECT_TRUE (maintained (machine));

    machine.list (2, 0);
    EXPECT_EQ (machine.control (gich::eisr0), 0U);
    EXPECT_FALSE (maintained (machine));
}

TEST (GicVirtualControl, maintenance_needs_the_interface_to_be_on) {
    VirtualGic machine;
    machine.control (gich::hcr, gich::np);
    EXPECT_EQ (machine.control (gich::misr), gich::np);
    EXPECT_FALSE (maintained (machine));

    machine.control (gich::hcr, gich::np | gich::enable);
    EXPECT_TRUE (maintained (machine));
}

TEST (GicVirtualControl, tells_when_nothing_is_pending_any_more) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    machine.control (gich::hcr, gich::enable | gich::np);
    EXPECT_FALSE (maintained (machine));

    ASSERT_EQ (machine.acknowledge (), 40U);

    EXPECT_EQ (machine.control (gich::misr), gich::np);
    EXPECT_TRUE (maintained (machine));
}

TEST (GicVirtualControl, tells_when_at_most_one_register_is_in_use) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80));
    machine.list (1, listed (41, 0x80));
    machine.control (gich::hcr, gich::enable | gich::underflow);
    EXPECT_FALSE (maintained (machine));

    ASSERT_EQ (machine.acknowledge (), 40U);
    EXPECT_FALSE (maintained (machine)) << "active ones are in use";
    machine.guest (gicv::eoir, 40);

    EXPECT_EQ (machine.control (gich::misr), gich::underflow);
    EXPECT_TRUE (maintained (machine));
}

TEST (GicVirtualControl, tells_when_the_guest_turns_its_groups_on_or_off) {
    VirtualGic machine;
    machine.control (gich::hcr, gich::enable | 0xf0);  // VGrp0EIE, VGrp0DIE, VGrp1EIE, VGrp1DIE
    machine.guest (gicv::ctlr, 1);
    EXPECT_EQ (machine.control (gich::misr), 0x90U);
    machine.guest (gicv::ctlr, 2);
    EXPECT_EQ (machine.control (gich::misr), 0x60U);

    machine.control (gich::hcr, gich::enable | 0x10);
    EXPECT_FALSE (maintained (machine));
    machine.guest (gicv::ctlr, 1);
    EXPECT_TRUE (maintained (machine));
}

TEST (GicVirtualControl, ends_for_which_there_is_no_register_are_counted) {
    VirtualGic machine;
    machine.control (gich::apr, 0b11);
    machine.control (gich::hcr, gich::enable | gich::lrenp);
    EXPECT_FALSE (maintained (machine));

    machine.guest (gicv::eoir, 40);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 1U);
    EXPECT_TRUE (maintained (machine));
    machine.guest (gicv::eoir, 41);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 2U);
    machine.guest (gicv::eoir, 42);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 2U) << "no priority was dropped";

    machine.control (gich::hcr, gich::enable | gich::lrenp);
    EXPECT_FALSE (maintained (machine));
}

TEST (GicVirtualControl, an_end_of_what_is_only_pending_is_counted) {
    VirtualGic machine;
    machine.control (gich::apr, 1);
    machine.list (0, listed (40, 0x80));

    machine.guest (gicv::eoir, 40);

    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 1U);
    EXPECT_EQ (machine.list (0), listed (40, 0x80));
}

TEST (GicVirtualControl, spurious_ends_are_not_counted_and_drop_nothing) {
    VirtualGic machine;
    machine.control (gich::apr, 1);

    machine.guest (gicv::eoir, 1023);

    EXPECT_EQ (machine.control (gich::hcr), gich::enable);
    EXPECT_EQ (machine.control (gich::apr), 1U);
}

TEST (GicVirtualControl, with_split_eoi_deactivations_are_counted_instead) {
    VirtualGic machine;
    machine.guest (gicv::ctlr, 1 | gicv::split_eoi);
    machine.control (gich::apr, 1);

    machine.guest (gicv::eoir, 40);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 0U);
    machine.guest (gicv::dir, 40);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 1U);
    machine.guest (gicv::dir, 1023);
    EXPECT_EQ (machine.control (gich::hcr) >> gich::eoi_count, 1U) << "that's no interrupt";
}

TEST (GicVirtualControl, the_count_of_ends_wraps) {
    VirtualGic machine;
    machine.control (gich::hcr, gich::enable | 31U << gich::eoi_count);
    machine.control (gich::apr, 1);

    machine.guest (gicv::eoir, 40);

    EXPECT_EQ (machine.control (gich::hcr), gich::enable);
}

/// A GIC on which physical PPI 27 is active and its wire is up, as when EL2 gives it to a guest.
struct WithTimer : VirtualGic {
    static constexpr std::uint64_t gicd_isactiver0 = 0x300;

    WithTimer () {
        distributor (0x000, 1);            // GICD_CTLR
        distributor (0x100, 1U << timer);  // GICD_ISENABLER0
        write_register (gic.cpu_interface (), 0x0, 1);
        write_register (gic.cpu_interface (), 0x4, 0xff);
        distributor (gicd_isactiver0, 1U << timer);
        gic.set_private (CpuIndex{0}, timer, true);
        list (0, wired (timer, 0x80, timer));
    }
    [[nodiscard]] auto is_active () -> bool { return (distributor (gicd_isactiver0) >> timer & 1) != 0; }
    [[nodiscard]] auto physical () -> bool { return gic.irq_pending (CpuIndex{0}); }
};

TEST (GicVirtualControl, the_end_of_a_hardware_interrupt_ends_the_physical_one) {
    WithTimer machine;
    ASSERT_FALSE (machine.physical ()) << "what is active isn't signalled";
    ASSERT_EQ (machine.acknowledge (), timer);
    EXPECT_TRUE (machine.is_active ());

    machine.guest (gicv::eoir, timer);

    EXPECT_FALSE (machine.is_active ());
    EXPECT_TRUE (machine.physical ()) << "the wire is still up";
    EXPECT_EQ (machine.control (gich::eisr0), 0U) << "bit 19 is the physical INTID's";
    EXPECT_EQ (machine.control (gich::elrsr0), 0xfU);
}

TEST (GicVirtualControl, with_split_eoi_the_deactivation_ends_the_physical_one) {
    WithTimer machine;
    machine.guest (gicv::ctlr, 1 | gicv::split_eoi);
    ASSERT_EQ (machine.acknowledge (), timer);

    machine.guest (gicv::eoir, timer);
    EXPECT_TRUE (machine.is_active ());
    machine.guest (gicv::dir, timer);
    EXPECT_FALSE (machine.is_active ());
}

TEST (GicVirtualControl, the_end_of_another_interrupt_leaves_the_physical_one) {
    WithTimer machine;
    ASSERT_EQ (machine.acknowledge (), timer);

    machine.guest (gicv::eoir, 40);

    EXPECT_TRUE (machine.is_active ());
}

TEST (GicVirtualControl, a_hardware_interrupt_may_be_one_that_the_controller_lacks) {
    VirtualGic machine;
    machine.list (0, wired (40, 0x80, 1000));
    take_and_end (machine, 40);
    EXPECT_EQ (machine.control (gich::elrsr0), 0xfU);
}

TEST (GicVirtualControl, each_cpus_block_has_an_address_of_its_own_too) {
    VirtualGic machine;
    machine.list (1, listed (40, 0x80), 2);

    EXPECT_EQ (machine.control (0x1000 + 2 * 0x200 + gich::lr0 + 4), listed (40, 0x80));
    machine.control (0x1000 + 2 * 0x200 + gich::lr0 + 4, 0);
    EXPECT_FALSE (machine.irq (2));
    EXPECT_THROW (static_cast<void> (machine.control (0x1000 + 4 * 0x200)), Violation);
}

TEST (GicVirtualControl, refuses_what_is_no_register) {
    VirtualGic machine;
    for (const std::uint64_t offset : {0x00cU, 0x014U, 0x024U, 0x034U, 0x0f4U, 0x110U, 0x200U}) {
        EXPECT_THROW (static_cast<void> (machine.control (offset)), Violation) << offset;
        EXPECT_THROW (machine.control (offset, 0), Violation) << offset;
    }
    for (const std::uint64_t offset : {gich::vtr, gich::misr, gich::eisr0, gich::elrsr0}) {
        EXPECT_THROW (machine.control (offset, 0), Violation) << offset;
    }
    EXPECT_THROW (write_register (machine.gic.virtual_control (), gich::hcr, 0, 0, 8), Violation);
}

TEST (GicVirtualControl, refuses_two_list_registers_with_one_interrupt) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80, gich::active));
    EXPECT_THROW (machine.list (3, listed (40, 0x20)), Violation);
    EXPECT_THROW (machine.list (3, wired (40, 0x20, 50)), Violation);
    machine.list (0, 40);
    machine.list (3, listed (40, 0x20));
}

TEST (GicVirtualControl, refuses_two_list_registers_with_one_physical_interrupt) {
    VirtualGic machine;
    machine.list (0, wired (40, 0x80, 50));
    EXPECT_THROW (machine.list (1, wired (41, 0x80, 50)), Violation);
    machine.list (1, wired (41, 0x80, 51));
    machine.list (2, listed (50, 0x80));
}

TEST (GicVirtualControl, refuses_hardware_interrupts_that_there_can_not_be) {
    VirtualGic machine;
    for (const std::uint32_t physical : {0U, 15U, 1020U, 1023U}) {
        EXPECT_THROW (machine.list (0, wired (40, 0x80, physical)), Violation) << physical;
    }
    EXPECT_THROW (machine.list (0, wired (40, 0x80, 50, gich::pending | gich::active)), Violation);
    machine.list (0, wired (40, 0x80, 0, 0));
    machine.list (0, wired (40, 0x80, 16));
}

TEST (GicVirtualControl, refuses_virtual_interrupts_that_there_can_not_be) {
    VirtualGic machine;
    EXPECT_THROW (machine.list (0, listed (1020, 0x80)), Violation);
    EXPECT_THROW (machine.list (0, listed (16, 0x80, gich::pending | 1U << 10)), Violation) << "no SGI has no sender";
    machine.list (0, listed (1019, 0x80));
}

TEST (GicVirtualControl, refuses_another_interrupt_over_an_active_one_while_the_interface_is_on) {
    VirtualGic machine;
    machine.list (0, listed (40, 0x80, gich::active));
    EXPECT_THROW (machine.list (0, listed (41, 0x80)), Violation);
    machine.list (0, listed (40, 0x80, gich::pending | gich::active));

    machine.control (gich::hcr, 0);
    machine.list (0, listed (41, 0x80, gich::active));
    machine.control (gich::hcr, gich::enable);
    machine.list (0, 0);
    machine.list (0, listed (42, 0x80));
}

TEST (GicVirtualControl, says_what_was_wrong) {
    VirtualGic machine;
    try {
        machine.list (2, listed (1020, 0x80));
        FAIL ();
    } catch (const Violation &violation) {
        EXPECT_EQ (std::string{violation.what ()},
                   "GICH_LR2 of CPU 0 from 0x0 to 0x180003fc: a virtual INTID from 1020 on");
    }
}

TEST (GicVirtualControl, bits_that_there_are_not_read_as_zero) {
    VirtualGic machine;
    machine.control (gich::hcr, 0xffff'ffff);
    EXPECT_EQ (machine.control (gich::hcr), 0xf800'00ffU);
    machine.control (gich::vmcr, 0xffff'ffff);
    EXPECT_EQ (machine.control (gich::vmcr), 0xf8fc'021fU);
    machine.list (0, 0x4fff'ffff);
    EXPECT_EQ (machine.list (0), 0x4f88'1fffU);
}

}  // namespace
}  // namespace ravelin::sim
