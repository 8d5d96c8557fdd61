// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mmu.hpp"

#include "sim/models/mmu_registers.hpp"

#include <cstring>

namespace ravelin::sim {

namespace {
/// Whether an access to write-back memory uses caches.  [D17.2.118, SCTLR_EL1.C and I; D17.2.48, HCR_EL2.CD and ID]
[[nodiscard]] auto uses_caches (const MmuRegisters &registers, const MmuAccess &access) -> bool {
    const bool fetch     = access.kind == AccessKind::fetch;
    const bool forbidden = (fetch ? hcr::code_uncached : hcr::data_uncached).any (registers.hcr_el2);
    const bool on        = (fetch ? sctlr::code_cached : sctlr::data_cached).any (registers.sctlr_el1);
    const bool ignored =
        hcr::default_cacheable.any (registers.hcr_el2) || access.attributes != MemoryAttributes::as_mapped;
    return !forbidden && (on || ignored);
}
}  // namespace

auto Mmu::read_descriptor (Pa pa, MmuFault fault) const -> Mmued<std::uint64_t> {
    const auto *ram = bus_.find_ram ({pa, sizeof (std::uint64_t)});
    if (ram == nullptr) {
        fault.type = FaultType::external_on_walk;
        return std::unexpected{fault};
    }
    std::uint64_t value = 0;
    std::memcpy (&value, ram->at (pa), sizeof value);
    return value;
}

auto Mmu::stage1 (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Stage1> {
    if (sctlr::mmu.any (registers.sctlr_el1) && !hcr::default_cacheable.any (registers.hcr_el2)) {
        return walk_stage1 (registers, access);
    }
    if (access.va.value () >> physical_bits != 0) { return std::unexpected{MmuFault{.type = FaultType::address_size}}; }
    // With the MMU off data is Device-nGnRnE; instructions are Normal, and so is all with HCR_EL2.DC.
    // [D8.2.10]
    const bool device = access.kind != AccessKind::fetch && !hcr::default_cacheable.any (registers.hcr_el2);
    return Stage1{Ipa{access.va.value ()}, device, hcr::default_cacheable.any (registers.hcr_el2)};
}

auto Mmu::address_translation (const MmuRegisters &registers, Va va) const -> std::uint64_t {
    constexpr std::uint64_t failed    = 1;       // F
    constexpr unsigned status_shift   = 1;       // FST, where F is set
    constexpr std::uint64_t in_stage2 = 1 << 9;  // S, where F is set
    constexpr std::uint64_t res1      = 1ULL << 11;

    const auto found = stage1 (registers, {.va = va, .kind = AccessKind::read});
    if (!found) {
        return failed | res1 | found.error ().status () << status_shift | (found.error ().second_stage ? in_stage2 : 0);
    }
    return res1 | entry::address.put (entry::address.get (found->ipa.value ()));
}

auto Mmu::translate (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Translation> {
    auto found = both_stages (registers, access);
    if (!found) { return found; }
    found->cacheable = found->cacheable && uses_caches (registers, access);
    // A Cortex-A72 has no monitor for memory that isn't cached.
    if (access.exclusive && !found->cacheable) {
        return std::unexpected{MmuFault{.type = FaultType::unsupported_exclusive}};
    }
    return found;
}

auto Mmu::both_stages (const MmuRegisters &registers, const MmuAccess &access) const -> Mmued<Translation> {
    const bool aligned = access.va.is_aligned (access.size);
    const bool checked = sctlr::alignment.any (registers.sctlr_el1) || access.exclusive;
    if (!aligned && (checked || access.kind == AccessKind::fetch)) {
        return std::unexpected{MmuFault{.type = FaultType::alignment}};
    }
    if (auto known = combined (registers, access)) { return *known; }
    const auto first = stage1 (registers, access);
    if (!first) { return std::unexpected{first.error ()}; }
    const auto second = stage2 (registers, {first->ipa, access.kind, false});
    if (second) {
        remember (registers, access, *first);
        return check (access, *first, *second);
    }
    // A fault of stage 1 comes first.
    const auto by_stage1 = check (access, *first, {});
    return by_stage1 || by_stage1.error ().second_stage ? second : by_stage1;
}

auto Mmu::check (const MmuAccess &access, Stage1 first, Translation second) -> Mmued<Translation> {
    if (access.attributes != MemoryAttributes::as_mapped) {
        first.device    = false;
        first.cacheable = access.attributes == MemoryAttributes::cached;
    }
    const bool aligned = access.va.is_aligned (access.size);
    if (first.device && !aligned) { return std::unexpected{MmuFault{.type = FaultType::alignment}}; }
    if (first.device && access.exclusive) {
        return std::unexpected{MmuFault{.type = FaultType::unsupported_exclusive}};
    }
    // Where stage 2 alone makes it a device, the fault is stage 2's.
    if (second.device && !first.device && (!aligned || access.exclusive)) {
        const auto type = aligned ? FaultType::unsupported_exclusive : FaultType::alignment;
        return std::unexpected{MmuFault{.type = type, .second_stage = true, .ipa = first.ipa}};
    }
    second.device    = second.device || first.device;
    second.cacheable = second.cacheable && first.cacheable;
    return second;
}

}  // namespace ravelin::sim
