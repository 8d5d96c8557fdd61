// SPDX-License-Identifier: BSD-2-Clause
#include "host_calls.hpp"
#include "hyp/abi/psci.h"
#include "machine.hpp"
#include "others.hpp"
#include "report.hpp"

#include <atomic>

using namespace el1;

namespace host_calls {

namespace {
constinit std::atomic<std::uint64_t> arrivals{0};

void arrive (void *affinity) {
    if ((read<sysreg::mpidr_el1> () & 0xff'00ff'ffff) == *static_cast<const std::uint64_t *> (affinity)) { ++arrivals; }
}

/// One of the four ways to call CPU_ON.
using TurnOn = auto (*) (std::uint64_t target, Entry entry) -> CallResult;

template <Conduit Way, std::uint32_t Function>
auto turn_on_by (std::uint64_t target, Entry entry) -> CallResult {
    // The 32-bit form ignores what's above.
    constexpr std::uint64_t above = Function == PSCI_CPU_ON_32 ? 0xdead'beef'0000'0000 : 0;
    return call<Way> (Function, above | target, above | entry.address, above | entry.context);
}

void every_call_turns_each_cpu_on (TurnOn turn_on, std::string_view detail) {
    Test test{"CPU_ON starts each CPU at its entry", detail};
    for (unsigned i = 1; i < machine ().cpus.size (); ++i) {
        auto affinity     = machine ().cpus[i];
        const Entry entry = prepare_start (i, arrive, &affinity);
        const auto seen   = arrivals.load ();
        test.about ("CPU with affinity", affinity);
        test.status ("CPU_ON", psci_status (turn_on (affinity, entry)), PSCI_SUCCESS);
        test.expect ("it arrives", wait_until (patience, [seen] { return arrivals == seen + 1; }));
        test.expect ("it turns itself off", is_off_at_last (i));
    }
}

void cpus_go_on_and_off_many_times () {
    constexpr std::uint64_t rounds = 100;

    Test test{"all CPUs go off and on again many times"};
    for (std::uint64_t round = 0; round < rounds && test.passed (); ++round) {
        const auto seen   = arrivals.load ();
        const auto others = machine ().cpus.size () - 1;
        test.about ("round", round);
        for (unsigned i = 1; i <= others; ++i) {
            test.status ("CPU_ON", start (i, arrive, const_cast<std::uint64_t *> (&machine ().cpus[i])), PSCI_SUCCESS);
        }
        test.expect ("all arrive", wait_until (patience, [&] { return arrivals == seen + others; }));
        for (unsigned i = 1; i <= others; ++i) {
            test.expect ("all turn themselves off", is_off_at_last (i));
        }
    }
}

void stay_until_told (void *told) {
    ++arrivals;
    while (!*static_cast<std::atomic<bool> *> (told)) {
        asm volatile ("yield");
    }
}

void a_cpu_that_is_on_stays_as_it_is () {
    Test test{"CPU_ON leaves a CPU that is on alone"};
    std::atomic<bool> may_go{false};
    const auto seen = arrivals.load ();
    test.status ("CPU_ON", start (1, stay_until_told, &may_go), PSCI_SUCCESS);
    test.expect ("it arrives", wait_until (patience, [seen] { return arrivals == seen + 1; }));
    test.status ("its state", affinity_info (machine ().cpus[1]), PSCI_AFFINITY_ON);

    const auto somewhere = reinterpret_cast<std::uint64_t> (&stay_until_told);
    test.status ("a second CPU_ON", psci_status (hvc (PSCI_CPU_ON_64, machine ().cpus[1], somewhere)), PSCI_ALREADY_ON);
    may_go = true;
    test.expect ("it turns itself off", is_off_at_last (1));
}

}  // namespace

void test_cpus () {
    if (machine ().cpus.size () == 1) { return; }
    every_call_turns_each_cpu_on (turn_on_by<Conduit::hvc, PSCI_CPU_ON_64>, "HVC, 64 bits");
    every_call_turns_each_cpu_on (turn_on_by<Conduit::hvc, PSCI_CPU_ON_32>, "HVC, 32 bits");
    every_call_turns_each_cpu_on (turn_on_by<Conduit::smc, PSCI_CPU_ON_64>, "SMC, 64 bits");
    every_call_turns_each_cpu_on (turn_on_by<Conduit::smc, PSCI_CPU_ON_32>, "SMC, 32 bits");
    cpus_go_on_and_off_many_times ();
    a_cpu_that_is_on_stays_as_it_is ();
}

}  // namespace host_calls
