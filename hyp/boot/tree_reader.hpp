// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ravelin {

/// Reads a flattened device tree, once fdt_check_full() has found it sound. Every look-up ends by the tree's
/// size. [Devicetree Specification 0.4]
class TreeReader {
  public:
    /// Offset of a node in the tree's structure block; negative where there is no node, which has no properties.
    using Node = int;

    static constexpr Node none = -1;

    explicit TreeReader (std::span<const std::byte> tree) : tree_{tree.data ()} {}

    /// The node at @p path; an alias may stand for the path's first part.
    [[nodiscard]] auto find (std::string_view path) const -> Node;

    /// The first node behind @p previous (none: from the start) whose compatible list has @p name.
    [[nodiscard]] auto next_compatible (Node previous, const char *name) const -> Node;

    /// The first node behind @p previous (none: from the start) whose device_type is @p type.
    [[nodiscard]] auto next_of_type (Node previous, std::string_view type) const -> Node;

    /// The node's compatible list has @p name.
    [[nodiscard]] auto is_compatible (Node node, const char *name) const -> bool;

    /// The node isn't marked as disabled.  [2.3.4]
    [[nodiscard]] auto is_available (Node node) const -> bool;

    /// The property's text without its final zero; nothing if there's no such property.
    [[nodiscard]] auto text (Node node, const char *property) const -> std::optional<std::string_view>;

    /// The property as one number, of one or two cells.
    [[nodiscard]] auto number (Node node, const char *property) const -> std::optional<std::uint64_t>;

    /// Entry @p index of the node's reg [2.3.6], translated through the ranges of all buses above it.  [2.3.8]
    [[nodiscard]] auto cpu_range (Node node, unsigned index) const -> std::optional<PaRange>;

    /// Entry @p index of the memory reservation block; nothing beyond its end.  [5.3]
    [[nodiscard]] auto reservation (unsigned index) const -> std::optional<PaRange>;

    /// The child of @p parent behind @p previous (none: the first).
    [[nodiscard]] auto next_child (Node parent, Node previous) const -> Node;

  private:
    [[nodiscard]] auto bus_range (Node node, unsigned index) const -> std::optional<PaRange>;
    [[nodiscard]] auto translate (PaRange range, Node bus) const -> std::optional<PaRange>;
    [[nodiscard]] auto cells (Node node, const char *property) const -> std::span<const std::byte>;

    const std::byte *tree_;
};

}  // namespace ravelin
