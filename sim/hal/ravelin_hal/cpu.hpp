// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/cpu_environment.hpp"
#include "sim/machine/el1_holder.hpp"
#include "sim/machine/el2_memory.hpp"
#include "sim/machine/el2_observer.hpp"
#include "sim/machine/fetch_watch.hpp"
#include "sim/machine/preemption.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/firmware.hpp"
#include "sim/models/generic_timer.hpp"
#include "sim/models/stage1_hold.hpp"
#include "sim/models/unsynchronized.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ravelin::hal {

/// One CPU of a simulated machine, as the hypervisor in its EL2 sees it.
class Cpu {
  public:
    /// What a CPU is connected to; all of it outlives the CPU.
    struct Wiring {
        sim::Clock &clock;
        sim::GenericTimer &timer;
        sim::El2Memory &memory;
        sim::CpuEnvironment &environment;
        sim::Bus &bus;
        sim::ExposedMemory &exposed;
        PaRange own_memory;  // Ravelin's
    };

    /// Where firmware is told to start CPUs.
    static constexpr Pa entry_point = sim::Firmware::entry_point;

    /// A CPU at reset: the ID registers have their values, all others rubbish drawn from @p seed.
    /// @param number  its place in the machine, and its affinity
    Cpu (CpuIndex number, const Wiring &wiring, std::uint64_t seed);
    Cpu (const Cpu &)                     = delete;
    auto operator= (const Cpu &) -> Cpu & = delete;

    [[nodiscard]] auto index () const -> CpuIndex { return index_; }

    template <SystemRegister R>
    [[nodiscard]] auto read () -> std::uint64_t {
        if constexpr (R == sysreg::cntpct_el0 || R == sysreg::cnthp_ctl_el2 || R == sysreg::cntv_ctl_el0) {
            return wiring_.environment.read_time (number_, R);
        } else if constexpr (R == sysreg::cntv_cval_el0) {
            return wiring_.timer.compare_value (sim::GenericTimer::Which::virtual_el1);
        } else {
            if constexpr (R == sysreg::par_el1) { check_translation (); }
            if constexpr (R == sysreg::fpcr || R == sysreg::fpsr) { check_fp (); }
            constexpr auto which = index_of (R);
            if (sim::El1Set::has (R) && (held_ & bit (which)) != 0) [[unlikely]] {
                registers_[which] = holder_->read_el1 (R);
                held_ &= ~bit (which);
            }
            return registers_[which];
        }
    }

    template <SystemRegister R>
    void write (std::uint64_t value) {
        static_assert (!is_read_only (R), "MSR to a read-only register is UNDEFINED");
        if constexpr (sim::Stage1Hold::watches (R)) { stage1_hold_.write (R, registers_[index_of (R)], value); }
        if constexpr (R == sysreg::fpcr || R == sysreg::fpsr) { check_fp (); }
        unsynchronized_.write (R);
        registers_[index_of (R)] = value;
        if constexpr (sim::El1Set::has (R)) { note_write (index_of (R)); }
        if constexpr (R == sysreg::cntvoff_el2) {
            wiring_.timer.set_virtual_offset (value);
        } else if constexpr (R == sysreg::cnthp_ctl_el2) {
            wiring_.timer.set_control (sim::GenericTimer::Which::physical_el2, value);
        } else if constexpr (R == sysreg::cnthp_cval_el2) {
            wiring_.timer.set_compare_value (sim::GenericTimer::Which::physical_el2, value);
        } else if constexpr (R == sysreg::cntv_ctl_el0) {
            wiring_.timer.set_control (sim::GenericTimer::Which::virtual_el1, value);
        } else if constexpr (R == sysreg::cntv_cval_el0) {
            wiring_.timer.set_compare_value (sim::GenericTimer::Which::virtual_el1, value);
        }
    }

    void isb () {
        tell (sim::el2::Synchronizes{});
        stage1_hold_.synchronize ();
        unsynchronized_.synchronize ();
    }

