// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"

#include <benchmark/benchmark.h>

namespace {
using namespace ravelin;

/// Makes one host call again and again, from the trap's entry to its end.
void call (benchmark::State &state, std::uint64_t function) {
    sim::Machine machine{sim::BoardName::virt, {}};
    machine.load (
        {.image = sim::RavelinImage::with_tiny_kernel (), .initrd = {}, .command_line = "", .device_tree = {}});
    if (!machine.boot ()) {
        state.SkipWithError ("Ravelin did not boot");
        return;
    }
    auto &cpu = machine.cpu (0U);
    Registers registers{};
    for (auto _ : state) {
        registers.x[0] = function;
        benchmark::DoNotOptimize (cpu.hvc (registers));
    }
    state.SetItemsProcessed (state.iterations ());
}

BENCHMARK_CAPTURE (call, null, RAVELIN_NULL);
BENCHMARK_CAPTURE (call, psci_version, PSCI_VERSION);
BENCHMARK_CAPTURE (call, unknown, 0xC600'ffffU);
}  // namespace
