// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardName;
using test::HostMachine;

class HostCallTest : public testing::Test {
  protected:
    [[nodiscard]] auto x (unsigned number) -> std::uint64_t { return machine.registers ().x[number]; }

    HostMachine machine{HostMachine::booted (BoardName::virt)};
};
}  // namespace

TEST_F (HostCallTest, uid_is_ravelins) {
    machine.call ({RAVELIN_CALL_UID});
    EXPECT_EQ (x (0), RAVELIN_UID_0);
    EXPECT_EQ (x (1), RAVELIN_UID_1);
    EXPECT_EQ (x (2), RAVELIN_UID_2);
    EXPECT_EQ (x (3), RAVELIN_UID_3);
}

TEST_F (HostCallTest, revision_has_a_major_and_a_minor_number) {
    machine.call ({RAVELIN_CALL_REVISION});
    EXPECT_EQ (x (0), RAVELIN_REVISION_MAJOR);
    EXPECT_EQ (x (1), RAVELIN_REVISION_MINOR);
}

TEST_F (HostCallTest, features_name_the_trap_counts_and_vms) {
    EXPECT_EQ (machine.call ({RAVELIN_FEATURES}), RAVELIN_SUCCESS);
    EXPECT_EQ (x (1), RAVELIN_FEATURE_TRAP_COUNT | RAVELIN_FEATURE_VMS | RAVELIN_FEATURE_VM_GIC);
}

TEST_F (HostCallTest, the_null_call_changes_only_x0) {
    for (unsigned i = 1; i < 31; ++i) {
        machine.registers ().x[i] = 0x0101'0101'0101'0101UL * i;
    }
    const auto before = machine.registers ().x;
    EXPECT_EQ (machine.call ({RAVELIN_NULL}), RAVELIN_SUCCESS);
    for (unsigned i = 1; i < 31; ++i) {
        EXPECT_EQ (x (i), before[i]) << i;
    }
}

TEST_F (HostCallTest, only_the_low_half_of_x0_names_the_call) {
    EXPECT_EQ (machine.call ({RAVELIN_NULL | 0xdead'beef'0000'0000}), RAVELIN_SUCCESS);
}

TEST_F (HostCallTest, an_unknown_call_is_not_supported) {
    for (const std::uint64_t function : {0UL, 0x1234UL, 0xC600'00ffUL, 0x8600'ff00UL, 0x8400'0014UL, 0xffff'ffffUL}) {
        EXPECT_EQ (machine.call ({function}), RAVELIN_NOT_SUPPORTED) << std::hex << function;
    }
}

TEST_F (HostCallTest, an_hvc_with_another_immediate_is_not_supported) {
    machine.registers ().x[0] = RAVELIN_NULL;
    static_cast<void> (machine.trap (esr::exception_class.put (std::to_underlying (esr::Class::hvc64)) | 1));
    EXPECT_EQ (static_cast<std::int64_t> (x (0)), RAVELIN_NOT_SUPPORTED);
}

TEST_F (HostCallTest, an_hvc_returns_to_where_it_came_from) {
    static_cast<void> (machine.trap (esr::exception_class.put (std::to_underlying (esr::Class::hvc64))));
    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4040'0000U);
}

TEST_F (HostCallTest, an_smc_is_answered_like_an_hvc_and_returns_behind_itself) {
    machine.registers ().x[0] = RAVELIN_NULL;
    static_cast<void> (machine.trap (esr::exception_class.put (std::to_underlying (esr::Class::smc64)) |
                                     esr::instruction_length.mask ()));

    EXPECT_EQ (x (0), 0U);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4040'0004U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_SMC), 1U);
}

TEST_F (HostCallTest, trap_counts_count_each_cause) {
    machine.call ({RAVELIN_NULL});
    machine.call ({RAVELIN_NULL});
    static_cast<void> (machine.data_abort (Ipa{0x4020'0000}, 0));

    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, 0, RAVELIN_TRAP_HVC}), RAVELIN_SUCCESS);
    EXPECT_EQ (x (1), 3U) << "with the call that asks";
    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, 0, RAVELIN_TRAP_DATA_FORBIDDEN}), RAVELIN_SUCCESS);
    EXPECT_EQ (x (1), 1U);
}

TEST_F (HostCallTest, trap_counts_refuse_cpus_and_causes_that_do_not_exist) {
    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, 1, RAVELIN_TRAP_HVC}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, ~0ULL, RAVELIN_TRAP_HVC}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, 0, RAVELIN_TRAP_CAUSES}), RAVELIN_INVALID);
    EXPECT_EQ (machine.call ({RAVELIN_TRAP_COUNT, 0, ~0ULL}), RAVELIN_INVALID);
    EXPECT_EQ (x (1), 0U) << "a refused call leaves its arguments alone";
}

TEST_F (HostCallTest, smccc_is_version_1_1) {
    EXPECT_EQ (machine.call ({SMCCC_VERSION}), SMCCC_VERSION_1_1);
}

TEST_F (HostCallTest, no_firmware_workaround_is_claimed) {
    constexpr std::uint64_t workaround_1 = 0x8000'8000;
    constexpr std::uint64_t workaround_2 = 0x8000'7fff;
    EXPECT_EQ (machine.call ({SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES}), SMCCC_SUCCESS);
    EXPECT_EQ (machine.call ({SMCCC_ARCH_FEATURES, SMCCC_VERSION}), SMCCC_SUCCESS);
    EXPECT_EQ (machine.call ({SMCCC_ARCH_FEATURES, workaround_1}), SMCCC_NOT_SUPPORTED);
    EXPECT_EQ (machine.call ({SMCCC_ARCH_FEATURES, workaround_2}), SMCCC_NOT_SUPPORTED);
}

TEST_F (HostCallTest, an_interrupt_at_el2_is_counted) {
    machine.machine ().cpu (0U).interrupt ();
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_INTERRUPT), 1U);
}

}  // namespace ravelin
