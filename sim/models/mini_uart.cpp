// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mini_uart.hpp"

namespace ravelin::sim {

namespace {
// Offsets of the registers.  [BCM2711 ARM Peripherals, 2.1]
constexpr std::uint64_t aux_irq        = 0x00;
constexpr std::uint64_t aux_enables    = 0x04;
constexpr std::uint64_t aux_mu_io      = 0x40;
constexpr std::uint64_t aux_mu_ier     = 0x44;
constexpr std::uint64_t aux_mu_iir     = 0x48;
constexpr std::uint64_t aux_mu_lcr     = 0x4c;
constexpr std::uint64_t aux_mu_mcr     = 0x50;
constexpr std::uint64_t aux_mu_lsr     = 0x54;
constexpr std::uint64_t aux_mu_scratch = 0x5c;
constexpr std::uint64_t aux_mu_cntl    = 0x60;
constexpr std::uint64_t aux_mu_stat    = 0x64;
constexpr std::uint64_t aux_mu_baud    = 0x68;

constexpr std::uint32_t uart_enable    = 1U << 0;     // AUX_ENABLES, AUX_IRQ: mini UART
constexpr std::uint32_t on_receive     = 1U << 0;     // AUX_MU_IER, as a 16550 has it and the errata say
constexpr std::uint32_t on_transmit    = 1U << 1;     // AUX_MU_IER
constexpr std::uint32_t none_pending   = 1U << 0;     // AUX_MU_IIR
constexpr std::uint32_t id_transmit    = 1U << 1;     // AUX_MU_IIR: transmit holding register empty
constexpr std::uint32_t id_receive     = 2U << 1;     // AUX_MU_IIR: receiver holds a byte
constexpr std::uint32_t fifos_enabled  = 0xc0;        // AUX_MU_IIR: always
constexpr std::uint32_t data_ready     = 1U << 0;     // AUX_MU_LSR
constexpr std::uint32_t transmitter    = 3U << 5;     // AUX_MU_LSR: empty and idle
constexpr std::uint32_t divisor_access = 1U << 7;     // AUX_MU_LCR: DLAB
constexpr std::uint32_t stat_idle      = 0b11'00'10;  // AUX_MU_STAT: space, both idle
constexpr std::uint32_t stat_tx_empty  = 3U << 8;     // AUX_MU_STAT: FIFO empty, done
}  // namespace

void MiniUart::receive (std::string_view text) {
    port_.queue (text);
    update ();
}

auto MiniUart::interrupt_identity () const -> std::uint32_t {
    if ((interrupts_ & on_receive) != 0 && port_.waiting () != 0) { return fifos_enabled | id_receive; }
    return fifos_enabled | ((interrupts_ & on_transmit) != 0 ? id_transmit : none_pending);
}

void MiniUart::update () {
    line_.set ((enables_ & uart_enable) != 0 && (interrupt_identity () & none_pending) == 0);
}

auto MiniUart::read (const DeviceAccess &access) -> std::uint64_t {
    const std::uint32_t waiting = port_.waiting () != 0 ? data_ready : 0;
    switch (access.offset) {
    case aux_irq:     return (interrupt_identity () & none_pending) == 0 ? uart_enable : 0;
    case aux_enables: return enables_;
    case aux_mu_io:   {
        if ((line_control_ & divisor_access) != 0) { return baud_ & 0xff; }
        const auto c = port_.receive ();
        update ();
        return c ? static_cast<unsigned char> (*c) : 0;
    }
    case aux_mu_ier:     return interrupts_;
    case aux_mu_iir:     return interrupt_identity ();
    case aux_mu_lcr:     return line_control_;
    case aux_mu_mcr:     return modem_control_;
    case aux_mu_lsr:     return transmitter | waiting;
    case aux_mu_scratch: return scratch_;
    case aux_mu_cntl:    return control_;
    case aux_mu_stat:    return stat_idle | stat_tx_empty | waiting;
    case aux_mu_baud:    return baud_;
    default:             return 0;
    }
}

void MiniUart::write (const DeviceAccess &access, std::uint64_t value) {
    const auto word = static_cast<std::uint32_t> (value);
    const bool dlab = (line_control_ & divisor_access) != 0;
    switch (access.offset) {
    case aux_enables: enables_ = word & 7; break;
    case aux_mu_io:
        if (dlab) {
            baud_ = (baud_ & 0xff00) | (word & 0xff);
        } else {
            port_.send (static_cast<char> (word & 0xff));
        }
        break;
    case aux_mu_ier:
        if (dlab) {
            baud_ = (baud_ & 0x00ff) | (word & 0xff) << 8;
        } else {
            interrupts_ = word & (on_receive | on_transmit);
        }
        break;
    case aux_mu_lcr:     line_control_ = word & 0xff; break;
    case aux_mu_mcr:     modem_control_ = word & 0xff; break;
    case aux_mu_scratch: scratch_ = word & 0xff; break;
    case aux_mu_cntl:    control_ = word & 0xff; break;
    case aux_mu_baud:    baud_ = word & 0xffff; break;
    default:             break;
    }
    update ();
}

}  // namespace ravelin::sim
