// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tests/unit/sim/guest_tables.hpp"
#include "tests/unit/sim/machine_fixture.hpp"
#include "tests/unit/sim/worlds.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace ravelin::sim {

/// A machine whose hypervisor has one guest, VMID 1, with a page of memory.
class ScriptedGuestTest : public testing::Test {
  public:
    static constexpr std::uint64_t entry_ipa = 0x8000'0000;

  protected:
    ScriptedGuestTest () {
        tables.map (Ipa{entry_ipa}, page);
        worlds.guests.push_back (World::guest (tables.vttbr (), entry_ipa));
        machine->cpu (0U).observe (&worlds);
    }

    auto run (ScriptedCpu::Body host, ScriptedGuest::Body guest) -> Outcome {
        ScriptedCpu cpu{machine->cpu (0U), std::move (host)};
        cpu.guest ({.vmid = 1, .vcpu = 0}, std::move (guest));
        return machine.boot_and_run ();
    }

    /// A host that runs the guest @p times, and notes why each ended.
    [[nodiscard]] auto runner (unsigned times) -> ScriptedCpu::Body {
        return [this, times] (ScriptedCpu &cpu) -> Script {
            for (unsigned i = 0; i < times; ++i) {
                exits.push_back ((co_await cpu.hvc (Worlds::enter))[0]);
            }
        };
    }

    ScriptedMachine machine{BoardName::virt};
    const Pa page{0x4a00'0000};
    GuestTables tables{machine.get (), Pa{0x4b00'0000}, 1};
    Worlds worlds;
    std::vector<std::uint64_t> exits;
};

}  // namespace ravelin::sim
