// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/cpu_environment.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/preemption.hpp"
#include "sim/models/generic_timer.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace ravelin::hal
{

/// One CPU of a simulated machine, as the hypervisor in its EL2 sees it.
class Cpu
{
  public:
    /// What a CPU is connected to; all of it outlives the CPU.
    struct Wiring
    {
        sim::Clock &clock;
        sim::GenericTimer &timer;
        sim::El2Memory &memory;
        sim::CpuEnvironment &environment;
    };

    /// Where firmware is told to start CPUs: simulated code has no address, so this is one that's never RAM.
    static constexpr Pa entry_point{0xffff'ffff'f000};

    /// A CPU at reset: the ID registers have their values, all others rubbish drawn from @p seed.
    /// @param number  its place in the machine, and its affinity
    Cpu (CpuIndex number, const Wiring &wiring, std::uint64_t seed);
    Cpu (const Cpu &)                     = delete;
    auto operator= (const Cpu &) -> Cpu & = delete;

    [[nodiscard]] auto index () const -> CpuIndex { return index_; }

    template <SystemRegister R>
    [[nodiscard]] auto read () -> std::uint64_t
    {
        if constexpr (R == sysreg::cntpct_el0)
        {
            // Time passes for who looks at the clock, or a loop that waits for it would never end.
            wiring_.clock.advance_to (wiring_.clock.now () + 1);
            return wiring_.timer.physical_count ();
        }
        else if constexpr (R == sysreg::cnthp_ctl_el2)
        {
            return wiring_.timer.control (sim::GenericTimer::Which::physical_el2);
        }
        else
        {
            return registers_[index_of (R)];
        }
    }

    template <SystemRegister R>
    void write (std::uint64_t value)
    {
        static_assert (!is_read_only (R), "MSR to a read-only register is UNDEFINED");
        registers_[index_of (R)] = value;
        if constexpr (R == sysreg::cntvoff_el2)
        {
            wiring_.timer.set_virtual_offset (value);
        }
        else if constexpr (R == sysreg::cnthp_ctl_el2)
        {
            wiring_.timer.set_control (sim::GenericTimer::Which::physical_el2, value);
        }
    }

    void isb () {}

    template <Dsb>
    void dsb ()
    {
        sim::Preemption::point ();
    }

    void tlbi_alle1 ()
    {
        sim::Preemption::point ();
        ++translations_dropped_;
    }

    void clean_and_invalidate (PaRange range)
    {
        sim::Preemption::point ();
        wiring_.environment.clean (range);
    }

    [[nodiscard]] auto reach (PaRange range, Reach kind) -> Result<void>
    {
        return wiring_.memory.reach (range, kind);
    }

    template <class T>
    [[nodiscard]] auto load (Pa pa) -> T
    {
        return wiring_.memory.load<T> (pa);
    }

    template <class T>
    void store (Pa pa, T value)
    {
        wiring_.memory.store<T> (pa, value);
    }

    [[nodiscard]] auto bytes (PaRange range) -> std::span<std::byte> { return wiring_.memory.bytes (range); }

    [[nodiscard]] auto mmio_read (Pa pa) -> std::uint32_t
    {
        sim::Preemption::point ();
        return wiring_.memory.mmio_read (number_, pa);
    }

    void mmio_write (Pa pa, std::uint32_t value)
    {
        sim::Preemption::point ();
        wiring_.memory.mmio_write (number_, pa, value);
    }

    [[nodiscard]] auto smc (const SmcRegisters &arguments) -> SmcRegisters
    {
        sim::Preemption::point ();
        return wiring_.environment.smc (number_, arguments);
    }

    void wait_for_interrupt () { wiring_.environment.wait_for_interrupt (number_); }
    void send_event () { wiring_.environment.send_event (); }

    [[nodiscard]] auto secondary_entry () const -> Pa { return entry_point; }

    void announce (CpuIndex index, Affinity affinity) { wiring_.environment.announce (index, affinity); }

    /// Ravelin counts this CPU as @p index. For the simulator.
    void set_index (CpuIndex index) { index_ = index; }

    /// How often this CPU was told to forget all translations of EL1: an engine that caches some compares it
    /// with what it saw last. For the simulator.
    [[nodiscard]] auto translations_dropped () const -> std::uint64_t { return translations_dropped_; }

  private:
    [[nodiscard]] static constexpr auto is_read_only (SystemRegister which) -> bool
    {
        return which == sysreg::midr_el1 || which == sysreg::mpidr_el1 || which == sysreg::id_aa64mmfr0_el1 ||
               which == sysreg::cntfrq_el0 || which == sysreg::cntpct_el0;
    }

    CpuIndex number_;
    CpuIndex index_;
    Wiring wiring_;
    std::array<std::uint64_t, sysreg::all.size ()> registers_{};
    std::uint64_t translations_dropped_{};
};

}  // namespace ravelin::hal
