// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/instruction.hpp"
#include "hyp/host/syndrome.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using test::VmMachine;

constexpr std::uint64_t user_aarch32 = pstate::aarch32.mask ();
constexpr std::uint64_t thumb        = 1U << 5;

/// SPSR of T32 code with these bits of IT.
[[nodiscard]] constexpr auto in_block (std::uint64_t it) -> std::uint64_t {
    return user_aarch32 | thumb | pstate::it_high.put (it >> 2) | pstate::it_low.put (it);
}
}  // namespace

TEST (Instruction, an_it_block_goes_on_with_its_next_condition) {
    EXPECT_EQ (advance_it (in_block (0b0000'0110)), in_block (0b0000'1100));
    EXPECT_EQ (advance_it (in_block (0b1110'1111)), in_block (0b1111'1110));
}

TEST (Instruction, an_it_block_ends_with_its_last_instruction) {
    EXPECT_EQ (advance_it (in_block (0b0000'1000)), in_block (0));
    EXPECT_EQ (advance_it (in_block (0)), in_block (0));
}

TEST (Instruction, of_16_bits_is_skipped_by_as_many) {
    VmMachine machine;
    const auto vm = machine.make_vm (true);
    machine.enter (vm);
    machine.hal ().write<elr_el2> (0x1000);
    machine.hal ().write<spsr_el2> (in_block (0b0000'0110));
    machine.hal ().write<esr_el2> (esr::exception_class.put (std::to_underlying (esr::Class::wait)));
    static_cast<void> (machine.machine ().cpu (0U).trap (machine.registers ()));

    ASSERT_FALSE (machine.in_guest ());
    machine.enter (vm);
    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x1002U);
    EXPECT_EQ (machine.hal ().read<spsr_el2> (), in_block (0b0000'1100));
}

}  // namespace ravelin
