// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/syndrome.hpp"
#include "hyp/vm/vms.hpp"

#include <array>

namespace ravelin {

namespace {
using namespace hal::sysreg;

constexpr std::uint64_t last_vector = RAVELIN_REGISTER_V0_LOW + 63;
static_assert (last_vector + 1 == RAVELIN_REGISTERS);

/// Where El1Registers keeps what the ABI calls @p which.
[[nodiscard]] auto find_el1 (El1Registers &el1, std::uint64_t which) -> std::uint64_t * {
    switch (which) {
    case RAVELIN_REGISTER_SP_EL0:     return &el1.at<sp_el0> ();
    case RAVELIN_REGISTER_SP_EL1:     return &el1.at<sp_el1> ();
    case RAVELIN_REGISTER_ELR_EL1:    return &el1.at<elr_el1> ();
    case RAVELIN_REGISTER_SPSR_EL1:   return &el1.at<spsr_el1> ();
    case RAVELIN_REGISTER_CPACR_EL1:  return &el1.at<cpacr_el1> ();
    case RAVELIN_REGISTER_TTBR0_EL1:  return &el1.at<ttbr0_el1> ();
    case RAVELIN_REGISTER_TTBR1_EL1:  return &el1.at<ttbr1_el1> ();
    case RAVELIN_REGISTER_ESR_EL1:    return &el1.at<esr_el1> ();
    case RAVELIN_REGISTER_FAR_EL1:    return &el1.at<far_el1> ();
    case RAVELIN_REGISTER_AFSR0_EL1:  return &el1.at<afsr0_el1> ();
    case RAVELIN_REGISTER_AFSR1_EL1:  return &el1.at<afsr1_el1> ();
    case RAVELIN_REGISTER_MAIR_EL1:   return &el1.at<mair_el1> ();
    case RAVELIN_REGISTER_AMAIR_EL1:  return &el1.at<amair_el1> ();
    case RAVELIN_REGISTER_VBAR_EL1:   return &el1.at<vbar_el1> ();
    case RAVELIN_REGISTER_CONTEXTIDR: return &el1.at<contextidr_el1> ();
    case RAVELIN_REGISTER_TPIDR_EL0:  return &el1.at<tpidr_el0> ();
    case RAVELIN_REGISTER_TPIDRRO:    return &el1.at<tpidrro_el0> ();
    case RAVELIN_REGISTER_TPIDR_EL1:  return &el1.at<tpidr_el1> ();
    case RAVELIN_REGISTER_CNTKCTL:    return &el1.at<cntkctl_el1> ();
    case RAVELIN_REGISTER_PAR_EL1:    return &el1.at<par_el1> ();
    case RAVELIN_REGISTER_CSSELR_EL1: return &el1.at<csselr_el1> ();
    default:                          return nullptr;
    }
}

/// Where a vCPU keeps what the ABI calls @p which; nullptr if it calls nothing so.
[[nodiscard]] auto find_register (Vcpu &vcpu, std::uint64_t which) -> std::uint64_t * {
    if (which < vcpu.registers.x.size ()) { return &vcpu.registers.x[which]; }
    if (which >= RAVELIN_REGISTER_V0_LOW && which <= last_vector) {
        return &vcpu.fp.vectors.halves[which - RAVELIN_REGISTER_V0_LOW];
    }
    switch (which) {
    case RAVELIN_REGISTER_PC:        return &vcpu.pc;
    case RAVELIN_REGISTER_PSTATE:    return &vcpu.pstate;
    case RAVELIN_REGISTER_SCTLR_EL1: return &vcpu.stage1.sctlr;
    case RAVELIN_REGISTER_TCR_EL1:   return &vcpu.stage1.tcr;
    case RAVELIN_REGISTER_MDSCR_EL1: return &vcpu.mdscr;
    case RAVELIN_REGISTER_FPCR:      return &vcpu.fp.fpcr;
    case RAVELIN_REGISTER_FPSR:      return &vcpu.fp.fpsr;
    case RAVELIN_REGISTER_CNTV_CTL:  return &vcpu.virtual_timer.control;
    case RAVELIN_REGISTER_CNTV_CVAL: return &vcpu.virtual_timer.compare;
    case RAVELIN_REGISTER_CNTP_CTL:  return &vcpu.physical_timer.control;
    case RAVELIN_REGISTER_CNTP_CVAL: return &vcpu.physical_timer.compare;
    default:                         return find_el1 (vcpu.el1, which);
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
}  // namespace

auto Vms::get (hal::Cpu &cpu, std::uint64_t handle, std::uint64_t number, std::uint64_t which)
    -> Result<std::uint64_t> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<std::uint64_t> {
        const auto pa       = vm.find_vcpu (number);
        auto *const vcpu    = pa ? &cpu.object<Vcpu> (*pa) : nullptr;
        const auto *storage = vcpu != nullptr ? find_register (*vcpu, which) : nullptr;
        const bool power    = vcpu != nullptr && which == RAVELIN_REGISTER_POWER;
        if (storage == nullptr && !power) { return refuse (Status::invalid); }
        if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        if (vcpu->running.load_acquire () != 0) { return refuse (Status::busy); }
        return power ? static_cast<std::uint64_t> (vcpu->power.load_acquire () != VcpuPower::off) : *storage;
    });
}

auto Vms::set (hal::Cpu &cpu, std::uint64_t handle, std::uint64_t number, std::uint64_t which, std::uint64_t value)
    -> Result<void> {
    return with (cpu, handle, [&] (Locked<VmSlot> &, Vm &vm) -> Result<void> {
        const auto pa    = vm.find_vcpu (number);
        auto *const vcpu = pa ? &cpu.object<Vcpu> (*pa) : nullptr;
        auto *storage    = vcpu != nullptr ? find_register (*vcpu, which) : nullptr;
        const bool power = vcpu != nullptr && which == RAVELIN_REGISTER_POWER;
        const bool bad   = which == RAVELIN_REGISTER_PSTATE ? !is_guest_pstate (value) : power && value > 1;
        if ((storage == nullptr && !power) || bad) { return refuse (Status::invalid); }
        if (vm.is_protected || vm.phase.load_acquire () == Phase::dying) { return refuse (Status::denied); }
        if (vcpu->running.load_acquire () != 0) { return refuse (Status::busy); }
        if (power && value == 0) {
            vcpu->power.store_release (VcpuPower::off);
        } else if (power) {
            // One that is about to be on begins where the guest said.
            static_cast<void> (vcpu->power.exchange (VcpuPower::off, VcpuPower::on));
        } else {
            const bool timer = which == RAVELIN_REGISTER_CNTV_CTL || which == RAVELIN_REGISTER_CNTP_CTL;
            *storage         = timer ? value & TimerRegisters::kept : value;
        }
        return {};
    });
}

}  // namespace ravelin
