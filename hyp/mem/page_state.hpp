// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"

#include <cstdint>

namespace ravelin {

/// Who owns a page: the host, Ravelin, or the VM in a slot.
class Owner {
  public:
    [[nodiscard]] static constexpr auto host () -> Owner { return Owner{0}; }
    [[nodiscard]] static constexpr auto ravelin () -> Owner { return Owner{1}; }
    [[nodiscard]] static constexpr auto vm (std::uint32_t slot) -> Owner { return Owner{slot + 2}; }

    [[nodiscard]] constexpr auto is_vm () const -> bool { return *this != host () && *this != ravelin (); }

    friend constexpr auto operator== (Owner, Owner) -> bool = default;

    /// The slot of an owner that is a VM.
    [[nodiscard]] constexpr auto slot () const -> std::uint32_t { return value_ - 2; }

  private:
    friend class PageState;

    explicit constexpr Owner (std::uint32_t value) : value_{value} {}
    std::uint32_t value_;
};

/// What Ravelin knows of a page of RAM: promise 1 (memory) rests on it.
///
/// The host reaches the pages that it owns and those that a VM has shared; a VM reaches its own that aren't
/// control pages, and those that the host has lent it.
class PageState {
  public:
    /// Of the host, and lent to nobody: all bits zero, so that fresh memory is the host's.
    constexpr PageState () = default;
    explicit constexpr PageState (Owner owner) : bits_{owner_field.put (owner.value_)} {}

    /// As it is kept in memory.
    [[nodiscard]] static constexpr auto from_bits (std::uint32_t bits) -> PageState {
        PageState state;
        state.bits_ = bits;
        return state;
    }
    [[nodiscard]] constexpr auto bits () const -> std::uint32_t { return bits_; }

    [[nodiscard]] constexpr auto owner () const -> Owner { return Owner{owner_field.get (bits_)}; }

    /// The owner, a VM, lets the host reach it.
    [[nodiscard]] constexpr auto is_shared () const -> bool { return shared_field.any (bits_); }
    [[nodiscard]] constexpr auto with_shared (bool shared) const -> PageState {
        return from_bits (shared_field.set (bits_, shared ? 1 : 0));
    }

    /// How often the owner, the host, has lent it to VMs.
    [[nodiscard]] constexpr auto loans () const -> std::uint32_t { return loans_field.get (bits_); }
    [[nodiscard]] constexpr auto with_loans (std::uint32_t loans) const -> PageState {
        return from_bits (loans_field.set (bits_, loans));
    }

    /// It's the host's, and nobody else has to do with it.
    [[nodiscard]] constexpr auto is_hosts_alone () const -> bool { return bits_ == 0; }

    friend constexpr auto operator== (PageState, PageState) -> bool = default;

  private:
    static constexpr Bits32 owner_field{8, 0};
    static constexpr Bits32 shared_field{9, 9};
    static constexpr Bits32 loans_field{31, 16};

    std::uint32_t bits_{};
};

}  // namespace ravelin
