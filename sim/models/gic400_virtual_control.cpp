// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/gic400_virtual_control.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/list_register_rules.hpp"

#include <algorithm>
#include <string>

namespace ravelin::sim {

namespace {
// Offsets of the registers.  [IHI 0048B, table 5-4]
constexpr std::uint64_t gich_hcr_offset = 0x000;
constexpr std::uint64_t gich_vtr        = 0x004;
constexpr std::uint64_t gich_vmcr       = 0x008;
constexpr std::uint64_t gich_misr       = 0x010;
constexpr std::uint64_t gich_eisr0      = 0x020;
constexpr std::uint64_t gich_elrsr0     = 0x030;
constexpr std::uint64_t gich_apr        = 0x0f0;
constexpr std::uint64_t gich_lr0        = 0x100;
constexpr std::uint64_t gich_lr_end     = gich_lr0 + 4 * GicVirtualCpu::list_registers;

// The blocks of the CPUs by number.  [DDI 0471B, table 3-1]
constexpr std::uint64_t aliases    = 0x1000;
constexpr std::uint64_t alias_size = 0x200;

// GICH_VTR: five bits of priority, all of which may count for preemption; four list registers.
constexpr std::uint32_t type = 4U << 29 | 4U << 26 | (GicVirtualCpu::list_registers - 1);

// GICH_VMCR, whose other bits are those of GICV_CTLR.  [5.3.3]
constexpr Bits32 aliased_point{20, 18};  // VMABP
constexpr Bits32 binary_point{23, 21};   // VMBP
constexpr Bits32 priority_mask{31, 27};  // VMPriMask

[[nodiscard]] constexpr auto is_list_register (std::uint64_t offset) -> bool {
    return offset >= gich_lr0 && offset < gich_lr_end && offset % 4 == 0;
}

[[noreturn]] void refuse (const char *what, const DeviceAccess &access) {
    throw Violation{"GICH: " + std::string{what} + " at offset " + hex (access.offset) + ", " +
                    std::to_string (access.size) + " bytes"};
}
}  // namespace

auto GicVirtualControl::target_of (const DeviceAccess &access) const -> Target {
    if (access.size != 4) { refuse ("an access that isn't of a word", access); }
    if (access.offset < aliases) { return {access.cpu, access.offset}; }
    const std::uint64_t block = (access.offset - aliases) / alias_size;
    if (block >= state_.cpus ()) { refuse ("an access to a CPU that isn't there", access); }
    return {CpuIndex{static_cast<std::uint32_t> (block)}, access.offset % alias_size};
}

auto GicVirtualControl::read (const DeviceAccess &access) -> std::uint64_t {
    const auto [cpu, offset]         = target_of (access);
    const GicVirtualCpu &virtual_cpu = state_.cpu (cpu);
    if (is_list_register (offset)) { return virtual_cpu.list[(offset - gich_lr0) / 4].value (); }
    switch (offset) {
    case gich_hcr_offset: return virtual_cpu.hypervisor_control;
    case gich_vtr:        return type;
    case gich_vmcr:       return machine_control (cpu);
    case gich_misr:       return state_.maintenance_status (cpu);
    case gich_eisr0:      return state_.ended (cpu);
    case gich_elrsr0:     return state_.empty (cpu);
    case gich_apr:        return virtual_cpu.interface.active_levels;
    default:              refuse ("a read of no register", access);
    }
}

void GicVirtualControl::write (const DeviceAccess &access, std::uint64_t value) {
    const auto [cpu, offset]   = target_of (access);
    const auto word            = static_cast<std::uint32_t> (value);
    GicVirtualCpu &virtual_cpu = state_.cpu (cpu);
    if (is_list_register (offset)) {
        set_list_register (cpu, (offset - gich_lr0) / 4, GicListRegister{word});
    } else {
        switch (offset) {
        case gich_hcr_offset: virtual_cpu.hypervisor_control = word & gich_hcr::bits; break;
        case gich_vmcr:       set_machine_control (cpu, word); break;
        case gich_apr:        virtual_cpu.interface.active_levels = word; break;
        default:              refuse ("a write of no register, or of one that is read-only,", access);
        }
    }
    state_.changed (cpu);
}

auto GicVirtualControl::machine_control (CpuIndex cpu) const -> std::uint32_t {
    const GicCpuState &interface = state_.cpu (cpu).interface;
    return interface.control | aliased_point.put (interface.aliased_point) | binary_point.put (interface.binary_point) |
           priority_mask.put (interface.priority_mask >> 3);
}

void GicVirtualControl::set_machine_control (CpuIndex cpu, std::uint32_t value) {
    const auto narrow = [] (std::uint32_t field) {
        return static_cast<std::uint8_t> (field);
    };
    GicCpuState &interface  = state_.cpu (cpu).interface;
    interface.control       = value & GicCpuState::control_bits;
    interface.aliased_point = std::max (narrow (aliased_point.get (value)), GicCpuState::lowest_aliased);
    interface.binary_point  = std::max (narrow (binary_point.get (value)), GicCpuState::lowest_point);
    interface.priority_mask = narrow (priority_mask.get (value) << 3);
}

void GicVirtualControl::set_list_register (CpuIndex cpu, std::size_t number, GicListRegister value) {
    GicVirtualCpu &virtual_cpu = state_.cpu (cpu);
    if (const auto broken = broken_rule (virtual_cpu, number, value)) {
        throw Violation{"GICH_LR" + std::to_string (number) + " of CPU " + std::to_string (cpu.value ()) + " from " +
                        hex (virtual_cpu.list[number].value ()) + " to " + hex (value.value ()) + ": " +
                        std::string{*broken}};
    }
    virtual_cpu.list[number] = value;
}

}  // namespace ravelin::sim
