// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/table_map.hpp"

#include "hyp/mem/descriptor.hpp"
#include "sim/models/mmu_registers.hpp"

#include <cstring>

namespace ravelin::sim::trace {

namespace {
constexpr std::uint64_t entries    = page_size / sizeof (std::uint64_t);
constexpr unsigned root_level      = Stage2Format::start_level;
constexpr std::uint64_t root_pages = (1ULL << (Stage2Format::input_bits - covered_bits (root_level))) / entries;
}  // namespace

template <class Use>
void TableMap::for_each_table (Pa page, unsigned level, const Use &use) const {
    const auto *ram = bus_.find_ram ({page, page_size});
    if (ram == nullptr) { return; }
    for (std::uint64_t i = 0; i < entries; ++i) {
        std::uint64_t value = 0;
        std::memcpy (&value, ram->at (page + i * sizeof value), sizeof value);
        if (descriptor::is_table (value, level)) { use (descriptor::output (value), i); }
    }
}

void TableMap::add (Pa page, const Table &table) {
    tables_.insert_or_assign (page, table);
    for_each_table (page, table.level, [&] (Pa below, std::uint64_t i) {
        add (below, {table.vmid, table.level + 1, table.base + (i << covered_bits (table.level))});
    });
}

void TableMap::drop (Pa page, unsigned level) {
    const auto found = tables_.find (page);
    if (found == tables_.end () || found->second.level != level) { return; }
    tables_.erase (found);
    for_each_table (page, level, [&] (Pa below, std::uint64_t) { drop (below, level + 1); });
}

void TableMap::use (std::uint64_t vttbr) {
    const auto vmid = vttbr::vmid.get (vttbr);
    const Pa root{vttbr & descriptor::output_address.mask ()};
    const auto [known, is_new] = roots_.try_emplace (vmid, root);
    if (!is_new && known->second == root) { return; }
    for (std::uint64_t i = 0; i < root_pages; ++i) {
        if (!is_new) { drop (known->second + i * page_size, root_level); }
    }
    known->second = root;
    for (std::uint64_t i = 0; i < root_pages; ++i) {
        add (root + i * page_size, {vmid, root_level, Ipa{i * entries << covered_bits (root_level)}});
    }
}

void TableMap::store (Pa pa, std::uint64_t old, std::uint64_t value) {
    const auto place = find (pa);
    if (!place) { return; }
    const auto leads = [&] (std::uint64_t entry) {
        return descriptor::is_table (entry, place->level) ? std::optional{descriptor::output (entry)} : std::nullopt;
    };
    const auto before = leads (old);
    const auto after  = leads (value);
    if (before == after) { return; }
    if (before) { drop (*before, place->level + 1); }
    if (after) { add (*after, {place->vmid, place->level + 1, place->ipa}); }
}

void TableMap::fill (PaRange range) {
    const Pa end = range.end ();
    auto next    = tables_.lower_bound (range.start.align_down (page_size));
    while (next != tables_.end () && next->first < end) {
        const auto root = roots_.find (next->second.vmid);
        if (root != roots_.end () && next->second.level == root_level) { roots_.erase (root); }
        next = tables_.erase (next);
    }
}

auto TableMap::find (Pa pa) const -> std::optional<Place> {
    const Pa page    = pa.align_down (page_size);
    const auto found = tables_.find (page);
    if (found == tables_.end ()) { return std::nullopt; }
    const Table &table = found->second;
    const auto i       = (pa - page) / sizeof (std::uint64_t);
    return Place{table.vmid, table.level, table.base + (i << covered_bits (table.level))};
}

}  // namespace ravelin::sim::trace
