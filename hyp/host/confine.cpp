// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/confine.hpp"

#include "hyp/core/bit_field.hpp"
#include "hyp/host/syndrome.hpp"

namespace ravelin
{

namespace
{
using namespace hal::sysreg;

/// [ARM DDI 0487, D17.2.48]
namespace hcr
{
constexpr Bits64 vm{0, 0};     // stage 2 is on
constexpr Bits64 swio{1, 1};   // set/way invalidates clean too
constexpr Bits64 tsc{19, 19};  // SMC traps
constexpr Bits64 rw{31, 31};   // EL1 is AArch64
}  // namespace hcr

constexpr Bits64 cptr_res1{13, 12};      // [D17.2.30]
constexpr Bits64 cptr_res1_low{9, 0};    // no floating-point trap among them: that is bit 10
constexpr Bits64 cnthctl_timers{1, 0};   // EL1PCTEN, EL1PCEN: counter and physical timer are the host's
constexpr Bits64 pmcr_counters{15, 11};  // N
constexpr Bits64 mdcr_counters{4, 0};    // HPMN: event counters that EL1 has

// MMU and caches off, little-endian; the bits that are RES1 in Armv8.0.  [D17.2.118]
constexpr std::uint64_t sctlr_el1_reset = 0x30d0'0800;
}  // namespace

void confine_host (hal::Cpu &cpu, const HostStage2 &stage2)
{
    // Erratum 1319367: no stage 1 of EL1 may be on while stage 2 changes under it.
    cpu.write<sctlr_el1> (sctlr_el1_reset);
    cpu.isb ();

    cpu.write<vpidr_el2> (cpu.read<midr_el1> ());
    cpu.write<vmpidr_el2> (cpu.read<mpidr_el1> ());
    cpu.write<actlr_el2> (0);
    cpu.write<hstr_el2> (0);
    cpu.write<cptr_el2> (cptr_res1.mask () | cptr_res1_low.mask ());
    cpu.write<mdcr_el2> (mdcr_counters.put (pmcr_counters.get (cpu.read<pmcr_el0> ())));
    cpu.write<cnthctl_el2> (cnthctl_timers.mask ());
    cpu.write<cnthp_ctl_el2> (0);
    cpu.write<cntvoff_el2> (0);

    cpu.write<vtcr_el2> (HostStage2::vtcr ());
    cpu.write<vttbr_el2> (stage2.vttbr ());
    cpu.write<hcr_el2> (hcr::vm.mask () | hcr::swio.mask () | hcr::tsc.mask () | hcr::rw.mask ());
    cpu.isb ();
    cpu.tlbi_alle1 ();
    cpu.dsb<hal::Dsb::ish> ();
    cpu.isb ();
}

void enter_host_at (hal::Cpu &cpu, Pa address)
{
    cpu.write<sctlr_el1> (sctlr_el1_reset);
    cpu.write<elr_el2> (address.value ());
    cpu.write<spsr_el2> (pstate::masked | pstate::el1h);
}

}  // namespace ravelin
