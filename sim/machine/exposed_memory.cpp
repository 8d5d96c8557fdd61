// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/exposed_memory.hpp"

#include "sim/models/mmu.hpp"
#include "sim/models/mmu_registers.hpp"

#include <algorithm>
#include <array>
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
    if (ram == nullptr) { return false; }
    const auto leads = [&] (std::uint64_t descriptor) {
        if (!entry::valid.any (descriptor)) { return false; }
        const Pa output{descriptor & entry::address.mask ()};
        if (level != 3 && entry::points.any (descriptor)) {
            return leads_to (page, output, level + 1, page_size / sizeof descriptor);
        }
        return entry::may_write.any (descriptor) && PaRange{output, 1ULL << covered_bits (level)}.contains (page);
    };
    // Most of a table is empty: that is seen of many descriptors at once.
    std::array<std::uint64_t, 16> some{};
    for (std::uint64_t first = 0; first < entries; first += some.size ()) {
        const auto count = std::min<std::uint64_t> (some.size (), entries - first);
        std::memcpy (some.data (), ram->at (table + first * sizeof some[0]), count * sizeof some[0]);
        std::uint64_t any = 0;
        for (const std::uint64_t descriptor : some) {
            any |= descriptor;
        }
        if (entry::valid.any (any) && std::any_of (some.begin (), some.begin () + count, leads)) { return true; }
    }
    return false;
}

}  // namespace ravelin::sim
