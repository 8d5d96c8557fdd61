// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/psci.h"
#include "tests/unit/hyp/vm_machine.hpp"

#include <benchmark/benchmark.h>

namespace {
using namespace ravelin;

/// What a guest at work and its host do, again and again: the host enters the vCPU, which makes a call, stores to a
/// device, is entered again, makes another call, and waits; the host makes one of its own.
void traps (benchmark::State &state) {
    constexpr std::uint64_t device = 0x0900'0000;
    constexpr std::uint64_t store  = test::iss_transfer (2, 3) | test::iss_write;

    test::VmMachine machine;
    const auto vm            = machine.make_vm (true);
    auto &registers          = machine.registers ();
    std::uint64_t done       = 0;
    const auto call_of_guest = [&] {
        registers.x[0] = PSCI_VERSION;
        benchmark::DoNotOptimize (machine.machine ().cpu (0U).hvc (registers));
    };
    const auto enter = [&] {
        registers.x[0] = RAVELIN_VCPU_RUN;
        registers.x[1] = vm;
        registers.x[2] = 0;
        benchmark::DoNotOptimize (machine.machine ().cpu (0U).hvc (registers));
    };
    for (auto _ : state) {
        enter ();
        call_of_guest ();
        benchmark::DoNotOptimize (machine.guest_abort (device, store));
        enter ();
        call_of_guest ();
        benchmark::DoNotOptimize (machine.guest_trap (esr::Class::wait, 0));
        registers.x[0] = RAVELIN_NULL;
        benchmark::DoNotOptimize (machine.machine ().cpu (0U).hvc (registers));
        done += 7;
    }
    if (machine.in_guest ()) { state.SkipWithError ("the guest didn't come back"); }
    state.SetItemsProcessed (static_cast<std::int64_t> (done));
}

BENCHMARK (traps);
}  // namespace
