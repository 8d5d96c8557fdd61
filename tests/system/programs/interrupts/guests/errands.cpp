// SPDX-License-Identifier: BSD-2-Clause
#include "errands.hpp"

#include "access.hpp"
#include "gic.hpp"
#include "guest.hpp"
#include "timer.hpp"

#include <algorithm>

using namespace guest;
using namespace el1::gic;

// Errands to EL2 and interrupts, for ever: to be counted. Caches are off, so that plain loads and stores are enough.

extern "C" {
void errands_vectors ();
void errands_timer_vectors ();
extern std::uint64_t errands_handled[];  // interrupts that errands.S has handled, by vCPU
extern std::uint64_t errands_counts[];   // what errands_timer_vectors has read last
}

namespace {
constexpr std::uint32_t sgi = 1;

constinit std::uint64_t round_begun = 0;  // of vCPU 1's

[[nodiscard]] auto look (const std::uint64_t &place) -> std::uint64_t {
    return load (reinterpret_cast<std::uint64_t> (&place));
}

[[nodiscard]] auto handled (unsigned vcpu) -> std::uint64_t {
    return look (errands_handled[vcpu]);
}

void wait_for (const std::uint64_t &place, std::uint64_t value) {
    while (look (place) < value) {
        asm volatile ("yield");
    }
}

/// Lets interrupts come.
void prepare () {
    enable_own (el1::timer_interrupt);
    el1::write<el1::sysreg::vbar_el1> (reinterpret_cast<std::uint64_t> (&errands_vectors));
    asm volatile ("msr daifclr, #2" ::: "memory");
}

void read_for_ever (std::uint64_t offset, std::uint64_t times) {
    for (;;) {
        for (std::uint64_t i = 0; i < times; ++i) {
            static_cast<void> (distributor (offset));
        }
        store (GUEST_ASK, 0);
    }
}

void send_for_ever (std::uint64_t times) {
    std::uint64_t sent = 0;
    for (std::uint64_t round = 1;; ++round) {
        wait_for (round_begun, round);
        for (std::uint64_t i = 0; i < times; ++i) {
            send (sgi, 0b10);
            wait_for (errands_handled[1], ++sent);
        }
        store (GUEST_ASK, 0);
    }
}

void take_for_ever (std::uint64_t times) {
    for (std::uint64_t round = 1;; ++round) {
        store (reinterpret_cast<std::uint64_t> (&round_begun), round);
        wait_for (errands_handled[1], round * times);
        store (GUEST_ASK, 0);
    }
}

/// How many instructions were executed from the virtual count @p when to the first one of errands_timer_vectors. One
/// takes a nanosecond under QEMU's -icount shift=0, where the count follows them exactly.
[[nodiscard]] auto instructions_since (std::uint64_t when) -> std::uint64_t {
    constexpr std::uint64_t nanoseconds = 1'000'000'000;
    constexpr std::uint64_t before      = 11;  // instructions of the handler up to and with its first read of the count
    const auto instructions_a_tick      = nanoseconds / el1::read<el1::sysreg::cntfrq_el0> ();
    std::uint64_t i                     = 1;
    while (look (errands_counts[i]) == look (errands_counts[0])) {
        ++i;
    }
    return (look (errands_counts[i]) - when) * instructions_a_tick - i - before;
}

/// Tells at each ask how many instructions the latest of its interrupts took to come.
void take_timer_for_ever (std::uint64_t times) {
    constexpr std::uint64_t ticks = 1000;
    el1::write<el1::sysreg::vbar_el1> (reinterpret_cast<std::uint64_t> (&errands_timer_vectors));
    for (;;) {
        std::uint64_t most = 0;
        for (std::uint64_t i = 0; i < times; ++i) {
            const auto before = handled (0);
            const auto when   = el1::now () + ticks;
            el1::set_timer (when);  // errands.S stops it
            wait_for (errands_handled[0], before + 1);
            most = std::max (most, instructions_since (when));
        }
        store (GUEST_ASK, most);
    }
}
}  // namespace

void guest::run (const Start &start) {
    const auto times = start.variant >> errand_bits;
    prepare ();
    switch (static_cast<Errand> (start.variant & ((1U << errand_bits) - 1))) {
    case Errand::read_iidr:       read_for_ever (gicd_iidr, times); break;
    case Errand::read_isenabler1: read_for_ever (gicd_isenabler0 + 4, times); break;
    case Errand::send_ipi:        send_for_ever (times); break;
    case Errand::take_ipi:        take_for_ever (times); break;
    case Errand::take_timer:      take_timer_for_ever (times); break;
    }
}
