// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/exposed_memory.hpp"

#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

#include <cstring>

namespace ravelin::sim {

auto ExposedMemory::find (const Stage2 &world, Pa page) const -> bool {
    // The host's is an identity map; nothing else of its kind needs to be searched.
    if (!vttbr::vmid.any (world.vttbr)) {
        const auto found =
            Mmu{bus_}.translate ({.hcr_el2 = hcr::stage2.mask (), .vtcr_el2 = world.vtcr, .vttbr_el2 = world.vttbr},
                                 {.va = Va{page.value ()}, .kind = AccessKind::write});
        return found && found->pa == page;
    }
    const auto input_bits = 64 - vtcr::t0sz.get (world.vtcr);
    const auto start      = 2 - static_cast<unsigned> (vtcr::start_level.get (world.vtcr));
    return leads_to (page, Pa{world.vttbr & entry::address.mask ()}, start,
                     1ULL << (input_bits - covered_bits (start)));
}

auto ExposedMemory::leads_to (Pa page, Pa table, unsigned level, std::uint64_t entries) const -> bool {
    const auto *ram = bus_.find_ram ({table, entries * sizeof (std::uint64_t)});
    for (std::uint64_t i = 0; ram != nullptr && i < entries; ++i) {
        std::uint64_t found = 0;
        std::memcpy (&found, ram->at (table + i * sizeof found), sizeof found);
        if (!entry::valid.any (found)) { continue; }
        const Pa output{found & entry::address.mask ()};
        const bool leaf = level == 3 || !entry::points.any (found);
        if (leaf ? entry::may_write.any (found) && PaRange{output, 1ULL << covered_bits (level)}.contains (page)
                 : leads_to (page, output, level + 1, page_size / sizeof found)) {
            return true;
        }
    }
    return false;
}

}  // namespace ravelin::sim
