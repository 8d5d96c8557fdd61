// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/vm_calls.h"
#include "hyp/core/bit_field.hpp"
#include "hyp/core/relaxed.hpp"

#include <array>
#include <cstdint>

namespace ravelin {

/// 32 interrupts, a bit for each in every word: INTID 0-31 of one vCPU, or 32 that a VM's vCPUs share.  [IHI
/// 0048B, 4.3]
struct InterruptBank {
    // Guests read these without the lock.
    Relaxed<std::uint32_t> group1;   // in group 1, else in group 0
    Relaxed<std::uint32_t> enabled;  // GICD_ISENABLER

    std::uint32_t edge{};     // edge-triggered, else level-sensitive
    std::uint32_t line{};     // the wire's level
    std::uint32_t latched{};  // pending by an edge, a write or an SGI
    std::uint32_t active{};
    std::uint32_t listed{};   // in a list register of some vCPU, which knows better whether it's pending and active
    std::uint32_t moved{};    // its latch went there
    std::uint32_t decided{};  // another vCPU has said meanwhile whether it's active

    /// Shared interrupts: those that may go to a vCPU.
    std::array<std::uint32_t, RAVELIN_MAX_VCPUS> by_vcpu{};

    std::array<std::uint8_t, 32> about{};

    // What `about` says of an interrupt.
    static constexpr std::uint8_t priority = 0xf8;  // the five bits that are implemented
    static constexpr std::uint8_t vcpu     = 0x07;  // of an SGI: who sent it; else: whose list register it is or was in

    /// A level-sensitive interrupt is pending for as long as its wire says so.
    [[nodiscard]] constexpr auto pending () const -> std::uint32_t { return latched | (line & ~edge); }

    /// Notes that of interrupt @p i.
    constexpr void set_vcpu (unsigned i, unsigned number) {
        about[i] = static_cast<std::uint8_t> ((about[i] & priority) | number);
    }
};

}  // namespace ravelin
