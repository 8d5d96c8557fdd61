// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/tree_reader.hpp"

#include <libfdt.h>

namespace ravelin {

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
}  // namespace

auto TreeReader::cells (Node node, const char *property) const -> std::span<const std::byte> {
    int length       = 0;
    const void *data = fdt_getprop (tree_, node, property, &length);
    if (data == nullptr) { return {}; }
    return {static_cast<const std::byte *> (data), static_cast<std::size_t> (length)};
}

auto TreeReader::find (std::string_view path) const -> Node {
    return fdt_path_offset_namelen (tree_, path.data (), static_cast<int> (path.size ()));
}

auto TreeReader::next_compatible (Node previous, const char *name) const -> Node {
    return fdt_node_offset_by_compatible (tree_, previous, name);
}

auto TreeReader::next_of_type (Node previous, std::string_view type) const -> Node {
    // The value's final zero is part of the property.
    return fdt_node_offset_by_prop_value (tree_, previous, "device_type", type.data (),
                                          static_cast<int> (type.size () + 1));
}

auto TreeReader::next_child (Node parent, Node previous) const -> Node {
    // libfdt takes a parent that isn't there for what is above the root.
    if (parent < 0) { return none; }
    return previous < 0 ? fdt_first_subnode (tree_, parent) : fdt_next_subnode (tree_, previous);
}

auto TreeReader::is_compatible (Node node, const char *name) const -> bool {
    return fdt_node_check_compatible (tree_, node, name) == 0;
}

auto TreeReader::is_available (Node node) const -> bool {
    const auto status = text (node, "status");
    return !status || *status == "okay" || *status == "ok";
}

auto TreeReader::text (Node node, const char *property) const -> std::optional<std::string_view> {
    const auto data = cells (node, property);
    if (data.empty () || data.back () != std::byte{0}) { return std::nullopt; }
    return std::string_view{reinterpret_cast<const char *> (data.data ()), data.size () - 1};
}

auto TreeReader::number (Node node, const char *property) const -> std::optional<std::uint64_t> {
    const auto data = cells (node, property);
    if (data.size () != cell_size && data.size () != 2 * cell_size) { return std::nullopt; }
    return read_cells (data, 0, static_cast<unsigned> (data.size () / cell_size));
}

auto TreeReader::bus_range (Node node, unsigned index) const -> std::optional<PaRange> {
    const auto bus = BusCells::of (tree_, fdt_parent_offset (tree_, node));
    if (!bus) { return std::nullopt; }
    const auto reg       = cells (node, "reg");
    const unsigned entry = bus->address + bus->size;
    const unsigned at    = index * entry;
    if (reg.size () / cell_size < at + entry) { return std::nullopt; }
    return PaRange::make (Pa{read_cells (reg, at, bus->address)}, read_cells (reg, at + bus->address, bus->size));
}

auto TreeReader::cpu_range (Node node, unsigned index) const -> std::optional<PaRange> {
    auto range = bus_range (node, index);
    Node bus   = fdt_parent_offset (tree_, node);
    for (unsigned depth = 0; range && bus > 0 && depth < deepest_bus; ++depth) {
        range = translate (*range, bus);
        bus   = fdt_parent_offset (tree_, bus);
    }
    return bus == 0 ? range : std::nullopt;
}

auto TreeReader::translate (PaRange range, Node bus) const -> std::optional<PaRange> {
    const auto child = BusCells::of (tree_, bus);
    const auto outer = BusCells::of (tree_, fdt_parent_offset (tree_, bus));
    const auto table = cells (bus, "ranges");
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

auto TreeReader::reservation (unsigned index) const -> std::optional<PaRange> {
    std::uint64_t address = 0;
    std::uint64_t size    = 0;
    if (static_cast<int> (index) >= fdt_num_mem_rsv (tree_) ||
        fdt_get_mem_rsv (tree_, static_cast<int> (index), &address, &size) != 0) {
        return std::nullopt;
    }
    return PaRange::make (Pa{address}, size);
}

}  // namespace ravelin
