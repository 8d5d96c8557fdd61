// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"
#include "sim/machine/random.hpp"
#include "sim/machine/register_order.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/firmware.hpp"
#include "sim/threads/board.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ravelin::hal {

/// One CPU, whose traps are taken in a thread of its own. What it loads and stores are plain accesses to memory, so
/// that ThreadSanitizer sees them; the rest of the machine is a Board, of which it sees nothing. TLBs and caches have
/// no part in this.
class Cpu {
  public:
    /// @param number  its place in the machine, and its affinity
    /// @param board   outlives the CPU
    /// @param seed    decides where it lets others go first
    Cpu (CpuIndex number, sim::threads::Board &board, std::uint64_t seed)
        : number_{number}, board_{board}, random_{seed} {
        constexpr std::uint64_t multiprocessor = 1U << 31;     // MPIDR_EL1: RES1
        constexpr std::uint64_t cortex_a72     = 0x410f'd083;  // MIDR_EL1: r0p3
        constexpr std::uint64_t memory_model   = 0x1124;       // ID_AA64MMFR0_EL1: 44-bit PA, 16-bit ASID

        registers_[index_of (sysreg::midr_el1)]         = cortex_a72;
        registers_[index_of (sysreg::mpidr_el1)]        = multiprocessor | number.value ();
        registers_[index_of (sysreg::id_aa64mmfr0_el1)] = memory_model;
        registers_[index_of (sysreg::cntfrq_el0)]       = board.map ().counter_frequency;
    }
    Cpu (const Cpu &)                     = delete;
    auto operator= (const Cpu &) -> Cpu & = delete;

    [[nodiscard]] auto index () const -> CpuIndex { return number_; }

    template <SystemRegister R>
    [[nodiscard]] auto read () -> std::uint64_t {
        if constexpr (R == sysreg::cntpct_el0) {
            return board_.count ();
        } else if constexpr (R == sysreg::cnthp_ctl_el2) {
            return board_.control (number_, sim::GenericTimer::Which::physical_el2);
        } else if constexpr (R == sysreg::cntv_ctl_el0) {
            return board_.control (number_, sim::GenericTimer::Which::virtual_el1);
        } else {
            return registers_[index_of (R)];
        }
    }

    template <SystemRegister R>
    void write (std::uint64_t value) {
        registers_[index_of (R)] = value;
        if constexpr (R == sysreg::cntvoff_el2) {
            board_.set_virtual_offset (number_, value);
        } else if constexpr (R == sysreg::cnthp_ctl_el2) {
            board_.set_control (number_, sim::GenericTimer::Which::physical_el2, value);
        } else if constexpr (R == sysreg::cnthp_cval_el2) {
            board_.set_compare_value (number_, sim::GenericTimer::Which::physical_el2, value);
        } else if constexpr (R == sysreg::cntv_ctl_el0) {
            board_.set_control (number_, sim::GenericTimer::Which::virtual_el1, value);
        } else if constexpr (R == sysreg::cntv_cval_el0) {
            board_.set_compare_value (number_, sim::GenericTimer::Which::virtual_el1, value);
        }
    }

    void isb () {}

    /// For the processor that simulates a barrier too. It orders accesses, and says nothing of who has seen them: to
    /// ThreadSanitizer no barrier makes a plain word shared.
    template <Dsb Kind>
    void dsb () {
        std::atomic_thread_fence (std::memory_order_seq_cst);
        point ();
    }

    void tlbi_alle1 () {}
    void tlbi_ipas2e1is (Ipa /*ipa*/) {}
    void tlbi_vmalle1is () {}
    void tlbi_vmalls12e1is () {}
    void tlbi_vmalle1 () {}
    void ic_iallu () {}
    void ic_ialluis () {}

    /// Stage 1 doesn't translate anything.
    void at_s1e1r (Va /*va*/) { write<sysreg::par_el1> (1); }

    [[nodiscard]] auto id_register (unsigned /*crm*/, unsigned /*op2*/) -> std::uint64_t { return 0; }

    void save_fp (FpState &state) { state = fp_; }
    void load_fp (const FpState &state) { fp_ = state; }

    void clean_and_invalidate (PaRange range) {
        point ();
        board_.clean (range);
    }

    [[nodiscard]] auto reach (PaRange range, Reach kind) -> Result<void> {
        return board_.memory ().reach (range, kind);
    }

    // On hardware these are atomic by themselves, for those who walk tables. Among CPUs in EL2 a lock, or a word that
    // is shared, is to be in between: that's what is looked for.
    template <class T>
    [[nodiscard]] auto load (Pa pa) -> T {
        point ();
        return object<T> (pa);
    }

    template <class T>
    void store (Pa pa, T value) {
        point ();
        object<T> (pa) = value;
    }

    [[nodiscard]] auto bytes (PaRange range) -> std::span<std::byte> { return board_.memory ().bytes (range); }

    template <class T>
    [[nodiscard]] auto object (Pa pa) -> T & {
        return board_.memory ().object<T> (pa);
    }

    [[nodiscard]] auto mmio_read (Pa pa) -> std::uint32_t {
        point ();
        return board_.read (number_, pa);
    }
    void mmio_write (Pa pa, std::uint32_t value) {
        point ();
        board_.write (number_, pa, value);
    }

    [[nodiscard]] auto smc (const SmcRegisters &arguments) -> SmcRegisters {
        point ();
        return board_.smc (number_, arguments);
    }

    /// It may always end early.
    void wait_for_interrupt () {
        board_.end_if_over ();
        board_.let_others (number_);
    }

    void lock_acquired (unsigned /*rank*/) { point (); }
    void lock_released (unsigned /*rank*/) { point (); }
    [[noreturn]] void panic (std::string_view why) { throw sim::Violation{"EL2 panics: " + std::string{why}}; }

    void relax () { board_.let_others (number_); }
    void send_event () { board_.send_event (); }

    [[nodiscard]] auto secondary_entry () const -> Pa { return sim::Firmware::entry_point; }

    void announce (CpuIndex index, Affinity affinity) {
        if (index.value () != affinity.value ()) { panic ("CPUs are in another order than the board has them in"); }
    }

  private:
    /// Another CPU may go first, also where there are more threads than processors. Not often: that two accesses aren't
    /// ordered is seen without them being near each other, and a change of threads takes its time: much where other
    /// programs run, which are let go first, too.
    void point () {
        const std::uint64_t one_in = board_.takes_turns () ? 64 : 1024;
        if (random_.below (one_in) == 0) { board_.let_others (number_); }
    }

    CpuIndex number_;
    sim::threads::Board &board_;
    std::array<std::uint64_t, sysreg::all.size ()> registers_{};
    FpState fp_{};
    sim::Random random_;
};

}  // namespace ravelin::hal
