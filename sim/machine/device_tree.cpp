// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/device_tree.hpp"

#include <libfdt.h>
#include <stdexcept>
#include <utility>

namespace ravelin::sim {

namespace {
constexpr std::size_t room_to_grow = 4096;

auto check (int result) -> int {
    if (result < 0) { throw std::logic_error{std::string{"device tree: "} + fdt_strerror (result)}; }
    return result;
}
}  // namespace

DeviceTree::DeviceTree (std::vector<std::byte> tree) : tree_ (tree.size () + room_to_grow) {
    check (fdt_open_into (tree.data (), tree_.data (), static_cast<int> (tree_.size ())));
}

auto DeviceTree::of (const BoardMap &board, const TreeOptions &options) -> DeviceTree {
    return DeviceTree{board.name == BoardName::virt ? virt_tree (board, options) : pi4b_tree (board, options)};
}

auto DeviceTree::bytes () const -> std::span<const std::byte> {
    return {tree_.data (), fdt_totalsize (tree_.data ())};
}

auto DeviceTree::find (std::string_view path) const -> int {
    return check (fdt_path_offset_namelen (tree_.data (), path.data (), static_cast<int> (path.size ())));
}

void DeviceTree::set_text (std::string_view path, const char *property, std::string_view value) {
    const std::string terminated{value};
    check (fdt_setprop_string (tree_.data (), find (path), property, terminated.c_str ()));
}

void DeviceTree::set_cells (std::string_view path, const char *property, const Cells &value) {
    const auto &bytes = value.bytes ();
    check (fdt_setprop (tree_.data (), find (path), property, bytes.data (), static_cast<int> (bytes.size ())));
}

void DeviceTree::add_node (std::string_view parent, const char *name) {
    check (fdt_add_subnode (tree_.data (), find (parent), name));
}

void DeviceTree::remove_property (std::string_view path, const char *property) {
    check (fdt_delprop (tree_.data (), find (path), property));
}

void DeviceTree::remove_node (std::string_view path) {
    check (fdt_del_node (tree_.data (), find (path)));
}

void write_boot_options (TreeWriter &tree, const TreeOptions &options) {
    tree.text ("bootargs", options.command_line);
    if (options.initrd) {
        tree.cells ("linux,initrd-start", Cells{}.doubleword (options.initrd->start.value ()));
        tree.cells ("linux,initrd-end", Cells{}.doubleword (options.initrd->end ().value ()));
    }
}

void write_timer (TreeWriter &tree, std::uint32_t cpus) {
    // Each: private, number of the PPI, CPUs and level-high.  [Linux, arm,gic.yaml]
    const std::uint32_t flags = ((1U << cpus) - 1) << 8 | 4;
    tree.node ("timer", [&] {
        tree.texts ("compatible", {"arm,armv8-timer", "arm,armv7-timer"});
        tree.empty ("always-on");
        tree.cells ("interrupts", {1, 13, flags, 1, 14, flags, 1, 11, flags, 1, 10, flags});
    });
}

}  // namespace ravelin::sim
