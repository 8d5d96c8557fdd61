// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/device.hpp"
#include "sim/models/interrupt_line.hpp"
#include "sim/models/serial_port.hpp"

#include <cstdint>
#include <string_view>

namespace ravelin::sim {

/// PrimeCell UART.  [DDI 0183]
class Pl011 : public Device {
  public:
    explicit Pl011 (InterruptLine line) : line_{line} {}

    /// What's at the other end of the cable.
    [[nodiscard]] auto port () -> SerialPort & { return port_; }

    /// Something arrives over the cable.
    void receive (std::string_view text);

    [[nodiscard]] auto name () const -> std::string_view override { return "PL011"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override;
    void write (const DeviceAccess &access, std::uint64_t value) override;

  private:
    [[nodiscard]] auto flags () const -> std::uint32_t;
    [[nodiscard]] auto raw_interrupts () const -> std::uint32_t;
    [[nodiscard]] auto receive_level () const -> std::size_t;
    [[nodiscard]] auto take_received () -> std::uint32_t;
    void update ();

    InterruptLine line_;
    SerialPort port_;
    std::uint32_t latched_{};          // UARTRIS: transmit, receive time-out
    std::uint32_t mask_{};             // UARTIMSC
    std::uint32_t integer_baud_{};     // UARTIBRD
    std::uint32_t fraction_baud_{};    // UARTFBRD
    std::uint32_t line_control_{};     // UARTLCR_H
    std::uint32_t control_{0x300};     // UARTCR: transmit and receive enabled
    std::uint32_t fifo_levels_{0x12};  // UARTIFLS: half full
    std::uint32_t dma_control_{};      // UARTDMACR
};

}  // namespace ravelin::sim
