// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/vm/vcpu.hpp"

#include "hyp/host/instruction.hpp"

#include <utility>

namespace ravelin {

void Vcpu::reset (std::uint64_t address, std::uint64_t x0) {
    Context::operator= ({});
    registers.x[0] = x0;
    pc             = address;
    pstate         = pstate::masked | pstate::el1h;
    stage1.sctlr   = sctlr_el1_reset;
    mdscr          = 0;
    virtual_timer  = {};
    physical_timer = {};
    fp             = {};
    access         = {};
    undecided      = 0;
}

void Vcpu::end_access (std::uint64_t value, bool done) {
    const auto ended    = std::exchange (access, {});
    const auto syndrome = std::exchange (undecided, 0);
    if (syndrome == 0) {
        ended.deliver (registers, value);
        return;
    }
    if (!done) { return; }
    if (!esr::write.any (syndrome)) { ended.deliver (registers, value); }
    pc += instruction_bytes (syndrome);
    if (pstate::aarch32.any (pstate)) { pstate = advance_it (pstate); }
}

auto access_of (std::uint64_t syndrome) -> PendingAccess {
    return {.expected     = true,
            .sign_extends = esr::sign_extend.any (syndrome),
            .wide         = esr::wide_register.any (syndrome),
            .number       = static_cast<std::uint8_t> (esr::transfer_register.get (syndrome)),
            .size         = static_cast<std::uint8_t> (1U << esr::access_size.get (syndrome))};
}

void PendingAccess::deliver (Registers &registers, std::uint64_t value) const {
    value           = low_bytes (value, size);
    const auto sign = 1UL << (8U * size - 1);
    if (sign_extends && (value & sign) != 0) { value |= ~(sign - 1); }
    registers.write (number, wide ? value : low_bytes (value, sizeof (std::uint32_t)));
}

}  // namespace ravelin
