// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/spin_table.hpp"

#include "sim/machine/violation.hpp"

#include <span>

namespace ravelin::sim {

auto SpinTable::smc (CpuIndex /*cpu*/, const hal::SmcRegisters &arguments) -> hal::SmcRegisters {
    throw Violation{"EL2: SMC " + hex (arguments[0]) + " on a board whose firmware has disabled it"};
}

void SpinTable::event () {
    event_.fill (true);
}

void SpinTable::cleaned (PaRange range) {
    const Pa first = line_of (range.start);
    const PaRange lines{first, range.end ().align_up (cache_line_size) - first};
    for (std::uint32_t i = 0; i < cpus_; ++i) {
        const Pa word = words + 8 * i;
        if (lines.contains (word)) { memory_[i] = bus_.read (CpuIndex{i}, word, 8).value_or (0); }
    }
}

auto SpinTable::in_memory (CpuIndex cpu) const -> std::uint64_t {
    if (cache_ == nullptr) { return memory_[cpu.value ()]; }
    std::uint64_t word = 0;
    cache_->read_memory (words + 8 * cpu.value (), std::as_writable_bytes (std::span{&word, 1}));
    return word;
}

auto SpinTable::take_start (CpuIndex cpu) -> bool {
    if (!event_[cpu.value ()]) { return false; }
    event_[cpu.value ()] = false;

    const std::uint64_t entry = in_memory (cpu);
    if (entry != 0 && entry != entry_point.value ()) {
        throw Violation{"EL2: a core is released to " + hex (entry) + ", where it has no code"};
    }
    return entry != 0;
}

}  // namespace ravelin::sim
