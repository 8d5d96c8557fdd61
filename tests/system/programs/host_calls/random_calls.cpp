// SPDX-License-Identifier: BSD-2-Clause
#include "call_registers.hpp"
#include "gic.hpp"
#include "host_calls.hpp"
#include "hyp/abi/psci.h"
#include "hyp/abi/smccc.h"
#include "machine.hpp"
#include "memory.hpp"
#include "others.hpp"
#include "random.hpp"
#include "report.hpp"
#include "timer.hpp"

#include <array>

using namespace el1;

namespace host_calls {

namespace {
constexpr std::uint64_t seed  = 42;
constexpr std::uint64_t calls = 10'000;

constexpr std::array functions{
    RAVELIN_CALL_UID,      RAVELIN_CALL_REVISION, RAVELIN_FEATURES,       RAVELIN_NULL,
    RAVELIN_TRAP_COUNT,    SMCCC_VERSION,         SMCCC_ARCH_FEATURES,    PSCI_VERSION,
    PSCI_CPU_SUSPEND_32,   PSCI_CPU_SUSPEND_64,   PSCI_CPU_ON_32,         PSCI_CPU_ON_64,
    PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE, PSCI_FEATURES,
};

// Where services begin: what lies behind them is unknown, or will be the next call.
constexpr std::array services{0x8000'0000U, 0x8400'0000U, 0x8600'0000U, 0xc000'0000U, 0xc400'0000U, 0xc600'0000U};

/// Numbers that mean something to some call, besides random ones.
[[nodiscard]] auto pick_number (Random &random) -> std::uint64_t {
    const Machine &here = machine ();
    const auto numbers  = std::to_array<std::uint64_t> ({
        0,
        random.below (4),
        random.below (256),
        PSCI_POWER_STATE_DOWN,
        here.ravelin.start.value () + random.below (here.ravelin.size),
        here.end_of_ram ().value () - random.below (64),
        address_of (functions).value () + random.below (64),
        here.board->gic_distributor.value (),
        1ULL << random.below (64),
        ~0ULL << random.below (64),
        random.next (),
        random.next (),
    });
    return numbers.at (random.below (numbers.size ()));
}

[[nodiscard]] auto pick_function (Random &random) -> std::uint32_t {
    switch (random.below (4)) {
    case 0:  return services.at (random.below (services.size ())) + static_cast<std::uint32_t> (random.below (32));
    case 1:  return static_cast<std::uint32_t> (random.next ());
    default: return functions.at (random.below (functions.size ()));
    }
}

/// Calls that end the machine or this CPU, as they should.
[[nodiscard]] auto ends_something (std::uint32_t function) -> bool {
    return function == PSCI_CPU_OFF || function == PSCI_SYSTEM_OFF || function == PSCI_SYSTEM_RESET;
}

void do_nothing (void *) {}

/// A CPU_ON that would start a CPU somewhere in this program starts it where it turns itself off again.
void tame (Context &context) {
    const auto function = static_cast<std::uint32_t> (context.x[0]);
    const bool wide     = function == PSCI_CPU_ON_64;
    if (!wide && function != PSCI_CPU_ON_32) { return; }
    constexpr std::uint64_t w = 0xffff'ffff;
    const auto mask           = wide ? ~0ULL : w;
    if (!machine ().has_memory_at (Pa{context.x[2] & mask})) { return; }
    for (unsigned i = 1; i < machine ().cpus.size (); ++i) {
        if ((context.x[1] & mask) == machine ().cpus[i]) {
            const Entry entry = prepare_start (i, do_nothing, nullptr);
            context.x[2]      = entry.address;
            context.x[3]      = entry.context;
        }
    }
}

[[nodiscard]] auto pick_call (Random &random) -> Context {
    Context context;
    for (auto &x : context.x) {
        x = pick_number (random);
    }
    do {
        context.x[0] = random.next () << 32 | pick_function (random);
    } while (ends_something (static_cast<std::uint32_t> (context.x[0])));
    tame (context);
    return context;
}

void any_registers_do_no_harm () {
    Test test{"10,000 calls with random registers come back and change only results"};
    // The timer has fired and nobody acknowledges it, so that a CPU_SUSPEND comes back at once.
    gic::enable_own (timer_interrupt);
    set_timer (now ());

    Random random{seed};
    for (std::uint64_t i = 0; i < calls && test.passed (); ++i) {
        const Context before = pick_call (random);
        const auto function  = static_cast<std::uint32_t> (before.x[0]);
        const bool is_smc    = random.below (2) == 1;
        Context after        = before;
        test.about (is_smc ? "SMC" : "HVC", function);
        test.expect ("the CPU comes back behind it",
                     run_instruction (is_smc ? smc_instruction (0) : hvc_instruction (0), Level::el1h, after));
        expect_unchanged (test, before, after, result_registers (function));
    }
    stop_timer ();
    for (unsigned i = 1; i < machine ().cpus.size (); ++i) {
        test.about ("CPU", i);
        test.expect ("it is off at last", is_off_at_last (i));
    }
    test.equal ("a null call afterwards", hvc (RAVELIN_NULL)[0], 0);
}
}  // namespace

void test_random_calls () {
    any_registers_do_no_harm ();
    Test test{"no interrupt or SError came to EL2"};
    test.equal ("count", hvc (RAVELIN_TRAP_COUNT, 0, RAVELIN_TRAP_INTERRUPT)[1], 0);
}

}  // namespace host_calls