    template <Dsb Kind>
    void dsb () {
        ++operations_;
        sim::Preemption::point ();
        sim::Preemption::order (sim::Ordered::all);
        tell (sim::el2::Completes{Kind});
        wiring_.environment.synchronize (number_, Kind);
    }

    void tlbi_alle1 () { invalidate (sim::TlbInvalidation::Kind::alle1); }
    void tlbi_ipas2e1is (Ipa ipa) { invalidate (sim::TlbInvalidation::Kind::ipas2e1is, ipa); }
    void tlbi_vmalle1is () { invalidate (sim::TlbInvalidation::Kind::vmalle1is); }
    void tlbi_vmalls12e1is () { invalidate (sim::TlbInvalidation::Kind::vmalls12e1is); }
    void tlbi_vmalle1 () { invalidate (sim::TlbInvalidation::Kind::vmalle1); }

    void ic_iallu () { invalidate_code (false); }
    void ic_ialluis () { invalidate_code (true); }

    void at_s1e1r (Va va) {
        sim::Preemption::point (sim::Moment::memory);
        write<sysreg::par_el1> (wiring_.environment.translate_stage1 (number_, va));
        unsynchronized_.translate ();
    }

    [[nodiscard]] auto id_register (unsigned crm, unsigned op2) -> std::uint64_t;

    void save_fp (FpState &state) {
        check_fp ();
        if ((held_ & bit (fp_index)) != 0) {
            fp_ = holder_->read_fp ();
            held_ &= ~bit (fp_index);
        }
        state = fp_;
    }
    void load_fp (const FpState &state) {
        check_fp ();
        fp_ = state;
        note_write (fp_index);
    }

    void clean_and_invalidate (PaRange range) {
        ++operations_;
        sim::Preemption::point ();
        tell (sim::el2::Cleans{range});
        wiring_.environment.clean (number_, range);
    }

    [[nodiscard]] auto reach (PaRange range, Reach kind) -> Result<void> { return wiring_.memory.reach (range, kind); }

    template <class T>
    [[nodiscard]] auto load (Pa pa) -> T {
        ++operations_;
        sim::Preemption::point (sim::Moment::memory);
        // Where there is no memory that's a Violation. The host's stage 2 maps such places, too.
        const T value = wiring_.memory.load<T> (pa);
        if (watch_.watches (pa)) [[unlikely]] {
            watch_.read ({pa, sizeof (T)});
            watch_.change_what_was_read ();
        }
        return value;
    }

    template <class T>
    void store (Pa pa, T value) {
        ++operations_;
        sim::Preemption::point (sim::Moment::memory);
        wiring_.memory.save ({pa, sizeof (T)});
        if constexpr (sizeof (T) == sizeof (std::uint64_t)) {
            // It may be a descriptor, which TLBs have copies of.
            const auto old = wiring_.memory.load<std::uint64_t> (pa);
            tell (sim::el2::Stores{pa, old, static_cast<std::uint64_t> (value)});
            wiring_.environment.stored (number_, pa, old, static_cast<std::uint64_t> (value));
        }
        wiring_.memory.store<T> (pa, value);
        if (watch_.has_read ()) [[unlikely]] { watch_.write ({pa, sizeof (T)}); }
    }

    [[nodiscard]] auto bytes (PaRange range) -> std::span<std::byte> {
        sim::Preemption::point (sim::Moment::memory);
        tell (sim::el2::Fills{range});
        wiring_.memory.save (range);
        watch_.lend (range);
        wiring_.environment.touched (number_, range);
        const auto bytes = wiring_.memory.bytes (range);
        sim::thread_sanitizer::writes (bytes.data (), bytes.size ());
        return bytes;
    }

    template <class T>
    [[nodiscard]] auto object (Pa pa) -> T & {
        sim::Preemption::point (sim::Moment::memory);
        wiring_.memory.save ({pa, sizeof (T)});
        watch_.refer ({pa, sizeof (T)});
        return wiring_.memory.object<T> (pa);
    }

