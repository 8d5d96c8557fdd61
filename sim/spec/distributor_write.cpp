// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/deliverable.hpp"
#include "sim/spec/distributor.hpp"
#include "sim/spec/distributor_map.hpp"

#include <utility>
#include <vector>

namespace ravelin::spec {

using namespace gicd;

namespace {

constexpr std::uint8_t priority_bits = 0xf8;
constexpr std::uint32_t groups       = 0b11;

/// A write makes an interrupt pending, or an edge does.
void latch (const Vm &vm, std::uint32_t intid, const Vcpu *owner, Interrupt &interrupt) {
    const Vcpu *const has            = intid < first_spi ? owner : holder (vm, intid);
    const ListRegister *const listed = has == nullptr ? nullptr : has->interface.find (intid);
    interrupt.latch ();
    interrupt.came_again = listed != nullptr && listed->pending;
}

}  // namespace

void Distributor::set_bit (std::uint64_t block, std::uint32_t intid, bool value) const {
    if (!vm.controller ().has (intid) || (!value && block != igroupr)) { return; }
    const bool is_sgi = intid < first_ppi;
    const bool late   = is_held_by_another (vm, vcpu, intid);
    vm.controller ().change (vcpu, intid, [&] (Interrupt &interrupt) {
        switch (block) {
        case igroupr:   interrupt.group1 = value; return;
        case isenabler: interrupt.enabled = true; return;
        case icenabler: interrupt.enabled = is_sgi; return;
        case ispendr:
            if (!is_sgi) { latch (vm, intid, vm.vcpu (vcpu), interrupt); }
            return;
        case icpendr:
            if (!is_sgi) { interrupt.unlatch (); }
            return;
        case isactiver:
            interrupt.activate ();
            interrupt.written_late = late;
            return;
        case icactiver:
            interrupt.deactivate ();
            interrupt.written_late = late;
            return;
        default: return;
        }
    });
}

void Distributor::write_byte (std::uint64_t offset, std::uint8_t value) const {
    const auto all = static_cast<std::uint8_t> ((1U << vm.controller ().vcpus) - 1);
    if (offset >= cpendsgir) {
        const auto intid = static_cast<std::uint32_t> (offset % 16);
        vm.controller ().change (vcpu, intid, [&] (Interrupt &sgi) {
            const ListRegister *const listed = vm.vcpu (vcpu)->interface.find (intid);
            const bool clears                = offset < spendsgir;
            sgi.sources_in_doubt &= static_cast<std::uint8_t> (~value);
            if (clears) {
                sgi.sources &= static_cast<std::uint8_t> (~value);
            } else {
                sgi.sources |= value & all;
                sgi.came_again = listed != nullptr && listed->pending && (value >> listed->source & 1) != 0;
            }
        });
        return;
    }
    const auto intid = static_cast<std::uint32_t> (offset % ipriorityr);
    if (!vm.controller ().has (intid)) { return; }
    if (offset < itargetsr) {
        vm.controller ().change (vcpu, intid,
                                 [=] (Interrupt &interrupt) { interrupt.priority = value & priority_bits; });
    } else if (intid >= first_spi && vm.controller ().vcpus > 1) {
        vm.controller ().change (vcpu, intid, [=] (Interrupt &interrupt) { interrupt.targets = value & all; });
    }
}

void Distributor::doubt_ends () const {
    for (std::uint64_t other = 0; other < vm.vcpus.size (); ++other) {
        const Vcpu *const ends = std::as_const (vm).vcpu (other);
        if (other == vcpu || ends == nullptr || !ends->running || ends->interface.ended == 0) { continue; }
        std::vector<std::uint32_t> perhaps;
        vm.controller ().for_each_busy_spi ([&] (std::uint32_t intid, const Interrupt &interrupt) {
            const bool here = interrupt.active && interrupt.active_on.value_or (other) == other;
            if (here && holder (vm, intid) == nullptr) { perhaps.push_back (intid); }
        });
        for (const std::uint32_t intid : perhaps) {
            vm.controller ().change (other, intid, [] (Interrupt &interrupt) { interrupt.active_in_doubt = true; });
        }
    }
}

void Distributor::write (std::uint64_t offset, unsigned size, std::uint64_t value) const {
    write_register (offset, size, value);
    if (is_in (offset, isactiver, itargetsr)) { doubt_ends (); }
}

void Distributor::write_register (std::uint64_t offset, unsigned size, std::uint64_t value) const {
    if (size == 1 && takes_bytes (offset)) { write_byte (offset, static_cast<std::uint8_t> (value)); }
    if (size != 4 || offset % 4 != 0) { return; }
    if (offset == ctlr) { vm.controller ().control = value & groups; }
    if (offset == sgir) { send_sgi (static_cast<std::uint32_t> (value)); }

    if (is_in (offset, igroupr, ipriorityr)) {
        const auto first = static_cast<std::uint32_t> (offset % 0x80 * 8);
        for (std::uint32_t i = 0; i < 32; ++i) {
            set_bit (offset / 0x80 * 0x80, first + i, (value >> i & 1) != 0);
        }
    } else if (takes_bytes (offset)) {
        for (std::uint32_t i = 0; i < 4; ++i) {
            write_byte (offset + i, static_cast<std::uint8_t> (value >> i * 8));
        }
    } else if (is_in (offset, icfgr, icfgr_end)) {
        const auto first = static_cast<std::uint32_t> ((offset - icfgr) * 4);
        for (std::uint32_t i = 0; i < 16; ++i) {
            const bool edge = (value >> (i * 2 + 1) & 1) != 0;
            if (first + i >= first_spi && vm.controller ().has (first + i)) {
                vm.controller ().change (vcpu, first + i, [=] (Interrupt &interrupt) { interrupt.edge = edge; });
            }
        }
    }
}

auto Distributor::sgi_targets (std::uint32_t value) const -> unsigned {
    const unsigned all    = (1U << vm.controller ().vcpus) - 1;
    const unsigned self   = 1U << vcpu;
    const unsigned filter = value >> 24 & 3;
    const unsigned listed = value >> 16 & 0xff;
    return filter == 0 ? listed & all : filter == 1 ? all & ~self : filter == 2 ? self : 0;
}

void Distributor::send_sgi (std::uint32_t value) const {
    const unsigned self     = 1U << vcpu;
    const unsigned targets  = sgi_targets (value);
    const std::uint32_t sgi = value & 0xf;
    for (std::uint64_t target = 0; target < vm.controller ().vcpus; ++target) {
        if ((targets >> target & 1) == 0) { continue; }
        vm.controller ().change (target, sgi, [&] (Interrupt &interrupt) {
            const Vcpu *const receiver      = std::as_const (vm).vcpu (target);
            const ListRegister *const entry = receiver == nullptr ? nullptr : receiver->interface.find (sgi);
            interrupt.sources |= static_cast<std::uint8_t> (self);
            interrupt.sources_in_doubt &= static_cast<std::uint8_t> (~self);
            if (entry != nullptr && entry->pending && entry->source == vcpu) { interrupt.came_again = true; }
        });
    }
}

void Distributor::deactivate (std::uint32_t value) const {
    const std::uint32_t intid  = value & 0x3ff;
    const std::uint32_t source = value >> 10 & 7;
    // Whoever has it in a list register may have acknowledged or ended it, and nobody knows yet.
    const bool late = is_held_by_another (vm, vcpu, intid);
    if (!vm.controller ().has (intid) || !(vm.controller ().at (vcpu, intid).active || late)) { return; }
    // With EOImode 0, another CPU's interrupt, or another source than it came from: UNPREDICTABLE.
    const Interrupt &interrupt = vm.controller ().at (vcpu, intid);
    const bool predictable     = (vm.vcpu (vcpu)->interface.control & interface_eoi_mode) != 0 &&
                             interrupt.active_on == vcpu && (intid >= first_ppi || interrupt.source == source) &&
                             !interrupt.source_in_doubt;
    vm.controller ().change (vcpu, intid, [=] (Interrupt &it) {
        if (predictable) {
            it.deactivate ();
        } else {
            it.active_in_doubt = it.active;
        }
        it.written_late = late;
    });
    doubt_ends ();
}

void set_line (Vm &vm, std::uint32_t intid, bool level) {
    vm.controller ().change (0, intid, [&] (Interrupt &interrupt) {
        const bool rises = level && !interrupt.line;
        interrupt.line   = level;
        if (rises && interrupt.edge) { latch (vm, intid, nullptr, interrupt); }
    });
}

}  // namespace ravelin::spec
