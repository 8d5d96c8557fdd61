// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400.hpp"
#include "tests/unit/sim/device_access.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr std::uint64_t gicd_ctlr       = 0x000;
constexpr std::uint64_t gicd_typer      = 0x004;
constexpr std::uint64_t gicd_igroupr    = 0x080;
constexpr std::uint64_t gicd_isenabler  = 0x100;
constexpr std::uint64_t gicd_icenabler  = 0x180;
constexpr std::uint64_t gicd_ispendr    = 0x200;
constexpr std::uint64_t gicd_icpendr    = 0x280;
constexpr std::uint64_t gicd_isactiver  = 0x300;
constexpr std::uint64_t gicd_icactiver  = 0x380;
constexpr std::uint64_t gicd_ipriorityr = 0x400;
constexpr std::uint64_t gicd_itargetsr  = 0x800;
constexpr std::uint64_t gicd_icfgr      = 0xc00;
constexpr std::uint64_t gicd_sgir       = 0xf00;
constexpr std::uint64_t gicd_cpendsgir  = 0xf10;
constexpr std::uint64_t gicd_spendsgir  = 0xf20;
constexpr std::uint64_t gicc_ctlr       = 0x00;
constexpr std::uint64_t gicc_pmr        = 0x04;
constexpr std::uint64_t gicc_iar        = 0x0c;
constexpr std::uint64_t gicc_eoir       = 0x10;
constexpr std::uint64_t gicc_rpr        = 0x14;
constexpr std::uint64_t gicc_hppir      = 0x18;
constexpr std::uint64_t gicc_aiar       = 0x20;
constexpr std::uint64_t gicc_dir        = 0x1000;

constexpr std::uint32_t spurious  = 1023;
constexpr std::uint32_t spi       = 40;
constexpr std::uint32_t ppi       = 27;
constexpr std::uint64_t split_eoi = 1U << 9;  // GICC_CTLR.EOImode

/// A GIC with four CPUs, all on, that lets every interrupt through.
struct Running {
    explicit Running (GicSecurity security = GicSecurity::absent) : gic{4, 64, security} {
        write_register (gic.distributor (), gicd_ctlr, 1);
        for (std::uint32_t cpu = 0; cpu < 4; ++cpu) {
            write_register (gic.cpu_interface (), gicc_ctlr, 1, cpu);
            write_register (gic.cpu_interface (), gicc_pmr, 0xff, cpu);
        }
        enable (ppi, 0xa0);
        enable (spi, 0xa0);
        enable (spi + 1, 0xa0);
        target (spi, 0);
        target (spi + 1, 0);
    }

    void enable (std::uint32_t intid, std::uint8_t priority) {
        write_register (gic.distributor (), gicd_isenabler + intid / 32 * 4, 1U << intid % 32);
        write_register (gic.distributor (), gicd_ipriorityr + intid, priority, 0, 1);
    }
    void target (std::uint32_t intid, std::uint32_t cpu) {
        write_register (gic.distributor (), gicd_itargetsr + intid, 1U << cpu, 0, 1);
    }
    void send (std::uint32_t intid, std::uint32_t targets, std::uint32_t from, std::uint32_t filter = 0) {
        write_register (gic.distributor (), gicd_sgir, filter << 24 | targets << 16 | intid, from);
    }
    [[nodiscard]] auto distributor (std::uint64_t offset, std::uint32_t cpu = 0, unsigned size = 4) -> std::uint64_t {
        return read_register (gic.distributor (), offset, cpu, size);
    }
    [[nodiscard]] auto interface (std::uint64_t offset, std::uint32_t cpu = 0) -> std::uint64_t {
        return read_register (gic.cpu_interface (), offset, cpu);
    }
    [[nodiscard]] auto acknowledge (std::uint32_t cpu = 0) -> std::uint64_t { return interface (gicc_iar, cpu); }
    void end (std::uint64_t value, std::uint32_t cpu = 0) {
        write_register (gic.cpu_interface (), gicc_eoir, value, cpu);
    }
    [[nodiscard]] auto irq (std::uint32_t cpu = 0) -> bool { return gic.irq_pending (CpuIndex{cpu}); }

    Gic400 gic;
};

TEST (Gic400, a_wire_becomes_an_interrupt_of_its_target_only) {
    Running machine;
    machine.target (spi, 2);

    machine.gic.set_shared (spi, true);

    EXPECT_TRUE (machine.irq (2));
    EXPECT_FALSE (machine.irq (0));
    EXPECT_EQ (machine.acknowledge (2), spi);
    EXPECT_EQ (machine.acknowledge (0), spurious);
}

