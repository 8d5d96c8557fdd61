// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/interrupt_line.hpp"
#include "sim/models/serial_port.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// The AUX block of the BCM2711, of which only UART1, the mini UART, is there: at 0x40.
/// [BCM2711 ARM Peripherals, 2]
class MiniUart : public Device {
  public:
    explicit MiniUart (InterruptLine line) : line_{line} {}

    /// What's at the other end of the cable.
    [[nodiscard]] auto port () -> SerialPort & { return port_; }

    /// Something arrives over the cable.
    void receive (std::string_view text);

    [[nodiscard]] auto name () const -> std::string_view override { return "AUX"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    [[nodiscard]] auto interrupt_identity () const -> std::uint32_t;
    void update ();

    InterruptLine line_;
    SerialPort port_;
    std::uint32_t enables_{1};       // AUX_ENABLES: firmware has turned the UART on
    std::uint32_t interrupts_{};     // AUX_MU_IER
    std::uint32_t line_control_{3};  // AUX_MU_LCR: 8 bits
    std::uint32_t modem_control_{};  // AUX_MU_MCR
    std::uint32_t scratch_{};        // AUX_MU_SCRATCH
    std::uint32_t control_{3};       // AUX_MU_CNTL: transmit and receive enabled
    std::uint32_t baud_{};           // AUX_MU_BAUD
};

}  // namespace ravelin::sim
