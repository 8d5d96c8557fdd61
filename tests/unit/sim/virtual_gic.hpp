// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/gic400.hpp"
#include "tests/unit/sim/device_access.hpp"

#include <cstdint>

namespace ravelin::sim {

// Offsets and fields, from the manual.  [IHI 0048B, 5.3, 5.5]
namespace gich {
inline constexpr std::uint64_t hcr    = 0x000;
inline constexpr std::uint64_t vtr    = 0x004;
inline constexpr std::uint64_t vmcr   = 0x008;
inline constexpr std::uint64_t misr   = 0x010;
inline constexpr std::uint64_t eisr0  = 0x020;
inline constexpr std::uint64_t elrsr0 = 0x030;
inline constexpr std::uint64_t apr    = 0x0f0;
inline constexpr std::uint64_t lr0    = 0x100;

inline constexpr std::uint64_t enable    = 1U << 0;
inline constexpr std::uint64_t underflow = 1U << 1;  // UIE, MISR.U
inline constexpr std::uint64_t lrenp     = 1U << 2;  // LRENPIE, MISR.LRENP
inline constexpr std::uint64_t np        = 1U << 3;  // NPIE, MISR.NP
inline constexpr unsigned eoi_count      = 27;

inline constexpr std::uint32_t pending  = 1U << 28;
inline constexpr std::uint32_t active   = 2U << 28;
inline constexpr std::uint32_t group1   = 1U << 30;
inline constexpr std::uint32_t hardware = 1U << 31;
inline constexpr std::uint32_t eoi      = 1U << 19;
}  // namespace gich

namespace gicv {
inline constexpr std::uint64_t ctlr   = 0x00;
inline constexpr std::uint64_t pmr    = 0x04;
inline constexpr std::uint64_t bpr    = 0x08;
inline constexpr std::uint64_t iar    = 0x0c;
inline constexpr std::uint64_t eoir   = 0x10;
inline constexpr std::uint64_t rpr    = 0x14;
inline constexpr std::uint64_t hppir  = 0x18;
inline constexpr std::uint64_t abpr   = 0x1c;
inline constexpr std::uint64_t aiar   = 0x20;
inline constexpr std::uint64_t aeoir  = 0x24;
inline constexpr std::uint64_t ahppir = 0x28;
inline constexpr std::uint64_t apr0   = 0xd0;
inline constexpr std::uint64_t iidr   = 0xfc;
inline constexpr std::uint64_t dir    = 0x1000;

inline constexpr std::uint64_t spurious  = 1023;
inline constexpr std::uint64_t ack_ctl   = 1U << 2;
inline constexpr std::uint64_t fiq_en    = 1U << 3;
inline constexpr std::uint64_t cbpr      = 1U << 4;
inline constexpr std::uint64_t split_eoi = 1U << 9;
}  // namespace gicv

/// A list register's value: INTID, priority, and whatever else is or'ed to it.
[[nodiscard]] constexpr auto listed (std::uint32_t intid, std::uint32_t priority, std::uint32_t rest = gich::pending)
    -> std::uint32_t {
    return intid | priority >> 3 << 23 | rest;
}

/// The same for one that stands for physical interrupt @p physical.
[[nodiscard]] constexpr auto wired (std::uint32_t intid, std::uint32_t priority, std::uint32_t physical,
                                    std::uint32_t state = gich::pending) -> std::uint32_t {
    return listed (intid, priority, gich::hardware | physical << 10 | state);
}

/// A GIC with four CPUs, whose virtual interfaces are on and let every interrupt of group 0 through.
struct VirtualGic {
    VirtualGic () {
        for (std::uint32_t cpu = 0; cpu < 4; ++cpu) {
            control (gich::hcr, gich::enable, cpu);
            guest (gicv::ctlr, 1, cpu);
            guest (gicv::pmr, 0xff, cpu);
        }
    }

    void control (std::uint64_t offset, std::uint64_t value, std::uint32_t cpu = 0) {
        write_register (gic.virtual_control (), offset, value, cpu);
    }
    [[nodiscard]] auto control (std::uint64_t offset) -> std::uint64_t {
        return read_register (gic.virtual_control (), offset);
    }
    void list (std::uint32_t number, std::uint32_t value, std::uint32_t cpu = 0) {
        control (gich::lr0 + 4 * number, value, cpu);
    }
    [[nodiscard]] auto list (std::uint32_t number) -> std::uint64_t { return control (gich::lr0 + 4 * number); }

    void guest (std::uint64_t offset, std::uint64_t value, std::uint32_t cpu = 0) {
        write_register (gic.virtual_interface (), offset, value, cpu);
    }
    [[nodiscard]] auto guest (std::uint64_t offset) -> std::uint64_t {
        return read_register (gic.virtual_interface (), offset);
    }
    [[nodiscard]] auto acknowledge (std::uint32_t cpu = 0) -> std::uint64_t {
        return read_register (gic.virtual_interface (), gicv::iar, cpu);
    }
    [[nodiscard]] auto irq (std::uint32_t cpu = 0) -> bool { return gic.virtual_irq_pending (CpuIndex{cpu}); }
    [[nodiscard]] auto fiq (std::uint32_t cpu = 0) -> bool { return gic.virtual_fiq_pending (CpuIndex{cpu}); }

    /// GICD, as the first CPU has it.
    void distributor (std::uint64_t offset, std::uint64_t value) { write_register (gic.distributor (), offset, value); }
    [[nodiscard]] auto distributor (std::uint64_t offset) -> std::uint64_t {
        return read_register (gic.distributor (), offset);
    }

    Gic400 gic{4, 64, GicSecurity::absent};
};

}  // namespace ravelin::sim