    [[nodiscard]] auto mmio_read (Pa pa) -> std::uint32_t {
        sim::Preemption::point ();
        // Accesses of a CPU to a device arrive in their order.  [ARM DDI 0487, B2.7.2, nR]
        sim::Preemption::order (sim::Ordered::writes);
        const auto value = wiring_.memory.mmio_read (number_, pa);
        wiring_.environment.accessed (number_, pa, value, false);
        tell (sim::el2::ReadsDevice{pa, value});
        return value;
    }

    void mmio_write (Pa pa, std::uint32_t value) {
        sim::Preemption::point ();
        tell (sim::el2::WritesDevice{pa, value});
        wiring_.environment.accessed (number_, pa, value, true);
        if (!sim::Preemption::keep (sim::LateWrite{this, pa, value})) { write_now (pa, value); }
    }

    /// A store to a device arrives there. For the simulator.
    void write_now (Pa pa, std::uint32_t value) { wiring_.memory.mmio_write (number_, pa, value); }

    [[nodiscard]] auto smc (const SmcRegisters &arguments) -> SmcRegisters {
        sim::Preemption::point ();
        tell (sim::el2::CallsFirmware{arguments});
        const auto results = wiring_.environment.smc (number_, arguments);
        tell (sim::el2::FirmwareAnswers{results});
        return results;
    }

    void wait_for_interrupt () {
        tell (sim::el2::Sleeps{});
        if (!sim::Preemption::sleep (*this)) { wiring_.environment.wait_for_interrupt (number_); }
    }

    /// Whether WFI has nothing to wait for. For the simulator.
    [[nodiscard]] auto is_woken () -> bool { return wiring_.environment.is_woken (number_); }

    void lock_acquired (unsigned rank);
    void lock_released (unsigned rank) {
        tell (sim::el2::LeavesLock{rank});
        locks_ &= ~(1U << rank);
    }
    [[noreturn]] void panic (std::string_view why);

    void relax () {
        tell (sim::el2::Waits{});
        sim::Preemption::wait ();
    }
    void send_event () {
        tell (sim::el2::SendsEvent{});
        wiring_.environment.send_event (number_);
    }

    [[nodiscard]] auto secondary_entry () const -> Pa { return entry_point; }

    void announce (CpuIndex index, Affinity affinity) { wiring_.environment.announce (index, affinity); }

    /// Ravelin counts this CPU as @p index. For the simulator.
    void set_index (CpuIndex index) { index_ = index; }

    /// Whom to tell of all that EL2 does; nullptr: nobody. For the simulator.
    void observe (sim::El2Observer *observer) { observer_ = observer; }
    [[nodiscard]] auto observer () const -> sim::El2Observer * { return observer_; }

    /// The hypervisor handles a trap from here to there. For the simulator.
    /// @param host  the host's stage 2
    void begin_trap (const sim::Stage2 &host) {
        stage1_hold_.enter ();
        unsynchronized_.enter ();
        watch_.begin (host, {read<sysreg::vtcr_el2> (), read<sysreg::vttbr_el2> ()}, read<sysreg::esr_el2> ());
    }
    void end_trap () {
        stage1_hold_.leave ();
        unsynchronized_.leave ();
        watch_.end ();
    }

    /// EL1 has stopped: its registers are with @p holder, which is asked for those that are read. What was
    /// written before has been taken. For engines that keep registers of their own.
    void show_el1 (sim::El1Holder &holder) {
        holder_  = &holder;
        held_    = sim::El1Set::all;
        written_ = 0;
    }

    /// Whether EL1's register @p which, or V0-V31, was written since show_el1().
    [[nodiscard]] auto was_written (std::size_t which) const -> bool { return (written_ & bit (which)) != 0; }
    [[nodiscard]] auto was_written () const -> bool { return written_ != 0; }
    [[nodiscard]] auto fp_was_written () const -> bool { return was_written (fp_index); }

