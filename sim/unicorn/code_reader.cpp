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

auto CodeReader::code (const MmuRegisters &registers, std::uint64_t va, std::uint64_t size) const
    -> std::span<const std::byte> {
    const bool el0 = pstate::exception_level.get (emulator_.pstate ()) == 0;
    const auto where =
        Mmu{bus_}.translate (registers, {.va = Va{va}, .kind = AccessKind::fetch, .size = 4, .from_el0 = el0});
    const auto *ram = where ? bus_.find_ram ({where->pa, size}) : nullptr;
    return ram == nullptr ? std::span<const std::byte>{} : std::span<const std::byte>{ram->at (where->pa), size};
}

}  // namespace ravelin::sim
