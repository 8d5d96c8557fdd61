// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/confine.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace hal::sysreg;
using sim::BoardName;
using test::HostMachine;

constexpr Ipa rsts{0xfe10'0020};
constexpr std::uint64_t word     = esr::valid.mask () | esr::access_size.put (2);
constexpr std::uint64_t halfword = esr::valid.mask () | esr::access_size.put (1);
constexpr std::uint64_t password = 0x5a00'0000;

[[nodiscard]] constexpr auto store_of (unsigned number) -> std::uint64_t {
    return word | esr::write.mask () | esr::transfer_register.put (number);
}

[[nodiscard]] constexpr auto load_to (unsigned number) -> std::uint64_t {
    return word | esr::transfer_register.put (number);
}

class ForwardTest : public testing::Test {
  protected:
    HostMachine machine{HostMachine::booted (BoardName::pi4b)};
};
}  // namespace

TEST_F (ForwardTest, a_word_that_the_host_stores_reaches_the_device_and_comes_back) {
    machine.registers ().x[25] = password | 0x123;
    static_cast<void> (machine.data_abort (rsts, store_of (25)));
    static_cast<void> (machine.data_abort (rsts, load_to (26)));

    EXPECT_EQ (machine.registers ().x[26], 0x123U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_FORWARDED), 2U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_DATA_FORBIDDEN), 0U);
}

TEST_F (ForwardTest, the_host_goes_on_behind_its_instruction) {
    static_cast<void> (machine.data_abort (rsts, load_to (1)));
    EXPECT_EQ (machine.hal ().read<elr_el2> (), 0x4040'0004U);
}

TEST_F (ForwardTest, a_load_clears_the_upper_half_of_its_register) {
    machine.registers ().x[3] = ~0ULL;
    static_cast<void> (machine.data_abort (rsts, load_to (3)));
    EXPECT_EQ (machine.registers ().x[3] >> 32, 0U);
}

TEST_F (ForwardTest, a_load_to_the_zero_register_changes_nothing) {
    const auto before = machine.registers ().x;
    static_cast<void> (machine.data_abort (rsts, load_to (31)));
    EXPECT_EQ (machine.registers ().x, before);
}

TEST_F (ForwardTest, anything_but_a_plain_aligned_word_is_forbidden) {
    static_cast<void> (machine.data_abort (rsts, halfword));
    static_cast<void> (machine.data_abort (rsts + 2, word));
    static_cast<void> (machine.data_abort (rsts, word & ~esr::valid.mask ()));
    static_cast<void> (machine.data_abort (rsts, word | esr::stage1_walk.mask ()));

    EXPECT_EQ (machine.traps (RAVELIN_TRAP_FORWARDED), 0U);
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_DATA_FORBIDDEN), 4U);
}

TEST_F (ForwardTest, only_the_device_itself_is_forwarded) {
    static_cast<void> (machine.data_abort (Ipa{0xff80'0000}, word));
    EXPECT_EQ (machine.traps (RAVELIN_TRAP_DATA_FORBIDDEN), 1U);
}

}  // namespace ravelin
