// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/system_register.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::hal
{

/// What a data synchronization barrier orders, and for whom.  [ARM DDI 0487, B2.3.11]
enum class Dsb : std::uint8_t
{
    ish,    // loads and stores, inner shareable
    ishst,  // stores, inner shareable
    sy,     // loads and stores, full system
};

/// How EL2 itself reaches a range of physical addresses.
enum class Reach : std::uint8_t
{
    memory,  // Normal, write-back
    device,  // Device-nGnRE
};

/// X0-X3 of a secure monitor call and of its result.
using SmcRegisters = std::array<std::uint64_t, 4>;

/// What Ravelin may ask of one CPU and the machine behind it. The build chooses one of two implementations:
/// hyp/arm64/hal (each function is its instruction) and sim/hal (the simulated machine). A function that
/// touches hardware takes the CPU it runs on as its first argument.
template <class C>
concept CpuInterface = requires (C &cpu, Pa pa, PaRange range, std::uint64_t value, std::uint32_t word,
                                 SmcRegisters smc, Affinity affinity) {
    // Which CPU this is.
    { cpu.index () } -> std::same_as<CpuIndex>;

    // System registers: MRS and MSR.
    { cpu.template read<sysreg::esr_el2> () } -> std::same_as<std::uint64_t>;
    { cpu.template write<sysreg::hcr_el2> (value) } -> std::same_as<void>;

    // Context synchronization, and completion of memory accesses and maintenance.
    { cpu.isb () } -> std::same_as<void>;
    { cpu.template dsb<Dsb::ish> () } -> std::same_as<void>;

    // Drops this CPU's translations of EL1 and EL0, both stages, all VMIDs: TLBI ALLE1.
    { cpu.tlbi_alle1 () } -> std::same_as<void>;

    // Data cache by physical address, to the point of coherency: DC CIVAC over each line of the range.
    { cpu.clean_and_invalidate (range) } -> std::same_as<void>;

    // Makes a range reachable for EL2; needed once, before the first access. Only while booting.
    { cpu.reach (range, Reach::memory) } -> std::same_as<Result<void>>;

    // Aligned, single-copy atomic accesses to memory that EL2 reaches.
    { cpu.template load<std::uint64_t> (pa) } -> std::same_as<std::uint64_t>;
    { cpu.template store<std::uint64_t> (pa, value) } -> std::same_as<void>;

    // The bytes of memory that EL2 reaches and nobody else writes meanwhile.
    { cpu.bytes (range) } -> std::same_as<std::span<std::byte>>;

    // Device registers that EL2 reaches.
    { cpu.mmio_read (pa) } -> std::same_as<std::uint32_t>;
    { cpu.mmio_write (pa, word) } -> std::same_as<void>;

    // The firmware below: SMC #0. Never on a board whose firmware offers none.
    { cpu.smc (smc) } -> std::same_as<SmcRegisters>;

    // Sleep until an interrupt is pending (WFI); wake the others from WFE (SEV).
    { cpu.wait_for_interrupt () } -> std::same_as<void>;
    { cpu.send_event () } -> std::same_as<void>;

    // Where a CPU that firmware starts enters Ravelin, as firmware wants to be told.
    { cpu.secondary_entry () } -> std::same_as<Pa>;
};

}  // namespace ravelin::hal
