// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/hypervisor.hpp"
#include "sim/machine/el2_witness.hpp"
#include "sim/machine/engine.hpp"
#include "sim/machine/trap_observer.hpp"

#include <cstdint>

namespace ravelin::sim {

class CpuFibers;
class Machine;

/// One CPU of a machine: EL2 by the hypervisor, EL1 and EL0 by an engine, or by the test itself.
class Processor {
  public:
    /// Where the CPU is.
    enum class State : std::uint8_t {
        off,      // in firmware: waits to be started
        el2,      // in the hypervisor: boots, or is parked
        host,     // in EL1 or EL0, or in one of their traps
        stopped,  // for ever: boot failed
    };

    /// @param machine  outlives the CPU
    Processor (Machine &machine, CpuIndex index);

    [[nodiscard]] auto machine () -> Machine & { return machine_; }
    [[nodiscard]] auto index () const -> CpuIndex { return index_; }
    [[nodiscard]] auto state () const -> State { return state_; }

    /// The CPU as EL2 sees it: its system registers.
    [[nodiscard]] auto hal () -> hal::Cpu & { return hal_; }

    /// Its general-purpose registers, for engines and tests that keep none of their own.
    [[nodiscard]] auto registers () -> Registers & { return registers_; }

    /// What executes EL1 and EL0, if anything does. Without an engine the test does, by the calls below.
    [[nodiscard]] auto engine () -> Engine * { return engine_; }
    void attach (Engine &engine) { engine_ = &engine; }

    /// Takes a synchronous exception to EL2. The caller has set ESR_EL2, ELR_EL2 (the preferred return
    /// address), SPSR_EL2 and, for an abort, FAR_EL2 and HPFAR_EL2; the CPU goes on with what they say
    /// afterwards. Its state must be host.
    [[nodiscard]] auto trap (Registers &registers) -> Next;

    /// HVC #0 at EL1, without anything around it: for fuzzers and benchmarks.
    [[nodiscard]] auto hvc (Registers &registers) -> Next {
        hal_.write<hal::sysreg::esr_el2> (hvc_syndrome);
        return trap (registers);
    }

    /// SMC #0 at EL1, trapped by HCR_EL2.TSC.
    [[nodiscard]] auto smc (Registers &registers) -> Next {
        hal_.write<hal::sysreg::esr_el2> (smc_syndrome);
        return trap (registers);
    }

    /// Takes an interrupt that HCR_EL2 routes to EL2. The caller has set ELR_EL2 and SPSR_EL2; the CPU goes on
    /// as after a trap.
    [[nodiscard]] auto interrupt (Registers &registers) -> Next;

    /// The same for an SError.
    [[nodiscard]] auto system_error (Registers &registers) -> Next;

    /// By whom the SError that waits on this CPU is to be taken.
    enum class SystemError : std::uint8_t {
        none,
        of_el2,  // at once: EL1 can't mask it
        of_el1,  // once PSTATE.A lets it: its own, or the one that EL2 has made of it
    };
    [[nodiscard]] auto system_error_waits () -> SystemError;

    /// EL1 takes it.
    void take_system_error ();

    /// What ESR_EL1 is then: what a Cortex-A72 says of an access that nobody answered.
    static constexpr std::uint64_t system_error_syndrome = 0x2fUL << 26 | 1UL << 25 | 1UL << 24 | 2;

    /// The same with registers(), for who knows that the CPU isn't turned off by it.
    void interrupt () { static_cast<void> (interrupt (registers_)); }

    /// Whether an IRQ or FIQ is pending for EL1, masked or not: a virtual one if HCR_EL2 gives the physical ones to
    /// EL2.
    [[nodiscard]] auto el1_irq () -> bool;
    [[nodiscard]] auto el1_fiq () -> bool;

    /// Whether WFI at EL1 has nothing to wait for: an interrupt is pending, whoever takes it.  [ARM DDI 0487, D1.6.2]
    [[nodiscard]] auto wakes () -> bool;

    /// Whom to tell of each trap; nullptr: nobody.
    void observe (TrapObserver *observer) { observer_ = observer; }
    [[nodiscard]] auto observer () const -> TrapObserver * { return observer_; }

    /// Whom to tell of each trap of this CPU; nullptr: nobody. hal().observe() is for what EL2 does in them.
    void trace (El2Observer *tracer) { tracer_ = tracer; }

  private:
    friend class CpuFibers;

    void begin_trap ();

    /// What traps and interrupts have in common.
    template <class Handler>
    [[nodiscard]] auto enter_el2 (El2Witness::Way way, Registers &registers, Handler &&handler) -> Next;

    static constexpr std::uint64_t hvc_syndrome = 0x16UL << 26 | 1UL << 25;  // EC: HVC, AArch64; IL
    static constexpr std::uint64_t smc_syndrome = 0x17UL << 26 | 1UL << 25;  // EC: SMC, AArch64; IL

    Machine &machine_;
    CpuIndex index_;  // its place in the machine
    Hypervisor &hypervisor_;
    hal::Cpu hal_;
    Registers registers_{};
    Engine *engine_{};
    TrapObserver *observer_{};
    El2Observer *tracer_{};
    State state_{State::off};
};

}  // namespace ravelin::sim
