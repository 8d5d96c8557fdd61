// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "sim/machine/clock.hpp"

#include <array>
#include <cstdint>

namespace ravelin::sim {

/// CNTx_CTL.  [ARM DDI 0487, D17.11]
namespace timer_control {
inline constexpr Bits64 enable{0, 0};   // ENABLE
inline constexpr Bits64 masked{1, 1};   // IMASK
inline constexpr Bits64 pending{2, 2};  // ISTATUS, RO: the condition is met
}  // namespace timer_control

/// The timers of one CPU: each compares the count with a value of its own.  [ARM DDI 0487, D11.2]
class GenericTimer {
  public:
    enum class Which : std::uint8_t {
        virtual_el1,   // CNTV
        physical_el1,  // CNTP
        physical_el2,  // CNTHP
    };
    static constexpr std::array all{Which::virtual_el1, Which::physical_el1, Which::physical_el2};

    /// @param clock  outlives the timer
    explicit GenericTimer (Clock &clock) : clock_{clock} {}

    /// CNTPCT_EL0 and CNTVCT_EL0.
    [[nodiscard]] auto physical_count () const -> Ticks { return clock_.now (); }
    [[nodiscard]] auto virtual_count () const -> Ticks { return clock_.now () - virtual_offset_; }

    /// CNTVOFF_EL2.
    void set_virtual_offset (Ticks offset);

    /// CNTx_CTL, with its read-only ISTATUS.
    [[nodiscard]] auto control (Which which) const -> std::uint64_t;
    void set_control (Which which, std::uint64_t value);

    /// CNTx_CVAL.
    [[nodiscard]] auto compare_value (Which which) const -> Ticks { return at (which).compare_value; }
    void set_compare_value (Which which, Ticks value);

    /// CNTx_TVAL: what is left to count, a signed number of 32 bits.
    [[nodiscard]] auto timer_value (Which which) const -> std::uint64_t;
    void set_timer_value (Which which, std::uint64_t value);

    /// The level of the timer's interrupt now.
    [[nodiscard]] auto asserted (Which which) const -> bool;

    /// When the first of the interrupts that aren't asserted will be, by the clock.
    [[nodiscard]] auto deadline () const -> Ticks;

  private:
    struct Comparator {
        std::uint64_t control{};
        Ticks compare_value{};
    };

  public:
    /// All that it holds. For who steps back, between traps; the clock has to be asked for its deadline then.
    struct Kept {
        Ticks virtual_offset;
        std::array<Comparator, all.size ()> comparators;
    };
    [[nodiscard]] auto keep () const -> Kept { return {virtual_offset_, comparators_}; }
    void put_back (const Kept &kept) {
        virtual_offset_ = kept.virtual_offset;
        comparators_    = kept.comparators;
    }

  private:
    [[nodiscard]] auto at (Which which) const -> const Comparator & {
        return comparators_[static_cast<std::size_t> (which)];
    }
    [[nodiscard]] auto at (Which which) -> Comparator & { return comparators_[static_cast<std::size_t> (which)]; }
    [[nodiscard]] auto count (Which which) const -> Ticks {
        return which == Which::virtual_el1 ? virtual_count () : physical_count ();
    }

    Clock &clock_;
    Ticks virtual_offset_{};
    std::array<Comparator, all.size ()> comparators_{};
};

}  // namespace ravelin::sim
