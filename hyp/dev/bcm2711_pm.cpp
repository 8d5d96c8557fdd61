// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/dev/bcm2711_pm.hpp"

#include <cstdint>

namespace ravelin {

namespace {
// Offsets and bits as Linux's bcm2835 watchdog driver and the firmware use them; there's no public manual.
constexpr std::uint64_t rstc = 0x1c;  // reset control
constexpr std::uint64_t rsts = 0x20;  // reset status: the partition that the firmware boots next
constexpr std::uint64_t wdog = 0x24;  // watchdog: ticks of 16 us until it bites

constexpr std::uint32_t password       = 0x5a00'0000;  // without it a write is ignored
constexpr std::uint32_t password_field = 0xff00'0000;
constexpr std::uint32_t rstc_config    = 0x0000'0030;  // field: what the watchdog does
constexpr std::uint32_t rstc_full      = 0x0000'0020;  // a full reset
constexpr std::uint32_t rsts_halt      = 0x0000'0555;  // partition 63: the firmware doesn't boot again
constexpr std::uint32_t wdog_field     = 0x000f'ffff;
constexpr std::uint32_t second         = 0x0001'0000;  // in ticks
constexpr std::uint32_t shortest_ticks = 10;
}  // namespace

auto Bcm2711Pm::effect_of (hal::Cpu &cpu, Pa address, std::uint32_t value) -> Effect {
    const bool arms = address == base + rstc && (value & password_field) == password && (value & rstc_config) != 0;
    if (!arms) { return Effect::none; }
    // Who wants the board restarted gives it some ticks; who wants a watchdog, seconds.
    return (cpu.mmio_read (base + wdog) & wdog_field) < second ? Effect::reset : Effect::watchdog;
}

void Bcm2711Pm::reset (hal::Cpu &cpu) {
    const auto control = cpu.mmio_read (base + rstc) & ~rstc_config;
    cpu.mmio_write (base + wdog, password | shortest_ticks);
    cpu.mmio_write (base + rstc, password | control | rstc_full);
}

void Bcm2711Pm::halt (hal::Cpu &cpu) {
    const auto status = cpu.mmio_read (base + rsts);
    cpu.mmio_write (base + rsts, password | status | rsts_halt);
    reset (cpu);
}

}  // namespace ravelin
