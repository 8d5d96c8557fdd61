// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/hal/hal.hpp"
#include "sim/machine/machine.hpp"
#include "sim/machine/violation.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

TEST (Cpu, nothing_but_id_registers_is_defined_at_reset) {
    auto machine     = Machine::virt ({.seed = 1});
    auto another     = Machine::virt ({.seed = 2});
    hal::Cpu &cpu    = machine.cpu (0).hal ();
    hal::Cpu &unlike = another.cpu (0).hal ();

    EXPECT_EQ (cpu.read<midr_el1> (), 0x410f'd083);
    EXPECT_EQ (cpu.read<id_aa64mmfr0_el1> (), 0x1124);
    EXPECT_NE (cpu.read<hcr_el2> (), unlike.read<hcr_el2> ());
    EXPECT_NE (cpu.read<vttbr_el2> (), unlike.read<vttbr_el2> ());
    EXPECT_NE (cpu.read<hcr_el2> (), cpu.read<vtcr_el2> ());
}

TEST (Cpu, its_affinity_is_its_number) {
    auto machine = Machine::pi4b ({.cpus = 4});

    EXPECT_EQ (machine.cpu (3).hal ().read<mpidr_el1> (), 0x8000'0003);
    EXPECT_EQ (machine.cpu (3).hal ().index (), CpuIndex{3});
}

TEST (Cpu, takes_locks_from_low_to_high_and_none_twice) {
    auto machine  = Machine::virt ({});
    hal::Cpu &cpu = machine.cpu (0).hal ();
    cpu.lock_acquired (1);
    EXPECT_THROW (cpu.lock_acquired (0), Violation);
    EXPECT_THROW (cpu.lock_acquired (1), Violation);
    EXPECT_NO_THROW (cpu.lock_acquired (2));
    cpu.lock_released (2);
    cpu.lock_released (1);
    EXPECT_NO_THROW (cpu.lock_acquired (0));
}

TEST (Cpu, a_register_keeps_what_was_written) {
    auto machine  = Machine::virt ({.cpus = 2});
    hal::Cpu &cpu = machine.cpu (0).hal ();

    cpu.write<far_el2> (0x1234);
    machine.cpu (1).hal ().write<far_el2> (0x5678);

    EXPECT_EQ (cpu.read<far_el2> (), 0x1234);
}

TEST (Cpu, counts_the_boards_ticks) {
    auto virt = Machine::virt ({});
    auto pi   = Machine::pi4b ({});

    EXPECT_EQ (virt.cpu (0).hal ().read<cntfrq_el0> (), 62'500'000);
    EXPECT_EQ (pi.cpu (0).hal ().read<cntfrq_el0> (), 54'000'000);
}

TEST (Cpu, time_passes_for_who_looks_at_the_clock) {
    auto machine  = Machine::virt ({});
    hal::Cpu &cpu = machine.cpu (0).hal ();

    const auto before = cpu.read<cntpct_el0> ();

    EXPECT_GT (cpu.read<cntpct_el0> (), before);
}

TEST (Cpu, the_virtual_offset_reaches_the_timer) {
    auto machine  = Machine::virt ({});
    hal::Cpu &cpu = machine.cpu (0).hal ();
    machine.clock ().advance_to (1000);

    cpu.write<cntvoff_el2> (400);

    EXPECT_EQ (machine.timer (CpuIndex{0}).virtual_count (), 600);
}

TEST (Cpu, the_el2_timer_interrupts_by_its_own_wire) {
    auto machine  = Machine::virt ({});
    hal::Cpu &cpu = machine.cpu (0).hal ();
    machine.timer (CpuIndex{0}).set_compare_value (GenericTimer::Which::physical_el2, 0);

    cpu.write<cnthp_ctl_el2> (1);

    EXPECT_EQ (cpu.read<cnthp_ctl_el2> (), 5) << "enabled, condition met";
    EXPECT_EQ (machine.bus ().read (CpuIndex{0}, machine.map ().distributor.start + 0x200, 4).value () >> 26 & 1, 1);
}

TEST (Cpu, an_engine_can_see_that_translations_were_dropped) {
    auto machine      = Machine::virt ({});
    hal::Cpu &cpu     = machine.cpu (0).hal ();
    const auto before = cpu.translations_dropped ();

    cpu.tlbi_alle1 ();

    EXPECT_NE (cpu.translations_dropped (), before);
}

TEST (Cpu, wfi_outside_of_a_run_ends_when_the_next_timer_fires) {
    auto machine  = Machine::virt ({});
    hal::Cpu &cpu = machine.cpu (0).hal ();
    cpu.write<cntvoff_el2> (0);
    cpu.write<cnthp_ctl_el2> (0);
    machine.timer (CpuIndex{0}).set_compare_value (GenericTimer::Which::virtual_el1, 5000);
    machine.timer (CpuIndex{0}).set_control (GenericTimer::Which::virtual_el1, 1);

    cpu.wait_for_interrupt ();

    EXPECT_EQ (machine.clock ().now (), 5000);
}

}  // namespace
}  // namespace ravelin::sim
