// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/tree_reader.hpp"

#include <cstddef>
#include <libfdt.h>
#include <span>

namespace ravelin::tree_reader {

namespace {
constexpr unsigned cell_size = 4;

// Buses above a device: more than any board has, and an end to the walk in a malformed tree.
constexpr unsigned deepest_bus = 8;

/// The big-endian number in the first @p count cells, at most two, from cell @p at on; @p cells has them.
[[nodiscard]] auto read_cells (std::span<const std::byte> cells, unsigned at, unsigned count) -> std::uint64_t {
    std::uint64_t value = 0;
    for (const std::byte byte : cells.subspan (at * cell_size, count * cell_size)) {
        value = value << 8 | std::to_integer<std::uint64_t> (byte);
    }
    return value;
}

/// Cells that a bus uses for addresses and sizes of its children; Ravelin reads numbers of up to two.
struct BusCells {
    unsigned address;
    unsigned size;

    [[nodiscard]] static auto of (const void *tree, int bus) -> std::optional<BusCells> {
        const int address = fdt_address_cells (tree, bus);
        const int size    = fdt_size_cells (tree, bus);
        if (address < 1 || address > 2 || size < 0 || size > 2) { return std::nullopt; }
        return BusCells{static_cast<unsigned> (address), static_cast<unsigned> (size)};
    }
};

[[nodiscard]] auto cells (const void *tree, int node, const char *property) -> std::span<const std::byte> {
    int length       = 0;
    const void *data = fdt_getprop (tree, node, property, &length);
    if (data == nullptr) { return {}; }
    return {static_cast<const std::byte *> (data), static_cast<std::size_t> (length)};
}

/// Entry @p index of the node's reg, as its bus numbers it.
[[nodiscard]] auto bus_range (const void *tree, int node, unsigned index) -> std::optional<PaRange> {
    const auto bus = BusCells::of (tree, fdt_parent_offset (tree, node));
    if (!bus) { return std::nullopt; }
    const auto reg       = cells (tree, node, "reg");
    const unsigned entry = bus->address + bus->size;
    const unsigned at    = index * entry;
    if (reg.size () / cell_size < at + entry) { return std::nullopt; }
    return PaRange::make (Pa{read_cells (reg, at, bus->address)}, read_cells (reg, at + bus->address, bus->size));
}

/// @p range of @p bus, as the bus above it numbers it.
[[nodiscard]] auto translate (const void *tree, PaRange range, int bus) -> std::optional<PaRange> {
    const auto child = BusCells::of (tree, bus);
    const auto outer = BusCells::of (tree, fdt_parent_offset (tree, bus));
    const auto table = cells (tree, bus, "ranges");
    if (!child || !outer || table.data () == nullptr) { return std::nullopt; }
    if (table.empty ()) { return range; }
    const unsigned entry = child->address + outer->address + child->size;
    for (unsigned at = 0; (at + entry) * cell_size <= table.size (); at += entry) {
        const auto from = PaRange::make (Pa{read_cells (table, at, child->address)},
                                         read_cells (table, at + child->address + outer->address, child->size));
        if (from && from->contains (range)) {
            const Pa to{read_cells (table, at + child->address, outer->address)};
            return PaRange::make (to + (range.start - from->start), range.size);
        }
    }
    return std::nullopt;
}
}  // namespace

auto is_available (const void *tree, int node) -> bool {
    const auto status = text (tree, node, "status");
    return !status || *status == "okay" || *status == "ok";
}

auto text (const void *tree, int node, const char *property) -> std::optional<std::string_view> {
    const auto data = cells (tree, node, property);
    if (data.empty () || data.back () != std::byte{0}) { return std::nullopt; }
    return std::string_view{reinterpret_cast<const char *> (data.data ()), data.size () - 1};
}

auto number (const void *tree, int node, const char *property) -> std::optional<std::uint64_t> {
    const auto data = cells (tree, node, property);
    if (data.size () != cell_size && data.size () != 2 * cell_size) { return std::nullopt; }
    return read_cells (data, 0, static_cast<unsigned> (data.size () / cell_size));
}

auto cpu_range (const void *tree, int node, unsigned index) -> std::optional<PaRange> {
    auto range = bus_range (tree, node, index);
    int bus    = fdt_parent_offset (tree, node);
    for (unsigned depth = 0; range && bus > 0 && depth < deepest_bus; ++depth) {
        range = translate (tree, *range, bus);
        bus   = fdt_parent_offset (tree, bus);
    }
    return bus == 0 ? range : std::nullopt;
}

auto reservation (const void *tree, int index) -> std::optional<PaRange> {
    std::uint64_t address = 0;
    std::uint64_t size    = 0;
    if (index >= fdt_num_mem_rsv (tree) || fdt_get_mem_rsv (tree, index, &address, &size) != 0) { return std::nullopt; }
    return PaRange::make (Pa{address}, size);
}

}  // namespace ravelin::tree_reader
