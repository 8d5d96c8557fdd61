// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/dev/virtual_interface.hpp"
#include "hyp/vdev/distributor.hpp"

#include <cstdint>
#include <span>

namespace ravelin {

/// GICH_LR: one virtual interrupt on its way to the guest.  [IHI 0048B, 5.3.10]
namespace list_register {
inline constexpr Bits32 intid{9, 0};        // VirtualID
inline constexpr Bits32 sender{12, 10};     // CPUID: the vCPU that sent the SGI
inline constexpr Bits32 end_traps{19, 19};  // EOI: its end asks for maintenance
inline constexpr Bits32 priority{27, 23};
inline constexpr Bits32 pending{28, 28};  // State
inline constexpr Bits32 active{29, 29};
inline constexpr Bits32 group1{30, 30};

inline constexpr unsigned count = VirtualInterface::lists;
}  // namespace list_register

/// PPIs of a vCPU's timers, which are the machine's too.  [BSA, 3.8.3]
inline constexpr std::uint32_t virtual_timer_intid  = 27;
inline constexpr std::uint32_t physical_timer_intid = 30;

/// What the list registers of a vCPU are to hold.
struct Listing {
    BoundedVector<std::uint32_t, list_register::count> lists;
    unsigned pending{};   // of them
    bool more_pending{};  // some found no place
    bool more_active{};
};

/// Takes what is in list registers back into the distributor. None of them holds anything after that.
/// @param lists  the first VcpuInterrupts::lists of them
/// @param ends   ends of interrupts that were in none: GICH_HCR.EOICount
/// @return       vCPUs to which interrupts go that have been in the wrong one's: a bit for each
[[nodiscard]] auto take_back (Distributor &gic, unsigned vcpu, std::span<const std::uint32_t> lists, std::uint32_t ends)
    -> std::uint32_t;

/// Moves the interrupts that matter most to a vCPU into list registers: pending ones by priority, then active ones.
[[nodiscard]] auto list (Distributor &gic, unsigned vcpu) -> Listing;

}  // namespace ravelin
