// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/dev/virtual_interface.hpp"
#include "hyp/vdev/distributor.hpp"
#include "hyp/vdev/offered_priorities.hpp"

#include <bit>
#include <cstdint>
#include <optional>

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

/// PPI of a vCPU's physical timer.  [BSA, 3.8.3]
inline constexpr std::uint32_t physical_timer_intid = 30;

/// What the list registers of a vCPU are to hold.
struct Listing {
    BoundedVector<std::uint32_t, list_register::count> lists;
    unsigned pending{};   // of them
    bool more_pending{};  // some found no place
    bool more_active{};
};

/// Takes what is in a list register back into the bank of its interrupt. It holds nothing after that.
/// @param list  what hardware has made of it
inline void take_back (InterruptBank &bank, std::uint32_t list) {
    const auto which   = 1U << list_register::intid.get (list) % Distributor::banked;
    const auto pending = list_register::pending.any (list) ? bank.moved & which : 0;
    const auto active  = list_register::active.any (list) ? which : 0;
    bank.latched |= pending;
    if ((bank.decided & which) == 0) { bank.active = (bank.active & ~which) | active; }
    bank.listed &= ~which;
    bank.moved &= ~which;
    bank.decided &= ~which;
}

/// The same of an interrupt of the vCPU's own.
inline void take_back_own (VcpuInterrupts &vcpu, std::uint32_t list) {
    const auto number = list_register::intid.get (list);
    const bool again  = list_register::pending.any (list) && (vcpu.own.moved >> number & 1) != 0;
    take_back (vcpu.own, list);
    if (again && number < Distributor::sgis) {
        vcpu.senders[number] |= static_cast<std::uint8_t> (1U << (vcpu.own.about[number] & InterruptBank::vcpu));
    }
}

/// The same of a shared one.
/// @return  vCPUs to which it goes, and not to this one: a bit for each
[[nodiscard, gnu::noinline]] auto take_back_shared (Distributor &gic, unsigned vcpu, std::uint32_t list)
    -> std::uint32_t;

/// The vCPU has ended @p ends interrupts that were in no list register: GICH_HCR.EOICount.
/// @return  vCPUs to which one of them goes, and not to this one: a bit for each
[[nodiscard, gnu::noinline]] auto end_unlisted (Distributor &gic, const OfferedPriorities &offered, unsigned vcpu,
                                                std::uint32_t ends) -> std::uint32_t;

/// Moves interrupt @p number of @p bank into a list register; returns that.
[[nodiscard]] inline auto fulfil (Distributor &gic, OfferedPriorities &offered, InterruptBank &bank, unsigned vcpu,
                                  unsigned number, bool is_active) -> std::uint32_t {
    const auto i      = number % Distributor::banked;
    const auto which  = 1U << i;
    const bool is_sgi = number < Distributor::sgis;
    bank.listed |= which;
    if (!is_active) {
        bank.moved |= bank.latched & which;
        if (is_sgi) {
            // The first of its senders.
            const auto sender = static_cast<unsigned> (std::countr_zero (gic.vcpus[vcpu].senders[i]));
            gic.withdraw_sgi (vcpu, sender, i);
            bank.set_vcpu (i, sender);
        } else {
            bank.latched &= ~which;
            bank.set_vcpu (i, vcpu);
        }
        offered.note (number, bank.about[i]);
    }
    // What is pending again by then has to come again.
    const bool comes_again = (bank.latched & which) != 0 || (!is_sgi && (bank.edge & which) == 0);
    return list_register::intid.put (number) | list_register::priority.put (bank.about[i] >> 3) |
           (is_active ? list_register::active : list_register::pending).mask () |
           list_register::group1.put (bank.group1 >> i) | list_register::end_traps.put (comes_again ? 1 : 0) |
           (is_sgi ? list_register::sender.put (bank.about[i]) : 0);
}

/// Moves the interrupts that matter most to a vCPU into list registers: pending ones by priority, then active ones.
[[nodiscard, gnu::noinline]] auto list_all (Distributor &gic, OfferedPriorities &offered, unsigned vcpu) -> Listing;

/// If there is at most one that matters, one of the vCPU's own: that, or 0; else nothing, and nothing is done.
[[nodiscard]] inline auto list_one (Distributor &gic, OfferedPriorities &offered, unsigned vcpu)
    -> std::optional<std::uint32_t> {
    auto &own        = gic.vcpus[vcpu].own;
    const auto ready = gic.deliverable (own);
    if ((gic.busy | own.active | (ready & (ready - 1))) != 0) { return std::nullopt; }
    return ready == 0 ? 0 : fulfil (gic, offered, own, vcpu, static_cast<unsigned> (std::countr_zero (ready)), false);
}

}  // namespace ravelin
