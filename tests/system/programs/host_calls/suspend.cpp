// SPDX-License-Identifier: BSD-2-Clause
#include "gic.hpp"
#include "host_calls.hpp"
#include "hyp/abi/psci.h"
#include "others.hpp"
#include "report.hpp"
#include "timer.hpp"

using namespace el1;

namespace host_calls {

namespace {
constexpr std::uint64_t standby = 0;

[[nodiscard]] auto timer_has_fired () -> bool {
    constexpr std::uint64_t irq = 1 << 7;  // ISR_EL1.I
    return (read<sysreg::isr_el1> () & irq) != 0;
}

template <Conduit Way, std::uint32_t Function>
void standby_lasts_until_an_interrupt (std::string_view detail) {
    // A standby may end early, but not as if it were none at all.
    constexpr std::uint64_t rounds        = 10;
    constexpr std::uint64_t most_standbys = 100;
    constexpr std::uint64_t milliseconds  = 20;

    Test test{"CPU_SUSPEND waits until the timer fires", detail};
    gic::enable_own (timer_interrupt);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        test.about ("round", round);
        const auto deadline = now () + ticks_of (milliseconds);
        set_timer (deadline);

        std::uint64_t standbys = 0;
        while (!timer_has_fired () && standbys < most_standbys) {
            test.status ("CPU_SUSPEND", psci_status (call<Way> (Function, standby)), PSCI_SUCCESS);
            ++standbys;
        }
        test.expect ("it slept", standbys < most_standbys);
        test.expect ("the deadline has passed", now () >= deadline);
        test.equal ("the interrupt", gic::interface (gic::gicc_iar) & gic::intid_mask, timer_interrupt);
        stop_timer ();
        gic::set_interface (gic::gicc_eoir, timer_interrupt);
    }
}

void power_down_is_refused () {
    constexpr std::uint64_t above_w1 = 1ULL << 32;

    Test test{"CPU_SUSPEND refuses states that aren't there"};
    const auto suspend = [] (std::uint64_t state) {
        return psci_status (hvc (PSCI_CPU_SUSPEND_64, state, 0x1000, 0));
    };
    test.status ("power-down", suspend (PSCI_POWER_STATE_DOWN), PSCI_INVALID_PARAMETERS);
    test.status ("state 1", suspend (1), PSCI_INVALID_PARAMETERS);
    test.status ("power level 1", suspend (1 << 24), PSCI_INVALID_PARAMETERS);
    test.status ("bits above W1", suspend (above_w1 | PSCI_POWER_STATE_DOWN), PSCI_INVALID_PARAMETERS);
}
}  // namespace

void test_suspend () {
    standby_lasts_until_an_interrupt<Conduit::hvc, PSCI_CPU_SUSPEND_64> ("HVC, 64 bits");
    standby_lasts_until_an_interrupt<Conduit::hvc, PSCI_CPU_SUSPEND_32> ("HVC, 32 bits");
    standby_lasts_until_an_interrupt<Conduit::smc, PSCI_CPU_SUSPEND_64> ("SMC, 64 bits");
    power_down_is_refused ();
}

}  // namespace host_calls
