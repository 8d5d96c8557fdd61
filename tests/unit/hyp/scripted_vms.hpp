// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "hyp/core/address.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ravelin::test {

/// A machine with two CPUs on which scripts are the host and its guests. What they reach, they reach through
/// the TLBs of their CPUs, which are filled by nothing else.
class ScriptedVms : public testing::Test {
  protected:
    explicit ScriptedVms (const sim::MachineOptions &options = {.cpus = 2, .prefetch = 0},
                          sim::BoardName board               = sim::BoardName::virt)
        : machine{board, options} {}

    using Script = sim::Script;
    using Guest  = sim::ScriptedGuest;
    using Host   = sim::ScriptedCpu;
    using World  = sim::ScriptWorld;

    /// Where VMs have RAM.
    static constexpr Ipa ram{0x4000'0000};
    static constexpr std::uint64_t ram_size = 4 * block_size;

    /// @p pages pages of RAM that no other call returned.
    [[nodiscard]] auto pages (std::uint64_t pages, std::uint64_t alignment = page_size) -> Pa {
        next_           = next_.align_up (alignment);
        const Pa result = next_;
        next_           = next_ + pages * page_size;
        return result;
    }

    /// One page of RAM with this in its first doubleword.
    [[nodiscard]] auto page_with (std::uint64_t value) -> Pa {
        const Pa page = pages (1);
        poke (page, value);
        return page;
    }

    [[nodiscard]] auto peek (Pa pa) -> std::uint64_t { return machine->bus ().read (CpuIndex{0}, pa, 8).value (); }
    void poke (Pa pa, std::uint64_t value) { ASSERT_TRUE (machine->bus ().write (CpuIndex{0}, pa, 8, value)); }

    /// Makes a VM with two vCPUs, RAM, and pages for tables. Its VMID is 1 if there is no other.
    [[nodiscard]] auto make_vm (Host &host, bool is_protected, std::uint64_t &vm) -> Script {
        const auto block = pages (RAVELIN_VM_PAGES, RAVELIN_VM_PAGES * page_size);
        const auto made =
            co_await host.hvc (RAVELIN_VM_CREATE, {block.value (), 40U | (is_protected ? RAVELIN_VM_PROTECTED : 0), 2});
        EXPECT_EQ (made[0], RAVELIN_SUCCESS);
        vm = made[1];
        co_await call (host, RAVELIN_VM_ADD_RAM, {vm, ram.value (), ram_size});
        co_await call (host, RAVELIN_VM_TOP_UP, {vm, pages (8).value (), 8});
        std::uint64_t entry = ram.value ();
        if (is_protected) {
            entry += ram_size - RAVELIN_FIRMWARE_PAGES * page_size;
            const auto place = pages (RAVELIN_FIRMWARE_PAGES).value ();
            co_await call (host, RAVELIN_VM_DONATE, {vm, entry, place, RAVELIN_FIRMWARE_PAGES});
        }
        for (const std::uint64_t number : {0U, 1U}) {
            const bool is_off = is_protected && number != 0;
            co_await call (host, RAVELIN_VCPU_CREATE,
                           {vm, number, pages (1).value (), entry, 0, is_off ? RAVELIN_VCPU_OFF : 0});
        }
    }

    /// A call of the host's that succeeds.
    [[nodiscard]] auto call (Host &host, std::uint64_t function, std::vector<std::uint64_t> x) -> Script {
        x.resize (6);
        const auto result = co_await host.hvc (function, {x[0], x[1], x[2], x[3], x[4], x[5]});
        EXPECT_EQ (result[0], RAVELIN_SUCCESS) << std::hex << function;
    }

    /// Runs a vCPU until it exits.
    [[nodiscard]] auto run (Host &host, std::uint64_t vm, std::uint64_t vcpu, sim::CallResult &exit) -> Script {
        exit = co_await host.hvc (RAVELIN_VCPU_RUN, {vm, vcpu, 0});
        EXPECT_EQ (exit[0], RAVELIN_SUCCESS);
    }

    /// The same; it must be for this.
    [[nodiscard]] auto run_until (Host &host, std::uint64_t vm, std::uint64_t vcpu, std::uint64_t reason) -> Script {
        sim::CallResult exit{};
        co_await run (host, vm, vcpu, exit);
        EXPECT_EQ (exit[1], reason);
    }

    /// Tears a VM down.
    [[nodiscard]] auto destroy (Host &host, std::uint64_t vm) -> Script {
        co_await call (host, RAVELIN_VM_DESTROY, {vm});
        while ((co_await host.hvc (RAVELIN_VM_RECLAIM, {vm}))[0] == static_cast<std::uint64_t> (RAVELIN_AGAIN)) {}
    }

    /// Turns the second CPU on.
    [[nodiscard]] auto start_second (Host &host) -> Script {
        co_await call (host, PSCI_CPU_ON_64, {1, machine.kernel ().value (), 0});
    }

    /// Scripts on two CPUs agree on who goes first: reach() announces a step, wait_for() waits for it.
    void reach (unsigned step) { step_ = step; }
    [[nodiscard]] auto wait_for (World &world, unsigned step) -> Script {
        for (unsigned tries = 0; step_ < step; ++tries) {
            if (tries == 100'000) { throw std::runtime_error{"the other CPU doesn't come"}; }
            co_await world.nop ();
        }
    }

    /// Runs both CPUs: the first executes @p host; the second, if it's started, @p second.
    void play (Host::Body host, Host::Body second = [] (Host &) -> Script { co_return; }) {
        cpu0_.emplace (machine->cpu (0U), std::move (host));
        cpu1_.emplace (machine->cpu (1U), std::move (second));
        for (auto &guest : guests_) {
            cpu0_->guest (*guest);
            cpu1_->guest (*guest);
        }
        EXPECT_EQ (machine.boot_and_run (), sim::Outcome::finished);
    }

    /// What a vCPU executes, on whichever CPU.
    void guest (sim::WorldKey key, Guest::Body body) {
        guests_.push_back (std::make_unique<Guest> (key, std::move (body)));
    }

    sim::ScriptedMachine machine;
    std::optional<Host> cpu0_;
    std::optional<Host> cpu1_;

  private:
    std::vector<std::unique_ptr<Guest>> guests_;
    Pa next_{0x5000'0000};
    unsigned step_{};
};

}  // namespace ravelin::test
