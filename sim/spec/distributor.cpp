// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/distributor.hpp"

#include "sim/spec/delivery.hpp"

#include <utility>

namespace ravelin::spec {
namespace {

// Where registers are. Those of one bit for each interrupt take 0x80 bytes each.
constexpr std::uint64_t ctlr       = 0x000;
constexpr std::uint64_t typer      = 0x004;
constexpr std::uint64_t iidr       = 0x008;
constexpr std::uint64_t igroupr    = 0x080;
constexpr std::uint64_t isenabler  = 0x100;
constexpr std::uint64_t icenabler  = 0x180;
constexpr std::uint64_t ispendr    = 0x200;
constexpr std::uint64_t icpendr    = 0x280;
constexpr std::uint64_t isactiver  = 0x300;
constexpr std::uint64_t icactiver  = 0x380;
constexpr std::uint64_t ipriorityr = 0x400;
constexpr std::uint64_t itargetsr  = 0x800;
constexpr std::uint64_t icfgr      = 0xc00;
constexpr std::uint64_t icfgr_end  = 0xd00;
constexpr std::uint64_t sgir       = 0xf00;
constexpr std::uint64_t cpendsgir  = 0xf10;
constexpr std::uint64_t spendsgir  = 0xf20;
constexpr std::uint64_t spend_end  = 0xf30;
constexpr std::uint64_t id         = 0xfd0;

constexpr std::uint32_t gic_400      = 0x0200'143b;  // IIDR  [DDI 0471B, 3.2]
constexpr std::uint8_t priority_bits = 0xf8;
constexpr std::uint32_t groups       = 0b11;
constexpr std::array<std::uint8_t, 12> id_bytes{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

constexpr auto is_in (std::uint64_t offset, std::uint64_t first, std::uint64_t end) -> bool {
    return offset >= first && offset < end;
}

/// Whether the registers from @p offset on can be reached byte by byte.
constexpr auto takes_bytes (std::uint64_t offset) -> bool {
    return is_in (offset, ipriorityr, icfgr) || is_in (offset, cpendsgir, spend_end);
}

/// Whether what list registers of other CPUs did to an interrupt isn't known here.
auto is_changed_elsewhere (const Vm &vm, std::uint64_t vcpu, std::uint32_t intid) -> bool {
    const Vcpu *const other = intid < first_spi ? nullptr : holder (vm, intid);
    const auto changed      = [intid] (const Vcpu &has) {
        return has.offered.find (intid) == nullptr || *has.offered.find (intid) != *has.interface.find (intid);
    };
    if (other != nullptr) { return other != vm.vcpu (vcpu) && changed (*other); }
    return was_offered_elsewhere (vm, vcpu, intid);
}

auto bit (bool value, bool known = true) -> Bits {
    return {value ? 1U : 0U, known ? 1U : 0U};
}

/// A write makes an interrupt pending, or an edge does.
void latch (const Vm &vm, std::uint32_t intid, const Vcpu *owner, Interrupt &interrupt) {
    const Vcpu *const has            = intid < first_spi ? owner : holder (vm, intid);
    const ListRegister *const listed = has == nullptr ? nullptr : has->interface.find (intid);
    interrupt.latch ();
    interrupt.came_again = listed != nullptr && listed->pending;
}

}  // namespace

auto Distributor::read_bit (std::uint64_t block, std::uint32_t intid) const -> Bits {
    if (!vm.controller ().has (intid)) { return bit (false); }
    const Interrupt &interrupt = vm.controller ().at (vcpu, intid);
    const auto is_known        = [&] (bool in_doubt) {
        return !in_doubt && !is_changed_elsewhere (vm, vcpu, intid);
    };
    switch (block) {
    case igroupr:   return bit (interrupt.group1);
    case isenabler:
    case icenabler: return bit (interrupt.enabled);
    case ispendr:
    case icpendr:   {
        const bool by_wire = interrupt.line && !interrupt.edge;
        return bit (interrupt.pending (), by_wire || is_known (interrupt.pending_in_doubt || interrupt.rises));
    }
    default: return bit (interrupt.active, is_known (interrupt.active_in_doubt));
    }
}

void Distributor::set_bit (std::uint64_t block, std::uint32_t intid, bool value) const {
    if (!vm.controller ().has (intid) || (!value && block != igroupr)) { return; }
    const bool is_sgi = intid < first_ppi;
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
        case isactiver: interrupt.activate (); return;
        case icactiver: interrupt.deactivate (); return;
        default:        return;
        }
    });
}

auto Distributor::read_byte (std::uint64_t offset) const -> Bits {
    if (offset >= cpendsgir) {
        const auto &sgi = vm.controller ().at (vcpu, static_cast<std::uint32_t> (offset % 16));
        return {sgi.sources, sgi.pending_in_doubt ? ~(1ULL << sgi.source) : ~0ULL};
    }
    const auto intid = static_cast<std::uint32_t> (offset % ipriorityr);
    if (!vm.controller ().has (intid)) { return {}; }
    if (offset < itargetsr) { return {vm.controller ().at (vcpu, intid).priority}; }
    if (vm.controller ().vcpus == 1) { return {}; }
    return {intid < first_spi ? 1U << vcpu : vm.controller ().at (vcpu, intid).targets};
}

