// SPDX-License-Identifier: BSD-2-Clause

// What fuzzers have found, as tools/fuzz prints it: here it's pasted, and stays.

#include "common.hpp"

#include <array>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace ravelin::fuzz {
namespace {

/// Every target plays what is empty, and what is all zeros, one after the other.
TEST (Fuzzed, nothing_and_zeros) {
    for (auto *const make : {host_calls, guest_calls, trap_mix, vgic, timer_psci, hostile_host, guest_firmware}) {
        const auto target = make (nullptr);
        EXPECT_NO_THROW (play (*target, {}));
        EXPECT_NO_THROW (play (*target, std::vector<std::uint8_t> (100)));
        EXPECT_NO_THROW (play (*target, {}));
    }
}

}  // namespace
}  // namespace ravelin::fuzz
