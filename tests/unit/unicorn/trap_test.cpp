// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/host/syndrome.hpp"
#include "hyp/mem/descriptor.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr hal::SystemRegister id_aa64pfr0_el1{3, 0, 0, 4, 0};
constexpr hal::SystemRegister unknown{3, 0, 5, 0, 0};

// What the hypervisor gives EL1 for a load that it denies.  [DESIGN: survivable]
constexpr std::uint64_t denied_load = 0x25UL << 26 | 1UL << 25 | esr::alignment_fault;
constexpr std::uint64_t undefined   = 1UL << 25;

/// Clears the entry for the page at @p ipa in the tables that VTTBR_EL2 names.
void remove_from_stage2 (hal::Cpu &cpu, Ipa ipa) {
    constexpr std::uint64_t table_address = 0xffff'ffff'f000;

    Pa entry{(cpu.read<vttbr_el2> () & table_address) + (ipa.value () >> descriptor::level_shift (1)) * 8};
    for (unsigned level = 1; level < 3; ++level) {
        const auto index = ipa.value () >> descriptor::level_shift (level + 1) & 511;
        entry            = descriptor::output (cpu.load<std::uint64_t> (entry)) + index * 8;
    }
    cpu.store<std::uint64_t> (entry, 0);
}
}  // namespace

TEST (UnicornTrap, hvc_is_answered_by_the_hypervisor) {
    RunningHost host{Code{}.set (0, RAVELIN_CALL_UID).then ({hvc (0), wfi})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.x (0), RAVELIN_UID_0);
    EXPECT_EQ (host.x (3), RAVELIN_UID_3);
}

TEST (UnicornTrap, smc_is_trapped_and_the_host_goes_on_behind_it) {
    RunningHost host{Code{}.set (0, 0x8400'dead).set (5, 1).then ({smc (0), add (5, 5, 1), wfi})};

    host.run ();

    EXPECT_EQ (static_cast<std::int64_t> (host.x (0)), RAVELIN_NOT_SUPPORTED);
    EXPECT_EQ (host.x (5), 2U);
}

TEST (UnicornTrap, registers_that_a_call_does_not_return_are_as_before) {
    Code program;
    for (unsigned i = 1; i < 31; ++i) {
        program.set (i, 0x1000 + i);
    }
    RunningHost host{program.set (0, RAVELIN_NULL).then ({hvc (0), wfi})};

    host.run ();

    for (unsigned i = 1; i < 31; ++i) {
        EXPECT_EQ (host.x (i), 0x1000 + i) << "X" << i;
    }
}

TEST (UnicornTrap, load_from_ravelins_memory_is_a_survivable_abort) {
    RunningHost host{with_vectors ().set (1, RunningHost::ravelin + 0x128).then ({ldr_w (2, 1), loop})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), denied_load);
    EXPECT_EQ (host.read (far_el1), RunningHost::ravelin + 0x128);
    EXPECT_EQ (host.read (elr_el1), RunningHost::code + 10 * 4);
    EXPECT_EQ (host.machine ().hypervisor ().host_cpu (CpuIndex{0}).traps[RAVELIN_TRAP_DATA_FORBIDDEN], 1U);
}

TEST (UnicornTrap, fetch_from_ravelins_memory_is_an_abort) {
    RunningHost host{with_vectors ().set (1, RunningHost::ravelin).then ({br (1)})};

    host.run ();

    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (esr::class_of (host.read (esr_el1)), esr::Class::code_abort_same);
    EXPECT_EQ (host.read (elr_el1), RunningHost::ravelin);
}

TEST (UnicornTrap, register_that_the_hypervisor_traps_arrives_with_its_syndrome) {
    RunningHost host{with_vectors ().then ({mrs (1, id_aa64pfr0_el1), loop})};
    constexpr std::uint64_t trap_id_registers = 1UL << 18;  // HCR_EL2.TID3
    auto &hal                                 = host.machine ().cpu (0U).hal ();
    hal.write<hcr_el2> (hal.read<hcr_el2> () | trap_id_registers);

    host.run ();

    constexpr std::uint64_t msr_or_mrs = 0x18;
    EXPECT_EQ (esr::exception_class.get (hal.read<esr_el2> ()), msr_or_mrs);
    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), undefined);
}

TEST (UnicornTrap, register_that_does_not_exist_is_undefined_at_el1) {
    RunningHost host{with_vectors ().then ({mrs (1, unknown), loop})};

    host.run ();

    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), undefined);
    EXPECT_EQ (host.machine ().hypervisor ().host_cpu (CpuIndex{0}).traps[RAVELIN_TRAP_UNDEFINED], 0U);
}

TEST (UnicornTrap, host_is_told_the_cpu_that_the_hypervisor_shows_it) {
    RunningHost host{Code{mrs (1, midr_el1), mrs (2, mpidr_el1), wfi}};

    host.run ();

    EXPECT_EQ (host.x (1), host.machine ().cpu (0U).hal ().read<midr_el1> ());
    EXPECT_EQ (host.x (2), host.machine ().cpu (0U).hal ().read<mpidr_el1> ());
}

TEST (UnicornTrap, abort_tells_the_hypervisor_address_and_ipa) {
    RunningHost host{with_vectors ().set (1, RunningHost::ravelin + 0x5678).then ({str_w (2, 1), loop})};

    host.run ();

    auto &hal = host.machine ().cpu (0U).hal ();
    EXPECT_EQ (hal.read<far_el2> (), RunningHost::ravelin + 0x5678);
    EXPECT_EQ (hpfar::ipa_page.get (hal.read<hpfar_el2> ()), (RunningHost::ravelin + 0x5678) / page_size);
    EXPECT_TRUE (esr::write.any (hal.read<esr_el2> ()));
    EXPECT_EQ (esr::transfer_register.get (hal.read<esr_el2> ()), 2U);
}

TEST (UnicornTrap, stage2_change_takes_effect_with_its_tlbi) {
    // A host that reads a device's page for ever, and calls the hypervisor in between.
    RunningHost host{with_vectors ().set (1, RunningHost::distributor).then ({ldr_w (2, 1), hvc (0), b (-2)})};
    ASSERT_EQ (host.run (10), sim::Outcome::time_over);

    auto &hal = host.machine ().cpu (0U).hal ();
    remove_from_stage2 (hal, Ipa{RunningHost::distributor});
    hal.tlbi_alle1 ();

    EXPECT_EQ (host.run (), sim::Outcome::asleep);
    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), denied_load);
    EXPECT_EQ (host.read (far_el1), RunningHost::distributor);
}

}  // namespace ravelin::test
