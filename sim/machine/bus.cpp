// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/bus.hpp"

#include "sim/machine/violation.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace ravelin::sim {

static_assert (std::endian::native == std::endian::little, "RAM is read and written as the host's integers");

namespace {
/// The entry of an ascending list that holds all of @p range.
template <class Entry>
[[nodiscard]] auto find (const std::vector<Entry> &entries, PaRange range) -> const Entry * {
    auto after = std::ranges::upper_bound (entries, range.start, {}, [] (const Entry &e) { return e.range.start; });
    if (after == entries.begin ()) { return nullptr; }
    const Entry &entry = *std::prev (after);
    return entry.range.contains (range) ? &entry : nullptr;
}

template <class Entry>
void insert (std::vector<Entry> &entries, Entry entry) {
    const auto start = [] (const Entry &e) {
        return e.range.start;
    };
    entries.insert (std::ranges::upper_bound (entries, entry.range.start, {}, start), entry);
}
}  // namespace

void Bus::check_free (PaRange range) const {
    const auto clashes = [range] (const auto &entry) {
        return entry.range.overlaps (range);
    };
    if (range.size == 0 || !range.start.is_aligned (page_size) || !range.end ().is_aligned (page_size) ||
        std::ranges::any_of (ram_, clashes) || std::ranges::any_of (devices_, clashes)) {
        throw std::invalid_argument{"nothing fits on the bus at " + hex (range.start) + ", size " + hex (range.size)};
    }
}

void Bus::add_ram (PaRange range) {
    check_free (range);
    const auto &memory = memory_.emplace_back (range.size);
    insert (ram_, RamRegion{range, memory.bytes ().data ()});
}

void Bus::add_device (PaRange range, Device &device) {
    check_free (range);
    insert (devices_, DeviceWindow{range, &device});
}

auto Bus::find_ram (PaRange range) const -> const RamRegion * {
    return find (ram_, range);
}

auto Bus::find_device (PaRange range) const -> const DeviceWindow * {
    return find (devices_, range);
}

auto Bus::read (CpuIndex cpu, Pa pa, unsigned size) -> std::optional<std::uint64_t> {
    const PaRange range{pa, size};
    if (const auto *ram = find_ram (range)) {
        std::uint64_t value = 0;
        std::memcpy (&value, ram->at (pa), size);
        return value;
    }
    const auto *window = find_device (range);
    if (window == nullptr || !pa.is_aligned (size)) { return std::nullopt; }
    return window->device->read ({cpu, pa - window->range.start, size});
}

auto Bus::write (CpuIndex cpu, Pa pa, unsigned size, std::uint64_t value) -> bool {
    const PaRange range{pa, size};
    if (const auto *ram = find_ram (range)) {
        std::memcpy (ram->at (pa), &value, size);
        return true;
    }
    const auto *window = find_device (range);
    if (window == nullptr || !pa.is_aligned (size)) { return false; }
    window->device->write ({cpu, pa - window->range.start, size}, value);
    return true;
}

}  // namespace ravelin::sim
