// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/pl011.hpp"

#include <array>
#include <cstddef>

namespace ravelin::sim {

namespace {
// Offsets of the registers.  [DDI 0183G, 3.2]
constexpr std::uint64_t uartdr    = 0x000;
constexpr std::uint64_t uartfr    = 0x018;
constexpr std::uint64_t uartibrd  = 0x024;
constexpr std::uint64_t uartfbrd  = 0x028;
constexpr std::uint64_t uartlcr_h = 0x02c;
constexpr std::uint64_t uartcr    = 0x030;
constexpr std::uint64_t uartifls  = 0x034;
constexpr std::uint64_t uartimsc  = 0x038;
constexpr std::uint64_t uartris   = 0x03c;
constexpr std::uint64_t uartmis   = 0x040;
constexpr std::uint64_t uarticr   = 0x044;
constexpr std::uint64_t uartdmacr = 0x048;
constexpr std::uint64_t uart_id   = 0xfe0;  // UARTPeriphID0 on

constexpr std::uint32_t receive_empty  = 1U << 4;  // UARTFR.RXFE
constexpr std::uint32_t receive_full   = 1U << 6;  // UARTFR.RXFF
constexpr std::uint32_t transmit_empty = 1U << 7;  // UARTFR.TXFE
constexpr std::uint32_t fifo_enable    = 1U << 4;  // UARTLCR_H.FEN
constexpr std::uint32_t on_receive     = 1U << 4;  // UARTRIS.RXRIS
constexpr std::uint32_t on_transmit    = 1U << 5;  // UARTRIS.TXRIS
constexpr std::uint32_t on_idle        = 1U << 6;  // UARTRIS.RTRIS
constexpr std::uint32_t interrupt_bits = 0x7ff;
constexpr std::size_t fifo_depth       = 16;

// r1p5 by Arm: PeriphID0-3, PCellID0-3.  [3.3.15]
constexpr std::array<std::uint8_t, 8> identification{0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
}  // namespace

void Pl011::receive (std::string_view text) {
    port_.queue (text);
    latched_ |= on_idle;
    update ();
}

auto Pl011::receive_level () const -> std::size_t {
    if ((line_control_ & fifo_enable) == 0) { return 1; }
    constexpr std::array<std::size_t, 8> levels{2, 4, 8, 12, 14, 8, 8, 8};  // UARTIFLS.RXIFLSEL: 1/8 ... 7/8
    return levels[fifo_levels_ >> 3 & 7];
}

auto Pl011::flags () const -> std::uint32_t {
    const std::size_t room = (line_control_ & fifo_enable) == 0 ? 1 : fifo_depth;
    return transmit_empty | (port_.waiting () == 0 ? receive_empty : 0) | (port_.waiting () >= room ? receive_full : 0);
}

auto Pl011::raw_interrupts () const -> std::uint32_t {
    const bool idle = (latched_ & on_idle) != 0 && port_.waiting () != 0;
    return (latched_ & on_transmit) | (idle ? on_idle : 0) | (port_.waiting () >= receive_level () ? on_receive : 0);
}

void Pl011::update () {
    line_.set ((raw_interrupts () & mask_) != 0);
}

auto Pl011::take_received () -> std::uint32_t {
    const auto c = port_.receive ();
    // What's left will be idle again for a while: the time-out counts from the last read.
    latched_ |= on_idle;
    return c ? static_cast<unsigned char> (*c) : 0;
}

auto Pl011::read (const DeviceAccess &access) -> std::uint64_t {
    if (access.offset >= uart_id && access.offset < 0x1000) {
        return access.offset % 4 == 0 ? identification[(access.offset - uart_id) / 4] : 0;
    }
    switch (access.offset) {
    case uartdr: {
        const auto c = take_received ();
        update ();
        return c;
    }
    case uartfr:    return flags ();
    case uartibrd:  return integer_baud_;
    case uartfbrd:  return fraction_baud_;
    case uartlcr_h: return line_control_;
    case uartcr:    return control_;
    case uartifls:  return fifo_levels_;
    case uartimsc:  return mask_;
    case uartris:   return raw_interrupts ();
    case uartmis:   return raw_interrupts () & mask_;
    case uartdmacr: return dma_control_;
    default:        return 0;
    }
}

void Pl011::write (const DeviceAccess &access, std::uint64_t value) {
    const auto word = static_cast<std::uint32_t> (value);
    switch (access.offset) {
    case uartdr:
        port_.send (static_cast<char> (word & 0xff));
        // It's sent at once, and the transmitter empty again.
        latched_ |= on_transmit;
        break;
    case uartibrd:  integer_baud_ = word & 0xffff; break;
    case uartfbrd:  fraction_baud_ = word & 0x3f; break;
    case uartlcr_h: line_control_ = word & 0xff; break;
    case uartcr:    control_ = word & 0xffff; break;
    case uartifls:  fifo_levels_ = word & 0x3f; break;
    case uartimsc:  mask_ = word & interrupt_bits; break;
    case uarticr:   latched_ &= ~word; break;
    case uartdmacr: dma_control_ = word & 7; break;
    default:        break;
    }
    update ();
}

}  // namespace ravelin::sim