TEST (Gic400, a_level_interrupt_comes_again_until_its_wire_falls) {
    Running machine;
    machine.gic.set_shared (spi, true);

    EXPECT_EQ (machine.acknowledge (), spi);
    EXPECT_FALSE (machine.irq ()) << "it's active";
    machine.end (spi);
    EXPECT_TRUE (machine.irq ()) << "the wire is still up";

    EXPECT_EQ (machine.acknowledge (), spi);
    machine.gic.set_shared (spi, false);
    machine.end (spi);
    EXPECT_FALSE (machine.irq ());
}

TEST (Gic400, an_edge_interrupt_comes_once) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_icfgr + spi / 16 * 4, 2U << 2 * (spi % 16));
    machine.gic.set_shared (spi, true);
    machine.gic.set_shared (spi, false);

    EXPECT_EQ (machine.acknowledge (), spi) << "the edge was latched";
    machine.end (spi);
    EXPECT_FALSE (machine.irq ());
}

TEST (Gic400, a_private_wire_is_one_cpus_own) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_isenabler, 1U << ppi, 3);

    machine.gic.set_private (CpuIndex{3}, ppi, true);

    EXPECT_TRUE (machine.irq (3));
    EXPECT_FALSE (machine.irq (0));
    EXPECT_EQ (machine.distributor (gicd_ispendr, 0) >> ppi & 1, 0);
    EXPECT_EQ (machine.distributor (gicd_ispendr, 3) >> ppi & 1, 1);
}

TEST (Gic400, a_wire_without_a_target_leads_nowhere) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_itargetsr + spi, 0, 0, 1);

    machine.gic.set_shared (spi, true);

    for (std::uint32_t cpu = 0; cpu < 4; ++cpu) {
        EXPECT_FALSE (machine.irq (cpu)) << cpu;
    }
}

TEST (Gic400, nothing_comes_while_one_of_its_gates_is_closed) {
    Running machine;
    machine.gic.set_shared (spi, true);
    ASSERT_TRUE (machine.irq ());

    write_register (machine.gic.distributor (), gicd_icenabler + 4, 1U << (spi - 32));
    EXPECT_FALSE (machine.irq ()) << "disabled";
    machine.enable (spi, 0xa0);

    write_register (machine.gic.distributor (), gicd_ctlr, 0);
    EXPECT_FALSE (machine.irq ()) << "distributor off";
    write_register (machine.gic.distributor (), gicd_ctlr, 1);

    write_register (machine.gic.cpu_interface (), gicc_ctlr, 0);
    EXPECT_FALSE (machine.irq ()) << "CPU interface off";
    write_register (machine.gic.cpu_interface (), gicc_ctlr, 1);

    write_register (machine.gic.cpu_interface (), gicc_pmr, 0xa0);
    EXPECT_FALSE (machine.irq ()) << "its priority isn't above the mask";
    write_register (machine.gic.cpu_interface (), gicc_pmr, 0xa8);
    EXPECT_TRUE (machine.irq ());
}

TEST (Gic400, the_highest_priority_is_taken_first_then_the_lowest_number) {
    Running machine;
    machine.enable (spi + 1, 0x20);
    machine.enable (ppi, 0x20);
    machine.gic.set_shared (spi, true);
    machine.gic.set_shared (spi + 1, true);
    machine.gic.set_private (CpuIndex{0}, ppi, true);

    EXPECT_EQ (machine.interface (gicc_hppir), ppi) << "a peek";
    EXPECT_EQ (machine.acknowledge (), ppi);
}

TEST (Gic400, only_a_higher_priority_interrupts_what_is_being_handled) {
    Running machine;
    machine.gic.set_shared (spi, true);
    ASSERT_EQ (machine.acknowledge (), spi);
    EXPECT_EQ (machine.interface (gicc_rpr), 0xa0);

    machine.gic.set_shared (spi + 1, true);
    EXPECT_FALSE (machine.irq ()) << "same priority";

    machine.enable (spi + 1, 0x40);
    EXPECT_TRUE (machine.irq ());
    EXPECT_EQ (machine.acknowledge (), spi + 1);
    EXPECT_EQ (machine.interface (gicc_rpr), 0x40);

    machine.end (spi + 1);
    EXPECT_EQ (machine.interface (gicc_rpr), 0xa0);
    machine.end (spi);
    EXPECT_EQ (machine.interface (gicc_rpr), 0xff);
}

