// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/hardware_of_guest.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/machine/machine.hpp"
#include "sim/models/gic400_list_register.hpp"
#include "sim/models/gic400_virtual_state.hpp"

#include <algorithm>

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
// GICH_LRn.  [IHI 0048B, 5.3.10]
constexpr Bits32 lr_pending{28, 28};
constexpr Bits32 lr_eoi{19, 19};

[[nodiscard]] auto list_register_of (GicListRegister entry) -> spec::ListRegister {
    if (!entry.valid ()) { return {}; }
    return {.pending  = lr_pending.any (entry.value ()),
            .active   = entry.active (),
            .intid    = entry.virtual_id (),
            .priority = entry.priority (),
            .group1   = entry.group () == 1,
            .source   = static_cast<std::uint8_t> (entry.source ()),
            .hardware = entry.hardware (),
            .eoi      = lr_eoi.any (entry.value ())};
}

[[nodiscard]] auto interface_of (const GicVirtualCpu &real) -> spec::CpuInterface {
    spec::CpuInterface interface;
    std::ranges::transform (real.list, interface.list.begin (), list_register_of);
    const auto hcr              = real.hypervisor_control;
    interface.ended             = gich_hcr::ends_without_entry.get (hcr);
    interface.tells_no_pending  = gich_hcr::no_pending.any (hcr) || gich_hcr::underflow.any (hcr);
    interface.tells_ended       = gich_hcr::entry_not_present.any (hcr);
    interface.control           = real.interface.control & spec::interface_control;
    interface.priority_mask     = real.interface.priority_mask & GicCpuState::priority_bits;
    interface.binary_point      = real.interface.binary_point;
    interface.binary_point_1    = real.interface.aliased_point;
    interface.active_priorities = real.interface.active_levels;
    return interface;
}
}  // namespace

auto hardware_of_guest (Processor &cpu) -> spec::Hardware {
    constexpr std::uint64_t stored = spec::Timer::enable | spec::Timer::masked;
    Machine &machine               = cpu.machine ();
    const auto &timer              = machine.timer (cpu.index ());
    const spec::Timer own{.control       = timer.control (GenericTimer::Which::physical_el2) & stored,
                          .compare_value = timer.compare_value (GenericTimer::Which::physical_el2)};
    return {.interface     = interface_of (machine.gic ().virtual_cpu (cpu.index ())),
            .virtual_timer = {.control       = timer.control (GenericTimer::Which::virtual_el1) & stored,
                              .compare_value = timer.compare_value (GenericTimer::Which::virtual_el1)},
            .timer_held    = machine.gic ().is_active (cpu.index (), spec::virtual_timer),
            .wakes_at      = own.runs () ? own.compare_value : ~0ULL,
            .interrupted   = machine.gic ().irq_pending (cpu.index ()) || machine.gic ().fiq_pending (cpu.index ())};
}

auto timer_access_of_guest (Processor &cpu, const Registers &registers) -> std::optional<spec::TimerAccess> {
    using Register      = spec::TimerAccess::Register;
    const auto syndrome = cpu.hal ().read<esr_el2> ();
    namespace access    = esr::access;
    if (esr::class_of (syndrome) != esr::Class::system_register || access::op0.get (syndrome) != 3 ||
        access::op1.get (syndrome) != 3 || access::crn.get (syndrome) != 14 || access::crm.get (syndrome) != 2 ||
        access::op2.get (syndrome) > 2) {
        return std::nullopt;
    }
    constexpr std::array by_op2{Register::timer_value, Register::control, Register::compare_value};
    return spec::TimerAccess{.which = by_op2[access::op2.get (syndrome)],
                             .write = !access::read.any (syndrome),
                             .value = registers.read (static_cast<unsigned> (access::target.get (syndrome)))};
}

}  // namespace ravelin::sim
