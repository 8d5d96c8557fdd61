// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin::sim {

/// GICH_LRn: an interrupt of the guest that runs.  [IHI 0048B, 5.3.10]
class GicListRegister {
  public:
    enum class State : std::uint8_t {
        invalid,
        pending,
        active,
        both,  // pending and active
    };

    constexpr GicListRegister () = default;

    /// Keeps the bits of @p value that there are.
    explicit constexpr GicListRegister (std::uint32_t value) : value_{value & (is_hardware (value) ? wired : made)} {}

    [[nodiscard]] constexpr auto value () const -> std::uint32_t { return value_; }

    [[nodiscard]] constexpr auto virtual_id () const -> std::uint32_t { return virtual_field.get (value_); }
    [[nodiscard]] constexpr auto state () const -> State { return static_cast<State> (state_field.get (value_)); }
    [[nodiscard]] constexpr auto valid () const -> bool { return state () != State::invalid; }
    [[nodiscard]] constexpr auto active () const -> bool {
        return state () == State::active || state () == State::both;
    }
    [[nodiscard]] constexpr auto group () const -> std::uint8_t { return group_field.any (value_) ? 1 : 0; }

    /// As GICV has it: five bits of eight.
    [[nodiscard]] constexpr auto priority () const -> std::uint8_t {
        return static_cast<std::uint8_t> (priority_field.get (value_) << 3);
    }

    /// Whether it stands for a physical interrupt, and which.
    [[nodiscard]] constexpr auto hardware () const -> bool { return is_hardware (value_); }
    [[nodiscard]] constexpr auto physical_id () const -> std::uint32_t { return physical_field.get (value_); }

    /// Of an SGI that software made: who sent it.
    [[nodiscard]] constexpr auto source () const -> std::uint32_t {
        return hardware () ? 0 : source_field.get (value_);
    }

    /// Whether EL2 is to be told of its end, and has to be.
    [[nodiscard]] constexpr auto ended () const -> bool { return !valid () && !hardware () && end_field.any (value_); }

    /// IAR: a pending one is taken.
    constexpr void acknowledge () { set (State::active); }

    /// An active one ends.
    constexpr void deactivate () { set (state () == State::both ? State::pending : State::invalid); }

  private:
    static constexpr Bits32 virtual_field{9, 0};     // VirtualID
    static constexpr Bits32 physical_field{19, 10};  // HW: PhysicalID
    static constexpr Bits32 source_field{12, 10};    // not HW: CPUID
    static constexpr Bits32 end_field{19, 19};       // not HW: EOI
    static constexpr Bits32 priority_field{27, 23};
    static constexpr Bits32 state_field{29, 28};
    static constexpr Bits32 group_field{30, 30};     // Grp1
    static constexpr Bits32 hardware_field{31, 31};  // HW

    static constexpr std::uint32_t common = virtual_field.mask () | priority_field.mask () | state_field.mask () |
                                            group_field.mask () | hardware_field.mask ();
    static constexpr std::uint32_t wired = common | physical_field.mask ();
    static constexpr std::uint32_t made  = common | source_field.mask () | end_field.mask ();

    [[nodiscard]] static constexpr auto is_hardware (std::uint32_t value) -> bool { return hardware_field.any (value); }
    constexpr void set (State state) { value_ = state_field.set (value_, static_cast<std::uint32_t> (state)); }

    std::uint32_t value_{};
};

}  // namespace ravelin::sim