TEST (Gic400, with_split_eoi_an_interrupt_stays_active_until_it_is_deactivated) {
    Running machine;
    write_register (machine.gic.cpu_interface (), gicc_ctlr, 1 | split_eoi);
    machine.gic.set_shared (spi, true);
    ASSERT_EQ (machine.acknowledge (), spi);

    machine.end (spi);
    EXPECT_EQ (machine.interface (gicc_rpr), 0xff) << "the priority has dropped";
    EXPECT_FALSE (machine.irq ()) << "but it's active";
    EXPECT_EQ (machine.distributor (gicd_isactiver + 4) >> (spi - 32) & 1, 1);

    write_register (machine.gic.cpu_interface (), gicc_dir, spi);
    EXPECT_TRUE (machine.irq ());
}

TEST (Gic400, an_sgi_tells_who_sent_it) {
    Running machine;

    machine.send (5, 0b0101, 3);

    EXPECT_TRUE (machine.irq (0));
    EXPECT_FALSE (machine.irq (1));
    EXPECT_TRUE (machine.irq (2));
    EXPECT_EQ (machine.acknowledge (2), 3U << 10 | 5);
}

TEST (Gic400, an_sgi_from_two_cpus_comes_twice) {
    Running machine;
    machine.send (5, 1, 1);
    machine.send (5, 1, 2);
    machine.send (5, 1, 2);

    EXPECT_EQ (machine.acknowledge (), 1U << 10 | 5);
    machine.end (1U << 10 | 5);
    EXPECT_EQ (machine.acknowledge (), 2U << 10 | 5);
    machine.end (2U << 10 | 5);
    EXPECT_EQ (machine.acknowledge (), spurious);
}

TEST (Gic400, an_sgi_goes_to_all_others_or_to_oneself_if_asked) {
    Running machine;

    machine.send (1, 0, 2, 1);
    EXPECT_TRUE (machine.irq (0) && machine.irq (1) && machine.irq (3));
    EXPECT_FALSE (machine.irq (2));

    machine.send (1, 0, 2, 2);
    EXPECT_TRUE (machine.irq (2));
}

TEST (Gic400, a_sent_sgi_can_be_taken_back) {
    Running machine;
    machine.send (5, 1, 3);
    EXPECT_EQ (machine.distributor (gicd_spendsgir + 5, 0, 1), 0b1000);

    write_register (machine.gic.distributor (), gicd_cpendsgir + 5, 0b1000, 0, 1);

    EXPECT_FALSE (machine.irq ());
}

TEST (Gic400, sgis_can_not_be_disabled) {
    Running machine;

    write_register (machine.gic.distributor (), gicd_icenabler, 0xffff'ffff);

    EXPECT_EQ (machine.distributor (gicd_isenabler), 0xffff);
}

TEST (Gic400, a_pending_bit_that_software_sets_is_cleared_by_acknowledging_or_by_software) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_ispendr + 4, 1U << (spi - 32));
    EXPECT_EQ (machine.acknowledge (), spi);
    machine.end (spi);
    EXPECT_FALSE (machine.irq ());

    write_register (machine.gic.distributor (), gicd_ispendr + 4, 1U << (spi - 32));
    write_register (machine.gic.distributor (), gicd_icpendr + 4, 1U << (spi - 32));
    EXPECT_FALSE (machine.irq ());
}

