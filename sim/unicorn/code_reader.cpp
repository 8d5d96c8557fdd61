// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/code_reader.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/models/mmu.hpp"

namespace ravelin::sim {

using namespace hal::sysreg;

auto mmu_registers (const Emulator &emulator) -> MmuRegisters {
    return {.sctlr_el1 = emulator.read (sctlr_el1),
            .tcr_el1   = emulator.read (tcr_el1),
            .ttbr0_el1 = emulator.read (ttbr0_el1),
            .ttbr1_el1 = emulator.read (ttbr1_el1),
            .mair_el1  = emulator.read (mair_el1),
            .hcr_el2   = emulator.read (hcr_el2),
            .vtcr_el2  = emulator.read (vtcr_el2),
            .vttbr_el2 = emulator.read (vttbr_el2)};
}

auto CodeReader::page (std::uint64_t va) -> std::span<const std::byte> {
    const std::uint64_t number = va / page_size;
    const bool el0             = pstate::exception_level.get (emulator_.pstate ()) == 0;
    Known &known               = known_[number % places];
    if (known.number != number || known.times != times_ || known.from_el0 != el0) {
        const auto where = Mmu{bus_}.translate (
            mmu_registers (emulator_),
            {.va = Va{number * page_size}, .kind = AccessKind::fetch, .size = size_of_one, .from_el0 = el0});
        const auto *ram = where ? bus_.find_ram ({where->pa, page_size}) : nullptr;
        known           = {number, times_, el0, ram == nullptr ? nullptr : ram->at (where->pa)};
    }
    return known.ram == nullptr ? std::span<const std::byte>{} : std::span{known.ram, page_size};
}

}  // namespace ravelin::sim
