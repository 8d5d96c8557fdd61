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
#include <string_view>

namespace ravelin::hal {

/// What a data synchronization barrier orders, and for whom: the values are its CRm.  [ARM DDI 0487, B2.3.11, C6.2.84]
enum class Dsb : std::uint8_t {
    ishst = 0b1010,  // stores, inner shareable
    ish   = 0b1011,  // loads and stores, inner shareable
    sy    = 0b1111,  // loads and stores, full system
};

/// How EL2 itself reaches a range of physical addresses.
enum class Reach : std::uint8_t {
    memory,  // Normal, write-back
    device,  // Device-nGnRE
};

/// V0 to V31, each as a low and a high half. FPCR and FPSR are system registers.  [ARM DDI 0487, B1.2.1]
struct alignas (16) FpState {
    std::array<std::uint64_t, 64> halves;
};

static_assert (sizeof (FpState) == 512, "saved and restored by offset");

/// X0-X3 of a secure monitor call and of its result.
using SmcRegisters = std::array<std::uint64_t, 4>;

/// What Ravelin may ask of one CPU and the machine behind it. The build chooses one of two implementations:
/// hyp/arm64/hal (each function is its instruction) and sim/hal (the simulated machine). A function that
/// touches hardware takes the CPU it runs on as its first argument.
template <class C>
concept CpuInterface = requires (C &cpu, Pa pa, PaRange range, std::uint64_t value, std::uint32_t word,
                                 SmcRegisters smc, Affinity affinity, Ipa ipa, Va va, unsigned field, FpState &fp) {
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

    // On all CPUs of the inner shareable domain, for the VMID in VTTBR_EL2: stage 2 entries of one IPA,
    // whatever their size; stage 1 entries and those that combine both stages; everything.
    { cpu.tlbi_ipas2e1is (ipa) } -> std::same_as<void>;
    { cpu.tlbi_vmalle1is () } -> std::same_as<void>;
    { cpu.tlbi_vmalls12e1is () } -> std::same_as<void>;

    // On this CPU, for the VMID in VTTBR_EL2: stage 1 entries and those that combine both stages.
    { cpu.tlbi_vmalle1 () } -> std::same_as<void>;

    // Instruction caches to the point of unification: of this CPU, of all.
    { cpu.ic_iallu () } -> std::same_as<void>;
    { cpu.ic_ialluis () } -> std::same_as<void>;

    // Stage 1 of EL1 for a read: AT S1E1R. PAR_EL1 has the result after an ISB.
    { cpu.at_s1e1r (va) } -> std::same_as<void>;

    // ID register op0 3, op1 0, CRn 0, CRm 1-7, op2 0-7.  [ARM DDI 0487, D17.1, feature ID space]
    { cpu.id_register (field, field) } -> std::same_as<std::uint64_t>;

    // V0-V31, while CPTR_EL2 doesn't trap them.
    { cpu.save_fp (fp) } -> std::same_as<void>;
    { cpu.load_fp (fp) } -> std::same_as<void>;

    // Data cache by physical address, to the point of coherency: DC CIVAC over each line of the range.
    { cpu.clean_and_invalidate (range) } -> std::same_as<void>;

    // Makes a range reachable for EL2; needed once, before the first access. Only while booting.
    { cpu.reach (range, Reach::memory) } -> std::same_as<Result<void>>;

    // Aligned, single-copy atomic accesses to memory that EL2 reaches.
    { cpu.template load<std::uint64_t> (pa) } -> std::same_as<std::uint64_t>;
    { cpu.template store<std::uint64_t> (pa, value) } -> std::same_as<void>;

    // The bytes of memory that EL2 reaches and nobody else writes meanwhile.
    { cpu.bytes (range) } -> std::same_as<std::span<std::byte>>;

    // An object that lies in memory that EL2 reaches, at a multiple of its alignment.
    { cpu.template object<FpState> (pa) } -> std::same_as<FpState &>;

    // Device registers that EL2 reaches.
    { cpu.mmio_read (pa) } -> std::same_as<std::uint32_t>;
    { cpu.mmio_write (pa, word) } -> std::same_as<void>;

    // The firmware below: SMC #0. Never on a board whose firmware offers none.
    { cpu.smc (smc) } -> std::same_as<SmcRegisters>;

    // Sleep until an interrupt is pending (WFI); wake the others from WFE (SEV).
    { cpu.wait_for_interrupt () } -> std::same_as<void>;
    { cpu.send_event () } -> std::same_as<void>;

    // Lets others go first, while this CPU waits for one of them in a loop.
    { cpu.relax () } -> std::same_as<void>;

    // A lock of this rank is taken or left: the simulator checks the order.
    { cpu.lock_acquired (field) } -> std::same_as<void>;
    { cpu.lock_released (field) } -> std::same_as<void>;

    // An invariant of Ravelin's own is broken: says so and stops. Nothing from outside may lead here.
    { cpu.panic (std::string_view{}) } -> std::same_as<void>;

    // Where a CPU that firmware starts enters Ravelin, as firmware wants to be told.
    { cpu.secondary_entry () } -> std::same_as<Pa>;
};

}  // namespace ravelin::hal