void Distributor::write_byte (std::uint64_t offset, std::uint8_t value) const {
    const auto all = static_cast<std::uint8_t> ((1U << vm.controller ().vcpus) - 1);
    if (offset >= cpendsgir) {
        const auto intid = static_cast<std::uint32_t> (offset % 16);
        vm.controller ().change (vcpu, intid, [&] (Interrupt &sgi) {
            const ListRegister *const listed = vm.vcpu (vcpu)->interface.find (intid);
            const bool clears                = offset < spendsgir;
            if ((value >> sgi.source & 1) != 0) { sgi.pending_in_doubt = false; }
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

auto Distributor::read (std::uint64_t offset, unsigned size) const -> Bits {
    if (size == 1 && takes_bytes (offset)) { return read_byte (offset); }
    if (size != 4 || offset % 4 != 0) { return {}; }
    const Gic &gic = vm.controller ();
    if (offset == ctlr) { return {gic.control}; }
    if (offset == typer) { return {gic.intids / 32 - 1 | (gic.vcpus - 1) << 5}; }
    if (offset == iidr) { return {gic_400}; }
    if (offset >= id) { return {id_bytes[(offset - id) / 4]}; }

    Bits all;
    const auto add = [&all] (const Bits &part, unsigned shift, std::uint64_t mask) {
        all.value |= part.value << shift;
        all.known &= ~((~part.known & mask) << shift);
    };
    if (is_in (offset, igroupr, ipriorityr)) {
        const auto first = static_cast<std::uint32_t> (offset % 0x80 * 8);
        for (std::uint32_t i = 0; i < 32; ++i) {
            add (read_bit (offset / 0x80 * 0x80, first + i), i, 1);
        }
    } else if (takes_bytes (offset)) {
        for (std::uint32_t i = 0; i < 4; ++i) {
            add (read_byte (offset + i), i * 8, 0xff);
        }
    } else if (is_in (offset, icfgr, icfgr_end)) {
        const auto first = static_cast<std::uint32_t> ((offset - icfgr) * 4);
        for (std::uint32_t i = 0; i < 16; ++i) {
            add (bit (gic.has (first + i) && gic.at (vcpu, first + i).edge), i * 2 + 1, 1);
        }
    }
    return all;
}

void Distributor::write (std::uint64_t offset, unsigned size, std::uint64_t value) const {
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

void Distributor::send_sgi (std::uint32_t value) const {
    const unsigned all      = (1U << vm.controller ().vcpus) - 1;
    const unsigned self     = 1U << vcpu;
    const unsigned filter   = value >> 24 & 3;
    const unsigned listed   = value >> 16 & 0xff;
    const std::uint32_t sgi = value & 0xf;
    const unsigned targets  = filter == 0 ? listed & all : filter == 1 ? all & ~self : filter == 2 ? self : 0;
    for (std::uint64_t target = 0; target < vm.controller ().vcpus; ++target) {
        if ((targets >> target & 1) == 0) { continue; }
        vm.controller ().change (target, sgi, [&] (Interrupt &interrupt) {
            const Vcpu *const receiver      = std::as_const (vm).vcpu (target);
            const ListRegister *const entry = receiver == nullptr ? nullptr : receiver->interface.find (sgi);
            interrupt.sources |= static_cast<std::uint8_t> (self);
            if (interrupt.source == vcpu) { interrupt.pending_in_doubt = false; }
            if (entry != nullptr && entry->pending && entry->source == vcpu) { interrupt.came_again = true; }
        });
    }
}

void Distributor::deactivate (std::uint32_t value) const {
    const std::uint32_t intid  = value & 0x3ff;
    const std::uint32_t source = value >> 10 & 7;
    if (!vm.controller ().has (intid) || !vm.controller ().at (vcpu, intid).active) { return; }
    // With EOImode 0, another CPU's interrupt, or another source than it came from: UNPREDICTABLE.
    const Interrupt &interrupt = vm.controller ().at (vcpu, intid);
    const bool predictable     = (vm.vcpu (vcpu)->interface.control & interface_eoi_mode) != 0 &&
                             interrupt.active_on == vcpu && (intid >= first_ppi || interrupt.source == source);
    vm.controller ().change (vcpu, intid, [predictable] (Interrupt &it) {
        if (predictable) {
            it.deactivate ();
        } else {
            it.active_in_doubt = true;
        }
    });
}

void set_line (Vm &vm, std::uint32_t intid, bool level) {
    vm.controller ().change (0, intid, [&] (Interrupt &interrupt) {
        const bool rises = level && !interrupt.line;
        interrupt.line   = level;
        if (rises && interrupt.edge) { latch (vm, intid, nullptr, interrupt); }
    });
}

}  // namespace ravelin::spec
