// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/deliverable.hpp"
#include "sim/spec/distributor.hpp"
#include "sim/spec/distributor_map.hpp"

#include <array>

namespace ravelin::spec {

using namespace gicd;

namespace {

constexpr std::uint32_t gic_400 = 0x0200'143b;  // IIDR  [DDI 0471B, 3.2]
constexpr std::array<std::uint8_t, 12> id_bytes{0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1};

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
        return bit (interrupt.pending (), by_wire || is_known (interrupt.may_be_pending () || interrupt.rises));
    }
    default: return bit (interrupt.active, is_known (interrupt.active_in_doubt));
    }
}

auto Distributor::read_byte (std::uint64_t offset) const -> Bits {
    if (offset >= cpendsgir) {
        const auto &sgi = vm.controller ().at (vcpu, static_cast<std::uint32_t> (offset % 16));
        return {sgi.sources, ~std::uint64_t{sgi.sources_in_doubt}};
    }
    const auto intid = static_cast<std::uint32_t> (offset % ipriorityr);
    if (!vm.controller ().has (intid)) { return {}; }
    if (offset < itargetsr) { return {vm.controller ().at (vcpu, intid).priority}; }
    if (vm.controller ().vcpus == 1) { return {}; }
    return {intid < first_spi ? 1U << vcpu : vm.controller ().at (vcpu, intid).targets};
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

}  // namespace ravelin::spec
