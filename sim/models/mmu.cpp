// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mmu.hpp"

#include "sim/models/mmu_registers.hpp"

#include <cstring>

namespace ravelin::sim
{

auto Mmu::read_descriptor (Pa pa, MmuFault fault) const -> Mmued<std::uint64_t>
{
    const auto *ram = bus_.find_ram ({pa, sizeof (std::uint64_t)});
    if (ram == nullptr)
    {
        fault.type = FaultType::external_on_walk;
        return std::unexpected{fault};
    }
    std::uint64_t value = 0;
    std::memcpy (&value, ram->at (pa), sizeof value);
    return value;
}

auto Mmu::stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1>
{
    if (sctlr::mmu.any (registers.sctlr_el1) && !hcr::default_cacheable.any (registers.hcr_el2))
    {
        return walk_stage1 (registers, access);
    }
    if (access.va.value () >> physical_bits != 0)
    {
        return std::unexpected{MmuFault{.type = FaultType::address_size}};
    }
    // With the MMU off data is Device-nGnRnE; instructions are Normal, and so is all with HCR_EL2.DC.
    // [D8.2.10]
    const bool device = access.kind != AccessKind::fetch && !hcr::default_cacheable.any (registers.hcr_el2);
    return Stage1{Ipa{access.va.value ()}, device};
}

auto Mmu::translate (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Translation>
{
    const bool aligned = access.va.is_aligned (access.size);
    const bool checked = sctlr::alignment.any (registers.sctlr_el1) || access.exclusive;
    if (!aligned && (checked || access.kind == AccessKind::fetch))
    {
        return std::unexpected{MmuFault{.type = FaultType::alignment}};
    }
    const auto first = stage1 (registers, access);
    if (!first)
    {
        return std::unexpected{first.error ()};
    }
    if (first->device && !aligned)
    {
        return std::unexpected{MmuFault{.type = FaultType::alignment}};
    }
    // A Cortex-A72 has no monitor for memory that isn't cached.
    if (first->device && access.exclusive)
    {
        return std::unexpected{MmuFault{.type = FaultType::unsupported_exclusive}};
    }
    auto second = stage2 (registers, {first->ipa, access.kind, false});
    if (!second)
    {
        return second;
    }
    // Where stage 2 alone makes it a device, the fault is stage 2's.
    if (second->device && !first->device && (!aligned || access.exclusive))
    {
        const auto type = aligned ? FaultType::unsupported_exclusive : FaultType::alignment;
        return std::unexpected{MmuFault{.type = type, .second_stage = true, .ipa = first->ipa}};
    }
    second->device = second->device || first->device;
    return second;
}

}  // namespace ravelin::sim
