// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/board/board.hpp"

#include <array>

namespace ravelin::virt {

// Not in the windows: GICH (0x08030000), GICV (0x08040000), the SMMU (0x09050000), secure memory
// (0x0e000000). [QEMU 10, docs/system/arm/virt; its device tree]
inline constexpr std::array host_devices{
    PaRange{Pa{0x0000'0000}, 0x0800'0000},        // flash
    PaRange{Pa{0x0800'0000}, 0x0000'1000},        // GICD
    PaRange{Pa{0x0801'0000}, 0x0000'2000},        // GICC
    PaRange{Pa{0x0802'0000}, 0x0000'1000},        // GICv2m: message-signalled interrupts
    PaRange{Pa{0x0900'0000}, 0x0005'0000},        // PL011, PL031, fw_cfg, PL061, second PL011
    PaRange{Pa{0x0907'0000}, 0x0003'0000},        // memory hotplug, event devices
    PaRange{Pa{0x0a00'0000}, 0x0000'4000},        // virtio-mmio
    PaRange{Pa{0x0c00'0000}, 0x0200'0000},        // platform bus
    PaRange{Pa{0x1000'0000}, 0x3000'0000},        // PCIe: 32-bit memory, I/O, configuration of old machines
    PaRange{Pa{0x40'1000'0000}, 0x1000'0000},     // PCIe: configuration
    PaRange{Pa{0x80'0000'0000}, 0x80'0000'0000},  // PCIe: 64-bit memory
};

inline constexpr std::array last_resort{Uart{Uart::Kind::pl011, Pa{0x0900'0000}}};

/// QEMU's `virt` machine with GICv2.
inline constexpr Board board{
    .name         = "virt",
    .compatible   = "linux,dummy-virt",
    .power        = PowerControl::firmware,
    .load_window  = {Pa{0x4000'0000}, 0xff'c000'0000},
    .last_resort  = last_resort,
    .host_devices = host_devices,
};

}  // namespace ravelin::virt
