// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/host_tree.hpp"

#include "hyp/boot/tree_reader.hpp"

#include <algorithm>
#include <libfdt.h>

namespace ravelin::firmware {

namespace {
using namespace tree_reader;

constexpr std::uint64_t header_size  = 40;          // [Devicetree Specification 0.4, 5.2]
constexpr std::uint64_t largest_tree = 2ULL << 20;  // a kernel takes no larger one

/// Entry @p index of the node's reg; the node is a child of the root.
[[nodiscard]] auto range_of (const void *tree, int node, unsigned index) -> std::optional<IpaRange> {
    const auto range = cpu_range (tree, node, index);
    return range.transform ([] (PaRange pa) { return IpaRange{Ipa{pa.start.value ()}, pa.size}; });
}

[[nodiscard]] auto has_type (const void *tree, int node, std::string_view type) -> bool {
    return text (tree, node, "device_type") == type;
}

[[nodiscard]] auto is_compatible (const void *tree, int node, const char *with) -> bool {
    return fdt_node_check_compatible (tree, node, with) == 0;
}

/// A device's registers and interrupt, if both can be what they say.
[[nodiscard]] auto read_device (const void *tree, int node, const Vm &vm) -> std::optional<Device> {
    constexpr int cells           = 3;  // of a GIC's interrupt: kind, number, flags
    constexpr std::uint32_t spi   = 0;
    constexpr std::uint32_t edge  = 1;
    constexpr std::uint32_t level = 4;
    constexpr std::uint32_t first = 32;  // INTID of SPI 0

    int length            = 0;
    const auto *interrupt = static_cast<const fdt32_t *> (fdt_getprop (tree, node, "interrupts", &length));
    const auto registers  = range_of (tree, node, 0);
    if (!registers || !vm.is_device (*registers) || interrupt == nullptr ||
        length != cells * static_cast<int> (sizeof *interrupt)) {
        return std::nullopt;
    }
    const Device device{*registers, fdt32_ld (interrupt + 1), fdt32_ld (interrupt + 2)};
    const bool possible = fdt32_ld (interrupt) == spi && device.spi < vm.parameters ().intids &&
                          device.spi + first < vm.parameters ().intids &&
                          (device.flags == edge || device.flags == level);
    return possible ? std::optional{device} : std::nullopt;
}

[[nodiscard]] auto add_memory (const void *tree, int node, const Vm &vm, GuestMachine &machine) -> bool {
    for (unsigned i = 0; const auto range = range_of (tree, node, i); ++i) {
        const auto meets = [&] (const IpaRange &other) {
            return other.overlaps (*range);
        };
        if (range->size == 0 || !vm.is_ram (*range) || std::ranges::any_of (machine.memory, meets) ||
            !machine.memory.push (*range)) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] auto add_vcpus (const void *tree, int parent, const Vm &vm, GuestMachine &machine) -> bool {
    for (int node = fdt_first_subnode (tree, parent); node >= 0; node = fdt_next_subnode (tree, node)) {
        if (!has_type (tree, node, "cpu") || !is_available (tree, node)) { continue; }
        const auto number = tree_reader::number (tree, node, "reg");
        if (!number || *number >= 32) { return false; }
        const std::uint32_t bit = 1U << *number;
        if ((vm.parameters ().vcpus & bit) == 0 || (machine.vcpus & bit) != 0) { return false; }
        machine.vcpus |= bit;
    }
    return true;
}

/// The kind of UART that the node is, if it's one.
[[nodiscard]] auto kind_of (const void *tree, int node) -> Uart::Kind {
    if (is_compatible (tree, node, "arm,pl011")) { return Uart::Kind::pl011; }
    return is_compatible (tree, node, "ns16550a") ? Uart::Kind::ns16550 : Uart::Kind::none;
}

/// Adds what the node describes, if it's of a kind that a kernel may know of; false if that can't be.
[[nodiscard]] auto add_node (const void *tree, int node, const Vm &vm, GuestMachine &machine) -> bool {
    const char *const name = fdt_get_name (tree, node, nullptr);
    if (name == nullptr || !is_available (tree, node)) { return name != nullptr; }
    if (has_type (tree, node, "memory")) { return add_memory (tree, node, vm, machine); }
    if (std::string_view{name} == "cpus") { return add_vcpus (tree, node, vm, machine); }
    if (is_compatible (tree, node, "virtio,mmio")) {
        const auto device = read_device (tree, node, vm);
        return device && machine.virtio.push (*device);
    }
    // A kernel gets one console.
    const auto kind = kind_of (tree, node);
    if (kind == Uart::Kind::none || machine.uart.kind != Uart::Kind::none) { return true; }
    const auto device = read_device (tree, node, vm);
    if (device) { machine.uart = {kind, *device}; }
    return device.has_value ();
}
}  // namespace

auto find_tree (Memory &memory, const Vm &vm, IpaRange image) -> Verified<std::span<const std::byte>> {
    const Ipa start{vm.parameters ().device_tree};
    constexpr std::uint64_t alignment = 8;
    if (!start.is_aligned (alignment) || !vm.is_ram ({start, header_size})) { return refuse (RAVELIN_REFUSED_TREE); }
    if (image.overlaps ({start, header_size})) { return refuse (RAVELIN_REFUSED_OVERLAP); }
    const auto *const header = memory.reach ({start, header_size}).data ();
    const IpaRange range{start, fdt_check_header (header) == 0 ? fdt_totalsize (header) : 0};
    if (range.size < header_size || range.size > largest_tree || !vm.is_ram (range)) {
        return refuse (RAVELIN_REFUSED_TREE);
    }
    if (image.overlaps (range)) { return refuse (RAVELIN_REFUSED_OVERLAP); }
    const auto tree = memory.reach (range);
    if (fdt_check_full (tree.data (), tree.size ()) != 0) { return refuse (RAVELIN_REFUSED_TREE); }
    return tree;
}

auto find_uart (Memory &memory, const Vm &vm) -> Uart {
    const auto tree = find_tree (memory, vm, {});
    if (!tree) { return {}; }
    const void *const data = tree->data ();
    for (int node = fdt_first_subnode (data, 0); node >= 0; node = fdt_next_subnode (data, node)) {
        const auto kind = kind_of (data, node);
        if (kind == Uart::Kind::none || !is_available (data, node)) { continue; }
        if (const auto device = read_device (data, node, vm)) { return {kind, *device}; }
    }
    return {};
}

auto read_machine (std::span<const std::byte> tree, const Vm &vm, IpaRange image) -> Verified<GuestMachine> {
    const void *const data = tree.data ();
    GuestMachine machine;
    for (int node = fdt_first_subnode (data, 0); node >= 0; node = fdt_next_subnode (data, node)) {
        if (!add_node (data, node, vm, machine)) { return refuse (RAVELIN_REFUSED_TREE); }
    }
    const bool holds_image =
        std::ranges::any_of (machine.memory, [&] (const IpaRange &range) { return range.contains (image); });
    constexpr std::uint32_t first_vcpu = 1;
    if (!holds_image || (machine.vcpus & first_vcpu) == 0) { return refuse (RAVELIN_REFUSED_TREE); }
    return machine;
}

}  // namespace ravelin::firmware
