// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/cached_translations.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"

#include <string>

namespace ravelin::sim::explore {

namespace {
/// With stage 1 off.
[[nodiscard]] auto registers_of (const Reached &page) -> MmuRegisters {
    return {.hcr_el2 = hcr::stage2.mask (), .vtcr_el2 = page.vtcr, .vttbr_el2 = page.vttbr};
}

[[nodiscard]] auto output_of (const Stage2Leaf &leaf, Ipa ipa) -> Pa {
    const std::uint64_t inside = ipa.value () & ((1ULL << covered_bits (leaf.level)) - 1);
    return Pa{(leaf.descriptor & entry::address.mask ()) + inside};
}
}  // namespace

void CachedTranslations::fill (std::span<const Reached> pages) {
    pages_.assign (pages.begin (), pages.end ());
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        Tlb &tlb = machine_.tlb (CpuIndex{i});
        if (tlb.size () != 0) {
            tlb.doom ({.kind = TlbInvalidation::Kind::alle1, .vttbr = 0, .ipa = {}}, i, {});
            tlb.complete (i);
        }
        for (const Reached &page : pages_) {
            walk (CpuIndex{i}, page);
        }
        sizes_[i] = tlb.size ();
    }
}

void CachedTranslations::walk (CpuIndex cpu, const Reached &page) {
    const Mmu mmu{machine_.bus (), &machine_.tlb (cpu)};
    static_cast<void> (mmu.translate (registers_of (page), {.va = Va{page.ipa.value ()}}));
}

void CachedTranslations::walk () {
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        auto &hal           = machine_.cpu (i).hal ();
        const auto control  = hal.read<hal::sysreg::tcr_el1> ();
        const auto vttbr    = hal.read<hal::sysreg::vttbr_el2> ();
        const bool is_still = tcr::epd0.any (control) && tcr::epd1.any (control);
        for (const Reached &page : pages_) {
            if (!is_still && page.vttbr == vttbr) { walk (CpuIndex{i}, page); }
        }
    }
}

auto CachedTranslations::have_lost () -> bool {
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        if (machine_.tlb (CpuIndex{i}).size () != sizes_[i]) { return true; }
    }
    return false;
}

void CachedTranslations::check (const Reached &page) {
    const Mmu mmu{machine_.bus ()};
    const auto reaches = [&] (AccessKind kind) {
        return mmu.translate (registers_of (page), {.va = Va{page.ipa.value ()}, .kind = kind});
    };
    const auto read  = reaches (AccessKind::read);
    const auto write = reaches (AccessKind::write);
    const VaKey key{.vmid = vttbr::vmid.get (page.vttbr), .asid = 0, .va_page = page.ipa.value () / page_size};
    for (std::uint32_t i = 0; i < machine_.cpus (); ++i) {
        const Tlb &tlb       = machine_.tlb (CpuIndex{i});
        const auto *combined = tlb.find_combined (key);
        for (const Stage2Leaf *leaf :
             {tlb.find_stage2 (key.vmid, page.ipa), combined == nullptr ? nullptr : &combined->stage2}) {
            if (leaf == nullptr) { continue; }
            const Pa pa       = output_of (*leaf, page.ipa);
            const bool reads  = read && read->pa == pa;
            const bool writes = write && write->pa == pa;
            if (!reads || (entry::may_write.any (leaf->descriptor) && !writes)) {
                throw Violation{"explorer: the TLB of CPU " + std::to_string (i) + " still leads from IPA " +
                                hex (page.ipa) + " of VMID " + std::to_string (key.vmid) + " to " + hex (pa)};
            }
        }
    }
}

void CachedTranslations::check () {
    for (const Reached &page : pages_) {
        check (page);
    }
}

}  // namespace ravelin::sim::explore
