// SPDX-License-Identifier: BSD-2-Clause
#include "pl011.hpp"

#include "hyp/abi/vm_calls.h"
#include "vms/host/vm.hpp"

namespace boot {

namespace {
// Registers.
constexpr std::uint64_t data             = 0x00;  // UARTDR
constexpr std::uint64_t flags            = 0x18;  // UARTFR
constexpr std::uint64_t interrupt_mask   = 0x38;  // UARTIMSC
constexpr std::uint64_t raw_interrupts   = 0x3c;  // UARTRIS
constexpr std::uint64_t interrupts       = 0x40;  // UARTMIS
constexpr std::uint64_t interrupts_clear = 0x44;  // UARTICR
constexpr std::uint64_t kept_end         = 0x80;
constexpr std::uint64_t identity         = 0xfe0;  // UARTPeriphID0 to UARTPCellID3

constexpr std::uint32_t receiver_empty    = 1U << 4;  // UARTFR.RXFE
constexpr std::uint32_t transmitter_empty = 1U << 7;  // UARTFR.TXFE
constexpr std::uint32_t receive           = 1U << 4;  // in the interrupt registers
constexpr std::uint32_t transmit          = 1U << 5;

constexpr std::array<std::uint32_t, 8> identity_bytes{0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
}  // namespace

auto Pl011::status () const -> std::uint32_t {
    return transmitted_ | (input_.empty () ? 0 : receive);
}

auto Pl011::load (std::uint64_t ipa) -> std::uint64_t {
    const vms::SpinLock::Guard guard{lock_};
    const auto offset = ipa - place;
    if (offset >= identity && offset < identity + 4 * identity_bytes.size ()) {
        return identity_bytes.at ((offset - identity) / 4);
    }
    switch (offset) {
    case data: {
        if (input_.empty ()) { return 0; }
        const char c = input_.front ();
        input_.remove_prefix (1);
        update_wire ();
        return static_cast<std::uint8_t> (c);
    }
    case flags:          return transmitter_empty | (input_.empty () ? receiver_empty : 0);
    case interrupt_mask: return enabled_;
    case raw_interrupts: return status ();
    case interrupts:     return status () & enabled_;
    default:             return offset < kept_end ? kept_.at (offset / 4) : 0;
    }
}

void Pl011::store (std::uint64_t ipa, std::uint64_t value) {
    const vms::SpinLock::Guard guard{lock_};
    const auto offset = ipa - place;
    const auto word   = static_cast<std::uint32_t> (value);
    switch (offset) {
    case data:
        person_.hears (static_cast<char> (value));
        if (input_.empty ()) { input_ = person_.types (); }
        transmitted_ = transmit;
        break;
    case interrupt_mask:   enabled_ = word; break;
    case interrupts_clear: transmitted_ &= ~word; break;
    default:
        if (offset < kept_end) { kept_.at (offset / 4) = word; }
    }
    update_wire ();
}

void Pl011::update_wire () {
    const bool high = (status () & enabled_) != 0;
    if (high == is_high_) { return; }
    is_high_ = high;
    vms::must ("VM_SET_LINE", vms::vm_call (RAVELIN_VM_SET_LINE, vm_, intid, high ? 1 : 0).status);
}

}  // namespace boot
