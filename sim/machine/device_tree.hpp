// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/board_map.hpp"
#include "sim/machine/tree_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim {

/// Which UART the tree names as the console.
enum class ConsoleKind : std::uint8_t {
    pl011,
    mini_uart,  // only a Pi has one
};

/// What a board's tree says of this machine in particular.
struct TreeOptions {
    std::uint32_t cpus{1};
    std::uint64_t memory{1ULL << 30};
    std::string command_line{};
    std::optional<PaRange> initrd{};
    ConsoleKind console{ConsoleKind::pl011};
};

/// A flattened device tree that tests may change and damage.  [Devicetree Specification 0.4]
class DeviceTree {
  public:
    explicit DeviceTree (std::vector<std::byte> tree);

    /// The tree that the board's loader hands over.
    [[nodiscard]] static auto of (const BoardMap &board, const TreeOptions &options) -> DeviceTree;

    /// The tree as it lies in memory.
    [[nodiscard]] auto bytes () const -> std::span<const std::byte>;

    /// Sets a property of the node at @p path, which exists.
    void set_text (std::string_view path, const char *property, std::string_view value);
    void set_cells (std::string_view path, const char *property, const Cells &value);

    /// Adds an empty node below the one at @p parent, which exists.
    void add_node (std::string_view parent, const char *name);

    void remove_property (std::string_view path, const char *property);
    void remove_node (std::string_view path);

  private:
    [[nodiscard]] auto find (std::string_view path) const -> int;

    std::vector<std::byte> tree_;  // with room to grow
};

/// The trees of QEMU's virt and of the Pi 4B.
[[nodiscard]] auto virt_tree (const BoardMap &board, const TreeOptions &options) -> std::vector<std::byte>;
[[nodiscard]] auto pi4b_tree (const BoardMap &board, const TreeOptions &options) -> std::vector<std::byte>;

/// Writes what both boards have in /chosen, apart from the console.
void write_boot_options (TreeWriter &tree, const TreeOptions &options);

/// Writes the interrupts of the generic timer: PPIs 29, 30, 27 and 26, wired to all CPUs.
void write_timer (TreeWriter &tree, std::uint32_t cpus);

}  // namespace ravelin::sim
