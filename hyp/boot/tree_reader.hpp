// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// What libfdt doesn't read by itself of a flattened device tree, once fdt_check_full() has found it sound. Nodes
/// are offsets, as libfdt has them; a negative one is none, and has nothing to read. Every look-up ends by the tree's
/// size. [Devicetree Specification 0.4]
namespace ravelin::tree_reader {

/// The node isn't marked as disabled.  [2.3.4]
[[nodiscard]] auto is_available (const void *tree, int node) -> bool;

/// The property's text without its final zero; nothing if there's no such property.
[[nodiscard]] auto text (const void *tree, int node, const char *property) -> std::optional<std::string_view>;

/// The property as one number, of one or two cells.
[[nodiscard]] auto number (const void *tree, int node, const char *property) -> std::optional<std::uint64_t>;

/// Entry @p index of the node's reg [2.3.6], translated through the ranges of all buses above it.  [2.3.8]
[[nodiscard]] auto cpu_range (const void *tree, int node, unsigned index) -> std::optional<PaRange>;

/// Entry @p index of the memory reservation block; nothing beyond its end.  [5.3]
[[nodiscard]] auto reservation (const void *tree, int index) -> std::optional<PaRange>;

}  // namespace ravelin::tree_reader
