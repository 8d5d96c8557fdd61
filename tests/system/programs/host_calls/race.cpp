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
/// Two CPUs that call CPU_ON for a third at the same time.
struct Race {
    std::uint64_t target{};
    Entry entry{};
    std::atomic<bool> go{false};         // the contenders may call
    std::atomic<bool> leave{false};      // the target may turn itself off
    std::atomic<unsigned> ready{0};      // contenders at the start
    std::atomic<unsigned> done{0};       // contenders behind the call
    std::atomic<unsigned> successes{0};  // calls that said they did it
    std::atomic<unsigned> refusals{0};   // calls that said it's on, or on its way
    std::atomic<unsigned> arrivals{0};   // of the target
};

void contend (void *argument) {
    auto &race = *static_cast<Race *> (argument);
    ++race.ready;
    while (!race.go) {}
    const auto status = psci_status (hvc (PSCI_CPU_ON_64, race.target, race.entry.address, race.entry.context));
    if (status == PSCI_SUCCESS) { ++race.successes; }
    if (status == PSCI_ALREADY_ON || status == PSCI_ON_PENDING) { ++race.refusals; }
    ++race.done;
}

void be_the_target (void *argument) {
    auto &race = *static_cast<Race *> (argument);
    ++race.arrivals;
    static_cast<void> (wait_until (patience, [&] { return race.leave.load (); }));
}

void run_race (Test &test, unsigned contender, unsigned target) {
    Race race;
    race.target = machine ().cpus[target];
    race.entry  = prepare_start (target, be_the_target, &race);

    test.status ("CPU_ON of the contender", start (contender, contend, &race), PSCI_SUCCESS);
    test.expect ("the contender comes", wait_until (patience, [&] { return race.ready == 1; }));
    race.go = true;
    contend (&race);
    test.expect ("both calls come back", wait_until (patience, [&] { return race.done == 2; }));
    test.equal ("calls that succeeded", race.successes, 1);
    test.equal ("calls that were told it's on already", race.refusals, 1);
    test.expect ("the target arrives", wait_until (patience, [&] { return race.arrivals != 0; }));
    race.leave = true;
    test.expect ("the target turns itself off", is_off_at_last (target));
    test.expect ("the contender turns itself off", is_off_at_last (contender));
    test.equal ("arrivals of the target", race.arrivals, 1);
}
}  // namespace

void test_race () {
    constexpr std::uint64_t rounds = 50;
    constexpr unsigned contender   = 1;
    constexpr unsigned target      = 2;
    if (machine ().cpus.size () <= target) { return; }
    Test test{"of two CPU_ON at the same time one succeeds"};
    for (std::uint64_t round = 0; round < rounds && test.passed (); ++round) {
        test.about ("round", round);
        run_race (test, contender, target);
    }
}

}  // namespace host_calls
