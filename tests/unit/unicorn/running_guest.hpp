// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/sim/guest_tables.hpp"
#include "tests/unit/sim/worlds.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace ravelin::test {

using sim::GuestTables;
using sim::World;
using sim::Worlds;

/// Code of the host that runs guest 0; X0 is then why it came back.
[[nodiscard]] inline auto enter_guest () -> a64::Code {
    return a64::Code{}.set (0, Worlds::enter).set (1, 0).then ({a64::hvc (0)});
}

/// A running host, and guests whose only page of memory is a program.
class UnicornGuest : public testing::Test {
  protected:
    /// Makes a guest of @p program.
    /// @param ipa  where it lies and starts
    auto add_guest (RunningHost &host, const a64::Code &program, std::uint64_t ipa = guest_ipa) -> World & {
        const auto number = worlds.guests.size ();
        const Pa where{guest_code + number * 0x1'0000};
        for (std::size_t i = 0; i < program.words ().size (); ++i) {
            EXPECT_TRUE (host.machine ().bus ().write (CpuIndex{0}, where + 4 * i, 4, program.words ()[i]));
        }
        tables.emplace_back (host.machine (), tables_at + number * 0x1'0000, number + 1);
        tables.back ().map (Ipa{ipa}, where);
        host.machine ().cpu (0U).observe (&worlds);
        return worlds.guests.emplace_back (World::guest (tables.back ().vttbr (), ipa));
    }

    static constexpr std::uint64_t guest_code = 0x4a00'0000;  // PA of the first one's page
    static constexpr std::uint64_t guest_ipa  = 0x8000'0000;
    static constexpr Pa tables_at{0x4b00'0000};

    Worlds worlds;
    std::vector<GuestTables> tables;
};

}  // namespace ravelin::test
