// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/explore/explored_machine.hpp"

#include <array>
#include <compare>
#include <cstdint>

namespace ravelin::sim::explore {

/// What a state is known by: 128 bits of a hash.
struct Key {
    std::uint64_t low{};
    std::uint64_t high{};

    auto operator<=> (const Key &) const = default;
};

/// A data page, as far as it differs from another: equal ones can be exchanged, and nobody notices.
using PageLook = std::uint64_t;

[[nodiscard]] auto look_of_page (ExploredMachine &machine, unsigned page) -> PageLook;

/// The state that the machine really is in: Ravelin's own, from its objects and its tables. Of what can be exchanged
/// without a difference it has no order: data pages, VMs of one kind, CPUs. Handles, VMIDs and the places of VMs only
/// grow or go round, and are left out; so is what is in general-purpose registers.
[[nodiscard]] auto key_of (ExploredMachine &machine) -> Key;

}  // namespace ravelin::sim::explore
