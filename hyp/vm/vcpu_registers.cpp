// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/vms.hpp"

namespace ravelin {

namespace {
static_assert (RAVELIN_REGISTER_V0_LOW + std::tuple_size_v<decltype (hal::FpState::halves)> == RAVELIN_REGISTERS);
static_assert (RAVELIN_REGISTER_CPACR_EL1 + std::tuple_size_v<decltype (El1Registers::values)> ==
                   RAVELIN_REGISTER_CNTKCTL + 1,
               "the ABI counts them in the order of El1Registers");

/// Where a vCPU keeps what the ABI calls @p which: any of its registers but POWER.
[[nodiscard]] auto find_register (Vcpu &vcpu, std::uint64_t which) -> std::uint64_t & {
    if (which < RAVELIN_REGISTER_PC) { return vcpu.registers.x[which]; }
    if (which >= RAVELIN_REGISTER_V0_LOW) { return vcpu.fp.vectors.halves[which - RAVELIN_REGISTER_V0_LOW]; }
    if (which >= RAVELIN_REGISTER_CPACR_EL1 && which <= RAVELIN_REGISTER_CNTKCTL) {
        return vcpu.el1.values[which - RAVELIN_REGISTER_CPACR_EL1];
    }
    switch (which) {
    case RAVELIN_REGISTER_PC:        return vcpu.pc;
    case RAVELIN_REGISTER_PSTATE:    return vcpu.pstate;
    case RAVELIN_REGISTER_SCTLR_EL1: return vcpu.stage1.sctlr;
    case RAVELIN_REGISTER_TCR_EL1:   return vcpu.stage1.tcr;
    case RAVELIN_REGISTER_MDSCR_EL1: return vcpu.mdscr;
    case RAVELIN_REGISTER_FPCR:      return vcpu.fp.fpcr;
    case RAVELIN_REGISTER_FPSR:      return vcpu.fp.fpsr;
    case RAVELIN_REGISTER_CNTV_CTL:  return vcpu.virtual_timer.control;
    case RAVELIN_REGISTER_CNTV_CVAL: return vcpu.virtual_timer.compare;
    case RAVELIN_REGISTER_CNTP_CTL:  return vcpu.physical_timer.control;
    default:                         return vcpu.physical_timer.compare;  // RAVELIN_REGISTER_CNTP_CVAL
    }
}

/// Whether an ERET with @p value in SPSR_EL2 goes where a guest may be: AArch64 at EL1 or EL0, AArch32 at
/// EL0.
[[nodiscard]] auto is_guest_pstate (std::uint64_t value) -> bool {
    constexpr std::uint64_t el0t = 0;
    constexpr std::uint64_t user = 0;
    const auto mode              = pstate::mode.get (value);
    return pstate::aarch32.any (value) ? mode == user : mode == pstate::el1h || mode == pstate::el1t || mode == el0t;
}

/// Whether the host may set register @p which to @p value, if it's one.
[[nodiscard]] auto takes (std::uint64_t which, std::uint64_t value) -> bool {
    return which == RAVELIN_REGISTER_PSTATE ? is_guest_pstate (value) : which != RAVELIN_REGISTER_POWER || value <= 1;
}
}  // namespace

auto Vms::access (hal::Cpu &cpu, const Vm &vm, std::uint64_t number, std::uint64_t which,
                  std::optional<std::uint64_t> value) -> Result<std::uint64_t> {
    auto *const vcpu = vm.find_vcpu (cpu, number);
    if (vcpu == nullptr || which >= RAVELIN_REGISTERS || (value && !takes (which, *value))) {
        return refuse (Status::invalid);
    }
    if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
    if (vcpu->running.load_acquire () != 0) { return refuse (Status::busy); }
    if (which == RAVELIN_REGISTER_POWER) {
        // One that is about to be on begins where the guest said.
        const bool off = vcpu->power.load_acquire () == PowerState::off;
        if (value == 1U && off) { vcpu->power.store_release (PowerState::on); }
        if (value == 0U) { vcpu->power.store_release (PowerState::off); }
        return value.value_or (off ? 0 : 1);
    }
    auto &kept       = find_register (*vcpu, which);
    const bool timer = which == RAVELIN_REGISTER_CNTV_CTL || which == RAVELIN_REGISTER_CNTP_CTL;
    if (value) { kept = timer ? *value & TimerRegisters::kept : *value; }
    return kept;
}

}  // namespace ravelin
