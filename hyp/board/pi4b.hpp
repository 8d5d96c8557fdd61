// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/board/board.hpp"
#include "hyp/dev/bcm2711_pm.hpp"

#include <array>
#include <string_view>

namespace ravelin::pi4b {

// Not in the windows: the PM block, which is forwarded; from 0xff800000 on the cores' local block, with the
// counter's prescaler, and whatever debug lies there; GICH (0xff844000, its aliases 0xff845000); GICV
// (0xff846000). [BCM2711 ARM Peripherals, 1.2; Linux, bcm2711.dtsi]
inline constexpr std::array host_devices{
    PaRange{Pa{0xfc00'0000}, 0x0210'0000},    // up to the PM block
    PaRange{Pa{0xfe10'1000}, 0x016f'f000},    // behind it
    PaRange{Pa{0xff84'1000}, 0x0000'1000},    // GICD
    PaRange{Pa{0xff84'2000}, 0x0000'2000},    // GICC
    PaRange{Pa{0x6'0000'0000}, 0x4000'0000},  // PCIe memory
};

inline constexpr std::array forwarded{PaRange{Bcm2711Pm::base, page_size}};

// Firmware's stub, where cores that nobody collected spin.
inline constexpr std::array reserved{PaRange{Pa{0}, page_size}};

// The old local interrupt controller: its driver writes the counter's prescaler.
inline constexpr std::array<std::string_view, 1> hidden{"/soc/local_intc@40000000"};

inline constexpr std::array last_resort{
    Uart{Uart::Kind::pl011, Pa{0xfe20'1000}},
    Uart{Uart::Kind::mini_uart, Pa{0xfe21'5040}},
};

/// Raspberry Pi 4 Model B, and QEMU's `raspi4b`.
inline constexpr Board board{
    .name         = "Raspberry Pi 4B",
    .compatible   = "raspberrypi,4-model-b",
    .power        = PowerControl::bcm2711_park,
    .load_window  = {Pa{0}, 0x4000'0000},
    .last_resort  = last_resort,
    .host_devices = host_devices,
    .forwarded    = forwarded,
    .reserved     = reserved,
    .hidden       = hidden,
};

}  // namespace ravelin::pi4b
