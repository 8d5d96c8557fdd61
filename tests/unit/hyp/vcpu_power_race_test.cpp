// SPDX-License-Identifier: BSD-2-Clause

// Who turns a vCPU on has it until it's written down where that begins: in many orders of what he and others do. The
// test is he.

#include "hyp/abi/psci.h"
#include "hyp/vm/vcpu.hpp"
#include "tests/unit/hyp/vgic_machine.hpp"
#include "tests/unit/race/with_schedules.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using namespace test;

class VcpuPowerRace {
  public:
    VcpuPowerRace () {
        for (const std::uint64_t number : {1U, 2U}) {
            machine_.must ({RAVELIN_VCPU_SET, vm_, number, RAVELIN_REGISTER_POWER, 0});
        }
        machine_.cpu (0).enter (vm_);
    }

    void call_of_guest (std::uint64_t function) { static_cast<void> (machine_.cpu (0).call ({function})); }

    /// The host turns vCPU 2 off.
    void turn_off () {
        static_cast<void> (machine_.cpu (2).call ({RAVELIN_VCPU_SET, vm_, 2, RAVELIN_REGISTER_POWER, 0}));
    }

    /// Somebody turns vCPU @p number on, if it's off.
    void turn_on (std::uint64_t number) {
        constexpr unsigned moments = 4;
        auto &power                = vcpu (number).power;
        if (!power.exchange (PowerState::off, PowerState::starting)) { return; }
        for (unsigned i = 0; i < moments; ++i) {
            sim::Preemption::point ();
        }
        stayed_ = power.load_acquire () == PowerState::starting;
        power.store_release (PowerState::pending);
    }

    /// The VM of vCPU 0 ends elsewhere, and somebody who doesn't know yet turns it on.
    void end_and_turn_on () {
        vcpu (0).power.store_release (PowerState::off);
        turn_on (0);
    }

    /// Whether nobody else has ended the state that turn_on() made.
    [[nodiscard]] auto stayed () const -> bool { return stayed_; }

  private:
    /// Its page is one of the last that the VM has been given.
    [[nodiscard]] auto vcpu (std::uint64_t number) -> Vcpu & {
        return machine_.hal ().object<Vcpu> (Pa{behind_ - (3 - number) * page_size});
    }

    VgicMachine machine_;
    std::uint64_t vm_{machine_.make ({.vcpus = 3, .limit = 4})};
    std::uint64_t behind_{machine_.pages (1)};
    bool stayed_{true};
};

/// In each schedule the first job runs on CPU 0, the second on CPU 1.
void expect_kept (void (*first) (VcpuPowerRace &), void (*second) (VcpuPowerRace &)) {
    with_schedules (2,
                    [&] (const Race &race) {
                        VcpuPowerRace power;
                        const auto schedule = race ({[&] { first (power); },
                                                     [&] {
                                                         second (power);
                                                     }});
                        EXPECT_TRUE (power.stayed ()) << schedule;
                    },
                    {.number = 200, .moments = 60});
}
}  // namespace

TEST (VcpuPowerRace, a_vm_that_ends_waits_for_him) {
    expect_kept ([] (VcpuPowerRace &power) { power.call_of_guest (PSCI_SYSTEM_OFF); },
                 [] (VcpuPowerRace &power) { power.turn_on (2); });
}

TEST (VcpuPowerRace, a_host_that_turns_it_off_waits_for_him) {
    expect_kept ([] (VcpuPowerRace &power) { power.turn_off (); }, [] (VcpuPowerRace &power) { power.turn_on (2); });
}

TEST (VcpuPowerRace, a_vcpu_that_turns_itself_off_leaves_it_to_him) {
    expect_kept ([] (VcpuPowerRace &power) { power.call_of_guest (PSCI_CPU_OFF); },
                 [] (VcpuPowerRace &power) { power.end_and_turn_on (); });
}

}  // namespace ravelin
