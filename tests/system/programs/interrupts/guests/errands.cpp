// SPDX-License-Identifier: BSD-2-Clause
#include "errands.hpp"

#include "access.hpp"
#include "gic.hpp"
#include "guest.hpp"
#include "timer.hpp"

using namespace guest;
using namespace el1::gic;

// Errands to EL2 and interrupts, for ever: to be counted. Caches are off, so that plain loads and stores are enough.

extern "C" {
void errands_vectors ();
extern std::uint64_t errands_handled[];  // interrupts that errands.S has handled, by vCPU
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

void take_timer_for_ever (std::uint64_t times) {
    constexpr std::uint64_t ticks = 1000;
    for (;;) {
        for (std::uint64_t i = 0; i < times; ++i) {
            const auto before = handled (0);
            el1::set_timer (el1::now () + ticks);  // errands.S stops it
            wait_for (errands_handled[0], before + 1);
        }
        store (GUEST_ASK, 0);
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