    /// EL1 goes on with what was written. For the same engines.
    void forget_writes () { written_ = 0; }

    /// All registers that EL1 and EL2 have here. For who steps back, between traps.
    struct Kept {
        std::array<std::uint64_t, sysreg::all.size ()> registers;
        FpState fp;
    };
    [[nodiscard]] auto keep () const -> Kept { return {registers_, fp_}; }
    void put_back (const Kept &kept) {
        registers_ = kept.registers;
        fp_        = kept.fp;
    }

    /// How many locks EL2 has taken on this CPU, how many words of memory it has loaded and stored, and how many
    /// barriers and maintenance operations it has executed: a measure of its work that is no time.
    [[nodiscard]] auto operations () const -> std::uint64_t { return operations_; }

    /// Another CPU, or this one, has this CPU forget translations, or instructions. For the simulator.
    void drop_translations () { ++translations_dropped_; }
    void drop_code () { ++code_dropped_; }

    /// How often this CPU was told to forget translations of EL1, and instructions: an engine that caches
    /// some compares it with what it saw last. For the simulator.
    [[nodiscard]] auto translations_dropped () const -> std::uint64_t { return translations_dropped_; }
    [[nodiscard]] auto code_dropped () const -> std::uint64_t { return code_dropped_; }

  private:
    void check_fp () const {
        if (unsynchronized_.fp ()) [[unlikely]] {
            throw sim::Violation{"EL2 uses FP registers with no ISB behind CPTR_EL2, by which they may trap"};
        }
    }
    void check_translation () const {
        if (unsynchronized_.translation ()) [[unlikely]] {
            throw sim::Violation{"EL2 reads PAR_EL1 with no ISB behind AT, which may not have written it"};
        }
    }

    void tell (const auto &what) {
        if (observer_ != nullptr) [[unlikely]] { observer_->does (number_, what); }
    }

    void invalidate (sim::TlbInvalidation::Kind kind, Ipa ipa = {}) {
        ++operations_;
        sim::Preemption::point ();
        stage1_hold_.invalidate ();
        const sim::TlbInvalidation what{.kind = kind, .vttbr = read<sysreg::vttbr_el2> (), .ipa = ipa};
        tell (sim::el2::Invalidates{what});
        wiring_.environment.invalidate (number_, what);
    }

    void invalidate_code (bool everywhere) {
        ++operations_;
        sim::Preemption::point ();
        tell (sim::el2::ForgetsCode{everywhere});
        wiring_.environment.invalidate_code (number_, everywhere);
    }

    static constexpr std::size_t fp_index = sim::El1Set::fp;

    [[nodiscard]] static constexpr auto bit (std::size_t which) -> std::uint64_t { return 1ULL << which; }

    void note_write (std::size_t which) {
        held_ &= ~bit (which);
        written_ |= bit (which);
    }

    [[nodiscard]] static constexpr auto is_read_only (SystemRegister which) -> bool {
        return which == sysreg::midr_el1 || which == sysreg::mpidr_el1 || which == sysreg::id_aa64mmfr0_el1 ||
               which == sysreg::cntfrq_el0 || which == sysreg::cntpct_el0;
    }

    CpuIndex number_;
    CpuIndex index_;
    Wiring wiring_;
    std::array<std::uint64_t, sysreg::all.size ()> registers_{};
    FpState fp_{};
    sim::Stage1Hold stage1_hold_;
    sim::Unsynchronized unsynchronized_;
    sim::FetchWatch watch_;
    sim::El2Observer *observer_{};
    unsigned locks_{};  // a bit for each rank that this CPU holds
    sim::El1Holder *holder_{};
    std::uint64_t held_{};     // by it: a bit for each register
    std::uint64_t written_{};  // by the hypervisor, while EL1 stood still
    std::uint64_t operations_{};
    std::uint64_t translations_dropped_{};
    std::uint64_t code_dropped_{};
};

}  // namespace ravelin::hal
