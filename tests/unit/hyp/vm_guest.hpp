// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/hyp/vm_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

/// A protected VM on a machine: the test is the guest, and its host.
class VmGuest : public ::testing::Test {
  protected:
    [[nodiscard]] auto x (unsigned i) -> std::uint64_t { return machine.registers ().x[i]; }

    /// The host has been told this, and is where it is.
    void expect_exit (std::uint64_t reason, std::uint64_t x2 = 0, std::uint64_t x3 = 0, std::uint64_t x4 = 0) {
        EXPECT_FALSE (machine.in_guest ());
        EXPECT_EQ (x (0), static_cast<std::uint64_t> (RAVELIN_SUCCESS));
        EXPECT_EQ (x (1), reason);
        EXPECT_EQ (x (2), x2);
        EXPECT_EQ (x (3), x3);
        EXPECT_EQ (x (4), x4);
    }

    /// What is in V0-V31 now, whoever is there.
    [[nodiscard]] auto fp () -> hal::FpState {
        hal::FpState state{};
        machine.hal ().save_fp (state);
        return state;
    }
    void fill_fp (std::uint64_t half) {
        hal::FpState state{};
        state.halves.fill (half);
        machine.hal ().load_fp (state);
    }

    /// ESR_EL1's class, of an exception that the guest has taken.
    [[nodiscard]] auto taken () -> esr::Class { return esr::class_of (machine.hal ().read<hal::sysreg::esr_el1> ()); }

    VmMachine machine;
    std::uint64_t vm{machine.make_vm (true)};
};

}  // namespace ravelin::test
