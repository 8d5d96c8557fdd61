// SPDX-License-Identifier: BSD-2-Clause

// What becomes of an SError that arrives while somebody else runs than who has caused it.

#include "tests/unit/hyp/scripted_vms.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ravelin {

namespace {
using test::ScriptedVms;

class VmError : public ScriptedVms {
  protected:
    VmError () : ScriptedVms{{.cpus = 2, .memory = 2ULL << 30, .prefetch = 0}, sim::BoardName::pi4b} {}

    /// Configuration space of a PCIe device that isn't there.
    static constexpr Ipa absent{0xfd50'8000};
    static constexpr sim::WorldKey vcpu{1, 0};
};
}  // namespace

TEST_F (VmError, of_the_host_that_arrives_in_a_guest_goes_back_to_the_host) {
    std::vector<bool> taken;
    unsigned steps = 0;
    guest (vcpu, [&] (Guest &guest) -> Script {
        ++steps;
        EXPECT_FALSE (co_await guest.take_system_error ()) << "it's none of the guest's";
        ++steps;
    });
    play ([&] (Host &host) -> Script {
        std::uint64_t vm = 0;
        co_await make_vm (host, true, vm);

        EXPECT_TRUE ((co_await host.load (absent, {.size = 4})).has_value ());
        co_await run_until (host, vm, 0, RAVELIN_EXIT_INTERRUPT);
        EXPECT_LT (steps, 2U) << "at the guest's first instruction";

        taken.push_back (co_await host.take_system_error ());
        taken.push_back (co_await host.take_system_error ());
        co_await run_until (host, vm, 0, RAVELIN_EXIT_WFI);
        EXPECT_EQ (steps, 2U) << "the guest has gone on";
        taken.push_back (co_await host.take_system_error ());
        co_await destroy (host, vm);
    });
    EXPECT_EQ (taken, (std::vector{true, false, false}));
}

TEST_F (VmError, that_the_host_has_not_taken_waits_for_it_while_guests_run) {
    bool taken_by_guest = false;
    std::vector<bool> taken;
    guest (vcpu, [&] (Guest &guest) -> Script {
        co_await guest.nop ();
        taken_by_guest = co_await guest.take_system_error ();
    });
    play ([&] (Host &host) -> Script {
        std::uint64_t vm = 0;
        co_await make_vm (host, true, vm);
        EXPECT_TRUE ((co_await host.load (absent, {.size = 4})).has_value ());
        co_await run_until (host, vm, 0, RAVELIN_EXIT_INTERRUPT);
        co_await run_until (host, vm, 0, RAVELIN_EXIT_WFI);
        // A second one, while the first is EL2's to give.
        EXPECT_TRUE ((co_await host.load (absent, {.size = 4})).has_value ());
        taken.push_back (co_await host.take_system_error ());
        taken.push_back (co_await host.take_system_error ());
        co_await destroy (host, vm);
    });
    EXPECT_FALSE (taken_by_guest);
    EXPECT_EQ (taken, (std::vector{true, false})) << "two at a time are one";
}

}  // namespace ravelin