TEST (Gic400, bytes_and_words_of_priorities_and_targets_are_the_same_registers) {
    Running machine;

    write_register (machine.gic.distributor (), gicd_ipriorityr + 32, 0x1020'3047);

    EXPECT_EQ (machine.distributor (gicd_ipriorityr + 33, 0, 1), 0x30);
    EXPECT_EQ (machine.distributor (gicd_ipriorityr + 32), 0x1020'3040) << "five bits of priority";

    write_register (machine.gic.distributor (), gicd_itargetsr + 35, 0xff, 0, 1);
    EXPECT_EQ (machine.distributor (gicd_itargetsr + 32), 0x0f00'0000) << "there are four CPUs";
}

TEST (Gic400, targets_of_private_interrupts_say_who_reads_them) {
    Running machine;

    EXPECT_EQ (machine.distributor (gicd_itargetsr, 0), 0x0101'0101);
    EXPECT_EQ (machine.distributor (gicd_itargetsr + 28, 3), 0x0808'0808);
}

TEST (Gic400, with_a_single_cpu_there_are_no_targets) {
    Gic400 gic{1, 64, GicSecurity::absent};
    write_register (gic.distributor (), gicd_itargetsr + spi, 1, 0, 1);

    EXPECT_EQ (read_register (gic.distributor (), gicd_itargetsr), 0);
    EXPECT_EQ (read_register (gic.distributor (), gicd_itargetsr + 40), 0);
}

TEST (Gic400, describes_itself) {
    Running machine;

    EXPECT_EQ (machine.distributor (gicd_typer), 1U | 3U << 5) << "64 INTIDs, four CPUs";
    EXPECT_EQ (machine.distributor (0xfe8) & 0xf0, 0x20) << "GICv2";
    EXPECT_EQ (machine.distributor (0x2000), 0);
}

TEST (Gic400, without_security_group_1_needs_its_own_enables_and_register) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_igroupr + 4, 1U << (spi - 32));
    machine.gic.set_shared (spi, true);
    EXPECT_FALSE (machine.irq ());

    write_register (machine.gic.distributor (), gicd_ctlr, 3);
    write_register (machine.gic.cpu_interface (), gicc_ctlr, 3);
    EXPECT_TRUE (machine.irq ());
    EXPECT_EQ (machine.acknowledge (), 1022) << "group 1 isn't given away";
    EXPECT_EQ (machine.interface (gicc_aiar), spi);
}

TEST (Gic400, group_0_is_signalled_by_fiq_if_software_wants_that) {
    Running machine;
    write_register (machine.gic.cpu_interface (), gicc_ctlr, 1 | 1U << 3);

    machine.gic.set_shared (spi, true);

    EXPECT_FALSE (machine.irq ());
    EXPECT_TRUE (machine.gic.fiq_pending (CpuIndex{0}));
}

TEST (Gic400, seen_from_the_non_secure_side_all_is_group_1_behind_bit_0) {
    Running machine{GicSecurity::non_secure};

    machine.gic.set_shared (spi, true);

    EXPECT_EQ (machine.distributor (gicd_ctlr), 1);
    EXPECT_EQ (machine.distributor (gicd_igroupr + 4), 0) << "RAZ/WI";
    EXPECT_EQ (machine.distributor (gicd_typer) >> 10 & 1, 1);
    EXPECT_TRUE (machine.irq ());
    EXPECT_FALSE (machine.gic.fiq_pending (CpuIndex{0}));
    EXPECT_EQ (machine.acknowledge (), spi);
}

TEST (Gic400, seen_from_the_non_secure_side_groups_can_not_be_changed) {
    Running machine{GicSecurity::non_secure};
    machine.gic.set_shared (spi, true);

    write_register (machine.gic.distributor (), gicd_igroupr + 4, 0);

    EXPECT_TRUE (machine.irq ()) << "in group 0 it would want an enable that isn't ours";
    write_register (machine.gic.distributor (), gicd_ctlr, 2);
    EXPECT_FALSE (machine.irq ()) << "bit 1 isn't ours";
}

TEST (Gic400, seen_from_the_non_secure_side_split_eoi_is_where_it_is) {
    Running machine{GicSecurity::non_secure};
    write_register (machine.gic.cpu_interface (), gicc_ctlr, 1 | split_eoi);
    EXPECT_EQ (machine.interface (gicc_ctlr), 1 | split_eoi);
    machine.gic.set_shared (spi, true);
    ASSERT_EQ (machine.acknowledge (), spi);

    machine.end (spi);

    EXPECT_FALSE (machine.irq ()) << "it's still active";
}

TEST (Gic400, seen_from_the_non_secure_side_priorities_have_a_bit_less) {
    Running machine{GicSecurity::non_secure};
    machine.enable (spi, 0xa8);
    EXPECT_EQ (machine.distributor (gicd_ipriorityr + spi, 0, 1), 0xa0);

    machine.gic.set_shared (spi, true);
    write_register (machine.gic.cpu_interface (), gicc_pmr, 0xa0);
    EXPECT_FALSE (machine.irq ());
    write_register (machine.gic.cpu_interface (), gicc_pmr, 0xf0);
    EXPECT_EQ (machine.interface (gicc_pmr), 0xf0);
    EXPECT_EQ (machine.acknowledge (), spi);
    EXPECT_EQ (machine.interface (gicc_rpr), 0xa0);
}

TEST (Gic400, only_spis_can_be_made_edge_triggered) {
    Running machine;
    EXPECT_EQ (machine.distributor (gicd_icfgr), 0xaaaa'aaaa) << "SGIs are";
    EXPECT_EQ (machine.distributor (gicd_icfgr + 4), 0) << "PPIs aren't";

    for (std::uint64_t offset = 0; offset < 12; offset += 4) {
        write_register (machine.gic.distributor (), gicd_icfgr + offset, 0xffff'ffff);
    }

    EXPECT_EQ (machine.distributor (gicd_icfgr), 0xaaaa'aaaa);
    EXPECT_EQ (machine.distributor (gicd_icfgr + 4), 0);
    EXPECT_EQ (machine.distributor (gicd_icfgr + 8), 0xaaaa'aaaa);
}

TEST (Gic400, the_binary_point_says_how_much_of_a_priority_interrupts_another) {
    for (const auto &[point, interrupts] : {std::pair{4, true}, std::pair{5, false}}) {
        Running machine;
        machine.enable (spi + 1, 0x80);
        // 4: bits 7:5 count. 5: bits 7:6 do, which are equal in 0xa0 and 0x80.
        write_register (machine.gic.cpu_interface (), 0x08, static_cast<std::uint64_t> (point));
        machine.gic.set_shared (spi, true);
        ASSERT_EQ (machine.acknowledge (), spi);

        machine.gic.set_shared (spi + 1, true);

        EXPECT_EQ (machine.irq (), interrupts) << "binary point " << point;
    }
}

TEST (Gic400, active_priorities_can_be_cleared_as_a_kernel_does_when_it_takes_over) {
    Running machine;
    machine.gic.set_shared (spi, true);
    ASSERT_EQ (machine.acknowledge (), spi);

    write_register (machine.gic.cpu_interface (), 0xd0, 0);

    EXPECT_EQ (machine.interface (gicc_rpr), 0xff);
}

TEST (Gic400, a_private_interrupt_that_software_makes_active_waits_until_it_is_no_longer) {
    Running machine;
    machine.gic.set_private (CpuIndex{0}, ppi, true);
    ASSERT_TRUE (machine.irq ());

    write_register (machine.gic.distributor (), gicd_isactiver, 1U << ppi);
    EXPECT_FALSE (machine.irq ());
    EXPECT_EQ (machine.interface (gicc_hppir), spurious);
    EXPECT_EQ (machine.distributor (gicd_isactiver) >> ppi & 1, 1U);
    EXPECT_EQ (machine.distributor (gicd_isactiver, 1) >> ppi & 1, 0U) << "it's one CPU's own";

    write_register (machine.gic.distributor (), gicd_icactiver, 1U << ppi, 1);
    EXPECT_FALSE (machine.irq ());
    write_register (machine.gic.distributor (), gicd_icactiver, 1U << ppi);
    EXPECT_TRUE (machine.irq ()) << "the wire is still up";
    EXPECT_EQ (machine.acknowledge (), ppi);
}

TEST (Gic400, an_active_private_interrupt_does_not_come_again_if_its_wire_fell) {
    Running machine;
    write_register (machine.gic.distributor (), gicd_isactiver, 1U << ppi);
    machine.gic.set_private (CpuIndex{0}, ppi, true);
    machine.gic.set_private (CpuIndex{0}, ppi, false);

    write_register (machine.gic.distributor (), gicd_icactiver, 1U << ppi);

    EXPECT_FALSE (machine.irq ());
}

TEST (Gic400, looking_at_what_is_pending_takes_nothing) {
    Running machine;
    machine.send (15, 1, 2);

    EXPECT_EQ (machine.interface (gicc_hppir), 2U << 10 | 15);
    EXPECT_EQ (machine.interface (gicc_hppir), 2U << 10 | 15);
    EXPECT_TRUE (machine.irq ());
    EXPECT_EQ (machine.interface (gicc_rpr), 0xffU);
    EXPECT_EQ (machine.distributor (gicd_spendsgir + 15, 0, 1), 0b100U);
}

TEST (Gic400, an_sgi_can_be_made_pending_from_any_cpu_that_there_is) {
    Running machine;

    write_register (machine.gic.distributor (), gicd_spendsgir + 4, 0x00'ff'00'00);

    EXPECT_EQ (machine.distributor (gicd_spendsgir + 4), 0x00'0f'00'00U);
    EXPECT_EQ (machine.distributor (gicd_cpendsgir + 4, 1), 0U) << "only to who wrote it";
    EXPECT_EQ (machine.acknowledge (), 6U);
    EXPECT_EQ (machine.distributor (gicd_cpendsgir + 4), 0x00'0e'00'00U);
}

TEST (Gic400, the_aliased_registers_know_nothing_of_group_0) {
    Running machine;
    machine.gic.set_shared (spi, true);

    EXPECT_EQ (machine.interface (gicc_aiar), spurious);
    EXPECT_EQ (machine.interface (0x28), spurious) << "GICC_AHPPIR";
    EXPECT_TRUE (machine.irq ());
}

}  // namespace
}  // namespace ravelin::sim
