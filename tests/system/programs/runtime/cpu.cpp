// SPDX-License-Identifier: BSD-2-Clause
#include "cpu.hpp"

#include "call.hpp"
#include "hyp/abi/psci.h"
#include "report.hpp"
#include "synchronize.hpp"

#include <array>

using namespace el1;

namespace {
/// What a CPU that comes in finds at X0.
struct CpuStart {
    std::uint64_t stack;
    Cpu *cpu;
    Work work;
    void *argument;
};

static_assert (offsetof (CpuStart, stack) == EL1_START_STACK);
static_assert (offsetof (CpuStart, cpu) == EL1_START_CPU);

constinit std::array<CpuStart, EL1_MAX_CPUS> starts{};
}  // namespace

extern "C" {
// start.S, and what it looks up.
extern std::byte el1_stacks[];
void el1_secondary_entry ();
constinit std::array<Cpu, EL1_MAX_CPUS> el1_cpus{};

[[noreturn]] void el1_secondary_main (const CpuStart *start) {
    start->work (start->argument);
    static_cast<void> (hvc (PSCI_CPU_OFF));
    give_up ("CPU_OFF came back");
}
}

namespace el1 {
auto prepare_start (unsigned index, Work work, void *argument) -> Entry {
    CpuStart &start = starts.at (index);
    start.stack     = reinterpret_cast<std::uint64_t> (el1_stacks) + (index + 1) * EL1_STACK_SIZE;
    start.cpu       = &el1_cpus.at (index);
    start.work      = work;
    start.argument  = argument;
    // It reads this with its caches off.
    clean_to_memory (&start, sizeof start);
    return {reinterpret_cast<std::uint64_t> (&el1_secondary_entry), reinterpret_cast<std::uint64_t> (&start)};
}

auto turn_on (unsigned index, std::uint64_t affinity, Work work, void *argument) -> std::int64_t {
    const Entry entry = prepare_start (index, work, argument);
    return psci_status (hvc (PSCI_CPU_ON_64, affinity, entry.address, entry.context));
}
}  // namespace el1
