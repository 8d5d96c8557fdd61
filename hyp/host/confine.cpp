// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/confine.hpp"

#include "hyp/dev/bcm2711_pm.hpp"
#include "hyp/host/instruction.hpp"
#include "hyp/host/os_lock.hpp"
#include "hyp/host/syndrome.hpp"
#include "hyp/host/traps.hpp"

#include <algorithm>

namespace ravelin {

namespace {
using namespace hal::sysreg;

constexpr Bits64 pmcr_counters{15, 11};  // PMCR_EL0.N
}  // namespace

void confine_host (hal::Cpu &cpu, const HostStage2 &stage2) {
    // Erratum 1319367: no stage 1 of EL1 may be on while stage 2 changes under it.
    cpu.write<sctlr_el1> (sctlr_el1_reset);
    cpu.isb ();

    cpu.write<vpidr_el2> (cpu.read<midr_el1> ());
    cpu.write<vmpidr_el2> (cpu.read<mpidr_el1> ());
    cpu.write<actlr_el2> (0);
    cpu.write<hstr_el2> (0);
    cpu.write<cptr_el2> (cptr::host);
    // The OS lock is taken at reset, while which EL1 lets breakpoints halt the core.
    cpu.write<mdscr_el1> (0);
    cpu.write<oslar_el1> (0);
    cpu.write<mdcr_el2> (mdcr::host | mdcr::hpmn.put (pmcr_counters.get (cpu.read<pmcr_el0> ())));
    cpu.write<cnthctl_el2> (cnthctl::host);
    cpu.write<cnthp_ctl_el2> (0);
    cpu.write<cntvoff_el2> (0);

    cpu.write<vtcr_el2> (HostStage2::vtcr ());
    cpu.write<vttbr_el2> (stage2.vttbr ());
    cpu.write<hcr_el2> (hcr::host);
    cpu.isb ();
    cpu.tlbi_alle1 ();
    cpu.dsb<hal::Dsb::ish> ();
    cpu.isb ();
}

void enter_host_at (hal::Cpu &cpu, Pa address) {
    cpu.write<sctlr_el1> (sctlr_el1_reset);
    cpu.write<elr_el2> (address.value ());
    cpu.write<spsr_el2> (pstate::masked | pstate::el1h);
}

auto forward_access (hal::Cpu &cpu, Registers &registers, const Board &board, std::uint64_t syndrome, Pa address)
    -> Forwarded {
    constexpr std::uint64_t word_size_log2 = 2;

    const bool is_ours =
        std::ranges::any_of (board.forwarded, [address] (const PaRange &device) { return device.contains (address); });
    const bool is_word = esr::valid.any (syndrome) && !esr::stage1_walk.any (syndrome) &&
                         esr::access_size.get (syndrome) == word_size_log2 && address.is_aligned (1U << word_size_log2);
    if (!is_ours || !is_word) { return Forwarded::forbidden; }
    const auto number = static_cast<unsigned> (esr::transfer_register.get (syndrome));
    if (!esr::write.any (syndrome)) {
        registers.write (number, cpu.mmio_read (address));
        return Forwarded::done;
    }
    const auto value = static_cast<std::uint32_t> (registers.read (number));
    switch (Bcm2711Pm::effect_of (cpu, address, value)) {
    case Bcm2711Pm::Effect::reset: return Forwarded::resets;
    // The host has no watchdog: it would bite when it likes, past Ravelin.
    case Bcm2711Pm::Effect::watchdog: return Forwarded::done;
    case Bcm2711Pm::Effect::none:     break;
    }
    cpu.mmio_write (address, value);
    return Forwarded::done;
}

auto access_os_lock (Registers &registers, std::uint64_t syndrome) -> bool {
    const auto which = register_of (syndrome);
    if (!os_lock::has (which)) { return false; }
    if (esr::access::read.any (syndrome)) {
        registers.write (static_cast<unsigned> (esr::access::target.get (syndrome)),
                         which == os_lock::status ? os_lock::unlocked : 0);
    }
    return true;
}

}  // namespace ravelin
