// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/traps.hpp"
#include "tests/unit/unicorn/running_guest.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr hal::SystemRegister isr_el1{3, 0, 12, 1, 0};

constexpr std::uint64_t same_level = 0x380;  // vector of an SError from EL1 on its own stack

class UnicornError : public UnicornGuest {};
}  // namespace

TEST_F (UnicornError, is_taken_once_el1_unmasks_it) {
    RunningHost host{with_vectors ().then ({nop, mrs (1, isr_el1)}).then ({unmask_error, nop}).set (2, 7).then ({wfi})};
    host.machine ().errors ().raise (CpuIndex{0});

    host.run ();

    EXPECT_EQ (host.vector (), same_level);
    EXPECT_EQ (host.read (esr_el1), sim::Processor::system_error_syndrome);
    EXPECT_EQ (host.x (1), 1U << 8) << "ISR_EL1.A";
    EXPECT_NE (host.x (2), 7U);
    EXPECT_FALSE (host.machine ().errors ().pending (CpuIndex{0}));
}

TEST_F (UnicornError, waits_while_el1_masks_it_and_wakes_it) {
    RunningHost host{with_vectors ().set (2, 7).then ({wfi}).set (2, 8).then ({wfi})};
    host.machine ().errors ().raise (CpuIndex{0});

    host.run (1000);

    EXPECT_EQ (host.x (2), 8U);
    EXPECT_TRUE (host.machine ().errors ().pending (CpuIndex{0}));
}

TEST_F (UnicornError, of_a_guest_comes_to_el2_though_the_guest_masks_it) {
    RunningHost host{Code{}.then (enter_guest ()).then ({wfi})};
    const auto &guest = add_guest (host, Code{loop});
    host.machine ().errors ().raise (CpuIndex{0});

    host.run ();

    EXPECT_EQ (host.x (0), Worlds::irq);
    EXPECT_EQ (guest.elr, guest_ipa);
    EXPECT_FALSE (host.machine ().errors ().pending (CpuIndex{0}));
}

TEST_F (UnicornError, that_el2_makes_pending_is_virtual_and_over_when_it_is_taken) {
    RunningHost host{with_vectors ().then ({unmask_error, nop, wfi})};
    auto &cpu = host.machine ().cpu (0U).hal ();
    cpu.write<hcr_el2> (cpu.read<hcr_el2> () | hcr::amo.mask () | hcr::vse.mask ());

    host.run ();

    EXPECT_EQ (host.vector (), same_level);
    EXPECT_EQ (cpu.read<hcr_el2> () & hcr::vse.mask (), 0U);
}

}  // namespace ravelin::test
