// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "gic.hpp"
#include "layout.h"
#include "timer.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace interrupts {

/// Ravelin's own SGI, which no host is to see.
inline constexpr std::uint32_t ravelins_sgi = 15;

/// What this host sends itself.
inline constexpr std::uint32_t wake_sgi  = 3;
inline constexpr std::uint32_t count_sgi = 4;

inline constexpr unsigned senders = EL1_MAX_CPUS;

/// What a CPU of the host has taken, by SGI and PPI; SGIs also by their sender. Others may look.
struct Taken {
    std::array<std::atomic<std::uint64_t>, 32> count{};
    std::array<std::atomic<std::uint64_t>, senders> counted_from{};  // of count_sgi
    std::atomic<std::uint64_t> others{};
};

/// This CPU's interrupts come, and stay pending: the host masks them, and looks.
inline void listen () {
    for (const auto interrupt : {el1::timer_interrupt, wake_sgi, count_sgi}) {
        el1::gic::enable_own (interrupt);
    }
}

/// Takes all interrupts that are pending on this CPU and ends them; calls @p on_timer for the virtual timer's, which
/// has to stop it or set it anew.
template <class OnTimer>
void take_interrupts (Taken &taken, OnTimer on_timer) {
    for (;;) {
        const auto acknowledged = el1::gic::interface (el1::gic::gicc_iar);
        const auto intid        = acknowledged & el1::gic::intid_mask;
        if (intid == el1::gic::spurious) { return; }
        ++(intid < taken.count.size () ? taken.count.at (intid) : taken.others);
        if (intid == count_sgi) { ++taken.counted_from.at (acknowledged >> 10 & (senders - 1)); }
        if (intid == el1::timer_interrupt) { on_timer (); }
        el1::gic::set_interface (el1::gic::gicc_eoir, acknowledged);
    }
}

}  // namespace interrupts
