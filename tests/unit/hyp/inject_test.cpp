// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardName;
using test::HostMachine;

constexpr std::uint64_t vectors = 0xffff'8000'0001'0800;
constexpr std::uint64_t el0_64  = 0b0000;
constexpr std::uint64_t el0_32  = 0b1'0000;
constexpr std::uint64_t load    = 0b00'0111;  // level 3 translation fault, read
constexpr std::uint64_t store   = load | 1U << 6;

class InjectTest : public testing::Test {
  protected:
    InjectTest () { machine.hal ().write<vbar_el1> (vectors); }

    [[nodiscard]] auto cpu () -> hal::Cpu & { return machine.hal (); }

    /// A forbidden load at this PSTATE.
    void fault_from (std::uint64_t spsr) {
        cpu ().write<far_el2> (0x1234'5678);
        cpu ().write<hpfar_el2> (hpfar::ipa_page.put (0x4020'0000 / page_size));
        static_cast<void> (machine.trap (
            esr::exception_class.put (std::to_underlying (esr::Class::data_abort_lower)) | load, 0x4040'0010, spsr));
    }

    HostMachine machine{HostMachine::booted (BoardName::virt)};
};
}  // namespace

TEST_F (InjectTest, a_forbidden_load_of_the_kernel_is_an_alignment_fault_at_its_own_level) {
    static_cast<void> (machine.data_abort (Ipa{0x4020'0000}, load));

    EXPECT_EQ (esr::class_of (cpu ().read<esr_el1> ()), esr::Class::data_abort_same);
    EXPECT_EQ (esr::fault_status.get (cpu ().read<esr_el1> ()), esr::alignment_fault);
    EXPECT_FALSE (esr::write.any (cpu ().read<esr_el1> ()));
    EXPECT_TRUE (esr::instruction_length.any (cpu ().read<esr_el1> ()));
    EXPECT_EQ (cpu ().read<far_el1> (), 0xffff'0000'4020'0000);
    EXPECT_EQ (cpu ().read<elr_el1> (), 0x4040'0000U);
    EXPECT_EQ (cpu ().read<spsr_el1> (), pstate::el1h);
    EXPECT_EQ (cpu ().read<elr_el2> (), vectors + 0x200);
    EXPECT_EQ (cpu ().read<spsr_el2> (), 0x3c5U);
}

TEST_F (InjectTest, a_forbidden_store_says_so) {
    static_cast<void> (machine.data_abort (Ipa{0x4020'0000}, store));
    EXPECT_TRUE (esr::write.any (cpu ().read<esr_el1> ()));
}

TEST_F (InjectTest, what_ravelin_knows_of_the_instruction_stays_with_it) {
    static_cast<void> (
        machine.data_abort (Ipa{0x4020'0000}, load | esr::valid.mask () | esr::transfer_register.put (7)));

    EXPECT_FALSE (esr::valid.any (cpu ().read<esr_el1> ()));
    EXPECT_EQ (esr::transfer_register.get (cpu ().read<esr_el1> ()), 0U);
}

TEST_F (InjectTest, a_process_faults_at_the_vector_of_lower_levels) {
    fault_from (el0_64);
    EXPECT_EQ (esr::class_of (cpu ().read<esr_el1> ()), esr::Class::data_abort_lower);
    EXPECT_EQ (cpu ().read<elr_el2> (), vectors + 0x400);
}

TEST_F (InjectTest, a_32_bit_process_faults_at_its_vector) {
    fault_from (el0_32);
    EXPECT_EQ (esr::class_of (cpu ().read<esr_el1> ()), esr::Class::data_abort_lower);
    EXPECT_EQ (cpu ().read<elr_el2> (), vectors + 0x600);
}

TEST_F (InjectTest, a_kernel_on_the_stack_of_el0_faults_at_the_first_vector) {
    fault_from (pstate::el1t);
    EXPECT_EQ (esr::class_of (cpu ().read<esr_el1> ()), esr::Class::data_abort_same);
    EXPECT_EQ (cpu ().read<elr_el2> (), vectors);
}

TEST_F (InjectTest, a_forbidden_fetch_is_an_external_abort) {
    cpu ().write<far_el2> (0x4020'0000);
    cpu ().write<hpfar_el2> (hpfar::ipa_page.put (0x4020'0000 / page_size));
    static_cast<void> (machine.trap (
        esr::exception_class.put (std::to_underlying (esr::Class::code_abort_lower)) | load, 0x4020'0000));

    EXPECT_EQ (esr::class_of (cpu ().read<esr_el1> ()), esr::Class::code_abort_same);
    EXPECT_EQ (esr::fault_status.get (cpu ().read<esr_el1> ()), esr::external_abort);
    EXPECT_EQ (cpu ().read<far_el1> (), 0x4020'0000U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_CODE_FORBIDDEN), 1U);
}

TEST_F (InjectTest, a_trapped_register_is_undefined) {
    constexpr std::uint64_t trapped_register = 0x18;
    static_cast<void> (machine.trap (esr::exception_class.put (trapped_register) | 0x1234));

    EXPECT_EQ (cpu ().read<esr_el1> (), esr::instruction_length.mask ());
    EXPECT_EQ (cpu ().read<elr_el1> (), 0x4040'0000U);
    EXPECT_EQ (cpu ().read<elr_el2> (), vectors + 0x200);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_UNDEFINED), 1U);
}

}  // namespace ravelin
