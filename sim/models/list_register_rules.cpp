// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/list_register_rules.hpp"

namespace ravelin::sim {

namespace {
/// Of a value alone.
[[nodiscard]] auto broken_alone (GicListRegister value) -> std::optional<std::string_view> {
    if (value.virtual_id () >= GicState::special_intids) { return "a virtual INTID from 1020 on"; }
    if (!value.hardware ()) {
        const bool unsent = value.virtual_id () >= GicState::sgis && value.source () != 0;
        return unsent ? std::optional{"a sender of what is no SGI"} : std::nullopt;
    }
    // The distributor keeps whether a physical interrupt is pending too.
    if (value.state () == GicListRegister::State::both) { return "a hardware interrupt that is pending and active"; }
    if (value.physical_id () < GicState::sgis) { return "a physical INTID below 16"; }
    if (value.physical_id () >= GicState::special_intids) { return "a physical INTID from 1020 on"; }
    return std::nullopt;
}
}  // namespace

auto broken_rule (const GicVirtualCpu &virtual_cpu, std::size_t number, GicListRegister value)
    -> std::optional<std::string_view> {
    if (!value.valid ()) { return std::nullopt; }
    if (const auto broken = broken_alone (value)) { return broken; }

    const GicListRegister old = virtual_cpu.list[number];
    if (gich_hcr::enable.any (virtual_cpu.hypervisor_control) && old.active () &&
        old.virtual_id () != value.virtual_id ()) {
        return "another interrupt over one that is active, while the interface is on";
    }
    for (std::size_t i = 0; i < virtual_cpu.list.size (); ++i) {
        const GicListRegister other = virtual_cpu.list[i];
        if (i == number || !other.valid ()) { continue; }
        if (other.virtual_id () == value.virtual_id ()) { return "a virtual INTID that another list register has"; }
        if (other.hardware () && value.hardware () && other.physical_id () == value.physical_id ()) {
            return "a physical INTID that another list register has";
        }
    }
    return std::nullopt;
}

}  // namespace ravelin::sim
