// SPDX-License-Identifier: BSD-2-Clause

// A CPU that the host turns on while it is on its way to its sleep: in many orders of what the two do.

#include "tests/unit/hyp/host_machine.hpp"
#include "tests/unit/race/with_schedules.hpp"

#include <gtest/gtest.h>

namespace ravelin {

namespace {
using sim::BoardName;
using test::HostMachine;

/// Host RAM, behind the image.
constexpr std::uint64_t behind_image = 0x100'0000;

class PowerRace {
  public:
    PowerRace () {
        static_cast<void> (machine_.call ({PSCI_CPU_ON_64, 1, entry (0), 0}));
        machine_.machine ().settle ();
    }

    /// Where CPU 1 begins, for the @p time th time.
    [[nodiscard]] auto entry (unsigned time) -> std::uint64_t {
        return machine_.machine ().map ().image.value () + behind_image + time * page_size;
    }

    /// CPU 0 turns CPU 1 on, as soon as that is off.
    void turn_on () {
        while (machine_.call ({PSCI_CPU_ON_64, 1, entry (1), 0}) == PSCI_ALREADY_ON) {
            sim::Preemption::wait ();
        }
    }

    /// CPU 1 turns itself off, and sleeps until somebody turns it on.
    void turn_off () {
        auto &cpu = machine_.machine ().cpu (1U);
        Registers registers{.x = {PSCI_CPU_OFF}};
        ASSERT_EQ (cpu.hvc (registers), Next::off);
        machine_.machine ().hypervisor ().park (cpu.hal (), registers);
    }

    [[nodiscard]] auto begins_at () -> std::uint64_t { return machine_.hal (1).read<hal::sysreg::elr_el2> (); }

  private:
    HostMachine machine_{HostMachine::booted (BoardName::pi4b, {.cpus = 2})};
};
}  // namespace

TEST (PowerRace, a_cpu_that_is_turned_on_on_its_way_to_sleep_wakes_up) {
    test::with_schedules (2,
                          [] (const test::Race &race) {
                              PowerRace power;
                              std::string schedule;
                              ASSERT_NO_THROW (schedule = race ({[&power] { power.turn_on (); },
                                                                 [&power] {
                                                                     power.turn_off ();
                                                                 }}));
                              EXPECT_EQ (power.begins_at (), power.entry (1)) << schedule;
                          },
                          {.number = 200, .moments = 60});
}

}  // namespace ravelin
