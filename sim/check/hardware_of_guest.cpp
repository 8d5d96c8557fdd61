// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/hardware_of_guest.hpp"

#include "hyp/host/syndrome.hpp"
#include "sim/machine/machine.hpp"
#include "sim/models/gic400_list_register.hpp"
#include "sim/models/gic400_virtual_state.hpp"

namespace ravelin::sim {

using namespace hal::sysreg;

namespace {
// GICH's registers.  [IHI 0048B, table 5-4]
constexpr std::uint64_t gich_hcr_offset = 0x000;
constexpr std::uint64_t gich_vmcr       = 0x008;
constexpr std::uint64_t gich_apr        = 0x0f0;
constexpr std::uint64_t gich_lr0        = 0x100;

constexpr Bits32 vmcr_control{9, 0};
constexpr Bits32 vmcr_binary_point_1{20, 18};
constexpr Bits32 vmcr_binary_point{23, 21};
constexpr Bits32 vmcr_priority_mask{31, 27};
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

[[nodiscard]] auto interface_of (Processor &cpu) -> spec::CpuInterface {
    const auto read = [&cpu] (std::uint64_t offset) {
        return static_cast<std::uint32_t> (
            cpu.machine ().gic ().virtual_control ().read ({.cpu = cpu.index (), .offset = offset, .size = 4}));
    };
    spec::CpuInterface interface;
    const auto hcr  = read (gich_hcr_offset);
    const auto vmcr = read (gich_vmcr);
    for (std::size_t i = 0; i < interface.list.size (); ++i) {
        interface.list[i] = list_register_of (GicListRegister{read (gich_lr0 + 4 * i)});
    }
    interface.ended             = gich_hcr::ends_without_entry.get (hcr);
    interface.tells_no_pending  = gich_hcr::no_pending.any (hcr) || gich_hcr::underflow.any (hcr);
    interface.tells_ended       = gich_hcr::entry_not_present.any (hcr);
    interface.control           = vmcr_control.get (vmcr) & spec::interface_control;
    interface.priority_mask     = vmcr_priority_mask.get (vmcr) << 3;
    interface.binary_point      = vmcr_binary_point.get (vmcr);
    interface.binary_point_1    = vmcr_binary_point_1.get (vmcr);
    interface.active_priorities = read (gich_apr);
    return interface;
}
}  // namespace

auto hardware_of_guest (Processor &cpu) -> spec::Hardware {
    constexpr std::uint64_t stored     = spec::Timer::enable | spec::Timer::masked;
    constexpr std::uint64_t isactiver0 = 0x300;  // GICD  [IHI 0048B, table 4-1]
    Machine &machine                   = cpu.machine ();
    const auto &timer                  = machine.timer (cpu.index ());
    const auto active = machine.gic ().distributor ().read ({.cpu = cpu.index (), .offset = isactiver0, .size = 4});
    const spec::Timer own{.control       = timer.control (GenericTimer::Which::physical_el2) & stored,
                          .compare_value = timer.compare_value (GenericTimer::Which::physical_el2)};
    return {.interface     = interface_of (cpu),
            .virtual_timer = {.control       = timer.control (GenericTimer::Which::virtual_el1) & stored,
                              .compare_value = timer.compare_value (GenericTimer::Which::virtual_el1)},
            .timer_held    = (active >> spec::virtual_timer & 1) != 0,
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
