// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_virtual_state.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
// GICH_MISR: the bits for those of GICH_HCR have the same places, but for this one, which needs no enable.
constexpr std::uint32_t misr_eoi = 1U << 0;

/// One more end for which there's no list register; the field wraps.
[[nodiscard]] auto count_end (std::uint32_t control) -> std::uint32_t {
    const auto count = gich_hcr::ends_without_entry.get (control);
    return gich_hcr::ends_without_entry.set (control, count + 1);
}

/// A bit for each list register of which @p is is true.
template <class Predicate>
[[nodiscard]] auto each (const GicVirtualCpu &virtual_cpu, Predicate &&is) -> std::uint32_t {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < virtual_cpu.list.size (); ++i) {
        bits |= is (virtual_cpu.list[i]) ? 1U << i : 0;
    }
    return bits;
}
}  // namespace

auto GicVirtualState::highest_pending (CpuIndex cpu) const -> std::optional<std::size_t> {
    const GicVirtualCpu &virtual_cpu = this->cpu (cpu);
    if (!gich_hcr::enable.any (virtual_cpu.hypervisor_control)) { return std::nullopt; }
    // The manual leaves open which of equal priorities goes first: here, as in QEMU, that of the lower register.
    std::optional<std::size_t> best;
    std::uint32_t lowest = virtual_cpu.interface.priority_mask;
    for (std::size_t i = 0; i < virtual_cpu.list.size (); ++i) {
        const GicListRegister &entry = virtual_cpu.list[i];
        if (entry.state () == GicListRegister::State::pending && virtual_cpu.interface.enables (entry.group ()) &&
            entry.priority () < lowest) {
            best   = i;
            lowest = entry.priority ();
        }
    }
    return best;
}

auto GicVirtualState::find_output (CpuIndex cpu) const -> GicOutput {
    const auto best = highest_pending (cpu);
    if (!best) { return GicOutput::none; }
    const GicListRegister &entry = this->cpu (cpu).list[*best];
    return this->cpu (cpu).interface.output_for (entry.priority (), entry.group ());
}

void GicVirtualState::end (CpuIndex cpu, std::uint32_t intid) {
    if (intid >= GicState::special_intids) { return; }
    GicVirtualCpu &virtual_cpu = this->cpu (cpu);
    const bool dropped         = virtual_cpu.interface.drop ();
    if (!virtual_cpu.interface.splits_end ()) {
        const bool listed = deactivate_listed (virtual_cpu, cpu, intid);
        // An end that drops no priority isn't that of an interrupt which EL2 has taken out of the list.
        if (!listed && dropped) { virtual_cpu.hypervisor_control = count_end (virtual_cpu.hypervisor_control); }
    }
    changed (cpu);
}

void GicVirtualState::deactivate (CpuIndex cpu, std::uint32_t intid) {
    GicVirtualCpu &virtual_cpu = this->cpu (cpu);
    if (intid >= GicState::special_intids || !virtual_cpu.interface.splits_end ()) { return; }
    if (!deactivate_listed (virtual_cpu, cpu, intid)) {
        virtual_cpu.hypervisor_control = count_end (virtual_cpu.hypervisor_control);
    }
    changed (cpu);
}

auto GicVirtualState::deactivate_listed (GicVirtualCpu &virtual_cpu, CpuIndex cpu, std::uint32_t intid) -> bool {
    const auto is_it = [intid] (const GicListRegister &entry) {
        return entry.active () && entry.virtual_id () == intid;
    };
    const auto entry = std::ranges::find_if (virtual_cpu.list, is_it);
    if (entry == virtual_cpu.list.end ()) { return false; }
    entry->deactivate ();
    if (entry->hardware ()) { physical_.deactivate (cpu, entry->physical_id ()); }
    return true;
}

auto GicVirtualState::ended (CpuIndex cpu) const -> std::uint32_t {
    return each (this->cpu (cpu), [] (const GicListRegister &entry) { return entry.ended (); });
}

auto GicVirtualState::empty (CpuIndex cpu) const -> std::uint32_t {
    return each (this->cpu (cpu), [] (const GicListRegister &entry) { return !entry.valid () && !entry.ended (); });
}

auto GicVirtualState::maintenance_status (CpuIndex cpu) const -> std::uint32_t {
    using namespace gich_hcr;
    const GicVirtualCpu &virtual_cpu = this->cpu (cpu);
    const GicCpuState &interface     = virtual_cpu.interface;
    const std::uint32_t control      = virtual_cpu.hypervisor_control;

    const auto valid   = each (virtual_cpu, [] (const GicListRegister &entry) { return entry.valid (); });
    const auto pending = each (
        virtual_cpu, [] (const GicListRegister &entry) { return entry.state () == GicListRegister::State::pending; });

    const std::uint32_t met = (std::popcount (valid) <= 1 ? underflow.mask () : 0) |
                              (ends_without_entry.any (control) ? entry_not_present.mask () : 0) |
                              (pending == 0 ? no_pending.mask () : 0) |
                              (interface.enables (0) ? group0_enabled : group0_disabled).mask () |
                              (interface.enables (1) ? group1_enabled : group1_disabled).mask ();
    return (met & control) | (ended (cpu) != 0 ? misr_eoi : 0);
}

void GicVirtualState::changed (CpuIndex cpu) {
    output_[cpu.value ()] = find_output (cpu);
    const bool enabled    = gich_hcr::enable.any (this->cpu (cpu).hypervisor_control);
    physical_.set_line (cpu, maintenance_intid, enabled && maintenance_status (cpu) != 0);
}

void GicVirtualState::put_back (const std::vector<GicVirtualCpu> &kept) {
    cpu_ = kept;
    for (std::uint32_t i = 0; i < cpus (); ++i) {
        changed (CpuIndex{i});
    }
}

}  // namespace ravelin::sim
