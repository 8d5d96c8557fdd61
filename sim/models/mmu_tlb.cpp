// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

namespace ravelin::sim {

namespace {
[[nodiscard]] auto stage1_on (const MmuRegisters &registers) -> bool {
    return sctlr::mmu.any (registers.sctlr_el1) && !hcr::default_cacheable.any (registers.hcr_el2);
}

[[nodiscard]] auto stage2_on (const MmuRegisters &registers) -> bool {
    return hcr::stage2.any (registers.hcr_el2) || hcr::default_cacheable.any (registers.hcr_el2);
}

[[nodiscard]] auto key_of (const MmuRegisters &registers, Va va) -> VaKey {
    const auto holder = tcr::a1.any (registers.tcr_el1) ? registers.ttbr1_el1 : registers.ttbr0_el1;
    return {.vmid      = vttbr::vmid.get (registers.vttbr_el2),
            .asid      = ttbr::asid.get (holder),
            .va_page   = va.value () / page_size,
            .stage1_on = stage1_on (registers)};
}
}  // namespace

auto Mmu::combined (const MmuRegisters &registers, const MmuAccess &access) const -> std::optional<Mmued<Translation>> {
    const auto *known =
        tlb_ == nullptr || !stage2_on (registers) ? nullptr : tlb_->find_combined (key_of (registers, access.va));
    if (known == nullptr) { return std::nullopt; }
    const Ipa ipa   = known->ipa + access.va.value () % page_size;
    const bool on   = stage1_on (registers);
    const auto leaf = by_leaf (registers, {ipa, access.kind, false}, known->stage2);
    // Permissions may have got wider since: the walk says.
    if (!leaf || (on && !stage1_permits (known->stage1, access, registers.sctlr_el1))) { return std::nullopt; }
    // With stage 1 off, what is a device depends on the kind of access.
    const bool usual     = hcr::default_cacheable.any (registers.hcr_el2);
    const bool device    = on ? known->device : access.kind != AccessKind::fetch && !usual;
    const bool cacheable = on ? known->cacheable : usual;
    return check (access, {ipa, device, cacheable, known->stage1}, *leaf);
}

void Mmu::remember (const MmuRegisters &registers, const MmuAccess &access, const Stage1 &first) const {
    if (tlb_ == nullptr || !stage2_on (registers)) { return; }
    const VaKey key   = key_of (registers, access.va);
    const auto *known = tlb_->find_stage2 (key.vmid, first.ipa);
    if (known != nullptr) {
        const bool global = !key.stage1_on || !entry::not_global.any (first.leaf);
        tlb_->fill_combined (key, global,
                             {first.leaf, first.ipa.align_down (page_size), first.device, first.cacheable, *known});
    }
}

auto Mmu::prefetch (const MmuRegisters &registers, Random &random) const -> std::optional<Translation> {
    constexpr unsigned tries = 8;  // entries to look at in each table

    const auto input_bits = static_cast<unsigned> (64 - vtcr::t0sz.get (registers.vtcr_el2));
    const auto sl0        = static_cast<unsigned> (vtcr::start_level.get (registers.vtcr_el2));
    if (tlb_ == nullptr || !hcr::stage2.any (registers.hcr_el2) || sl0 == 3 || input_bits > physical_bits) {
        return std::nullopt;
    }
    Pa table{registers.vttbr_el2 & entry::address.mask ()};
    std::uint64_t ipa = 0;
    for (unsigned level = 2 - sl0; level <= 3; ++level) {
        const unsigned shift        = covered_bits (level);
        const std::uint64_t entries = level == 2 - sl0 ? 1ULL << (input_bits - shift) : 512;
        std::uint64_t index         = random.below (entries);
        std::uint64_t found         = 0;
        for (unsigned i = 0; i < tries && !entry::valid.any (found); ++i, index = (index + 1) % entries) {
            found = read_descriptor (table + index * 8, {}).value_or (0);
            ipa   = entry::valid.any (found) ? (ipa & ~((entries << shift) - 1)) | index << shift : ipa;
        }
        if (!entry::valid.any (found)) { return std::nullopt; }
        table = Pa{found & entry::address.mask ()};
        if (level == 3 || !entry::points.any (found)) {
            ipa |= random.next () & ((1ULL << shift) - 1) & ~(page_size - 1);
            break;
        }
    }
    const auto filled = stage1_on (registers) ? stage2 (registers, {Ipa{ipa}, AccessKind::read, false})
                                              : translate (registers, {.va = Va{ipa}});
    return filled ? std::optional{*filled} : std::nullopt;
}

}  // namespace ravelin::sim
