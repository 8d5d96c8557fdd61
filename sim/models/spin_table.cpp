// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/spin_table.hpp"

#include "hyp/hal/hal.hpp"
#include "sim/machine/violation.hpp"

namespace ravelin::sim {

namespace {
constexpr std::uint64_t cache_line = 64;
}  // namespace

auto SpinTable::smc (CpuIndex /*cpu*/, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    throw Violation{"EL2: SMC " + hex (arguments[0]) + " on a board whose firmware has disabled it"};
}

void SpinTable::event () {
    event_.fill (true);
}

void SpinTable::cleaned (PaRange range) {
    const PaRange lines{range.start.align_down (cache_line),
                        range.end ().align_up (cache_line) - range.start.align_down (cache_line)};
    for (std::uint32_t i = 0; i < cpus_; ++i) {
        const Pa word = words + 8 * i;
        if (lines.contains (word)) { memory_[i] = bus_.read (CpuIndex{i}, word, 8).value_or (0); }
    }
}

auto SpinTable::take_start (CpuIndex cpu) -> bool {
    if (!event_[cpu.value ()]) { return false; }
    event_[cpu.value ()] = false;

    const std::uint64_t entry = memory_[cpu.value ()];
    if (entry != 0 && entry != hal::Cpu::entry_point.value ()) {
        throw Violation{"EL2: a core is released to " + hex (entry) + ", where it has no code"};
    }
    return entry != 0;
}

}  // namespace ravelin::sim
