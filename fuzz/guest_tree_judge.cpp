// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/guest_tree_judge.hpp"

#include <algorithm>
#include <array>
#include <libfdt.h>

namespace ravelin::fuzz {

namespace {
constexpr std::array<std::string_view, 10> nodes{"chosen", "memory", "cpus",   "psci",  "intc",
                                                 "timer",  "pl011",  "serial", "clock", "virtio_mmio"};
constexpr std::array<std::string_view, 4> of_chosen{"bootargs", "linux,initrd-start", "linux,initrd-end",
                                                    "stdout-path"};

[[nodiscard]] auto base_name (const void *tree, int node) -> std::string_view {
    const char *const name = fdt_get_name (tree, node, nullptr);
    const std::string_view all{name == nullptr ? "" : name};
    return all.substr (0, all.find ('@'));
}

/// Calls @p judge with each range of the node's reg, of two cells each; false if it is one time.
template <class Judge>
[[nodiscard]] auto all_ranges (const void *tree, int node, const Judge &judge) -> bool {
    int length      = 0;
    const auto *reg = static_cast<const fdt64_t *> (fdt_getprop (tree, node, "reg", &length));
    bool good       = reg != nullptr && length % 16 == 0 && length != 0;
    for (int i = 0; good && i < length / 16; ++i) {
        const auto range = IpaRange::make (Ipa{fdt64_ld (reg + 2 * i)}, fdt64_ld (reg + 2 * i + 1));
        good             = range && range->size != 0 && judge (*range);
    }
    return good;
}

struct Judge {
    const void *tree;
    const ravelin_boot_parameters &vm;
    IpaRange image;

    [[nodiscard]] auto ram () const { return std::span{vm.ram}.first (vm.ram_ranges); }

    [[nodiscard]] auto is_ram (IpaRange range) const -> bool {
        return std::ranges::any_of (ram (), [&] (const ravelin_ram &one) {
            return range.start.value () >= one.start && range.start.value () - one.start < one.size &&
                   range.size <= one.size - (range.start.value () - one.start);
        });
    }

    [[nodiscard]] auto is_device (IpaRange range) const -> bool {
        const auto apart = [&] (std::uint64_t start, std::uint64_t size) {
            return range.end ().value () <= start || range.start.value () >= start + size;
        };
        const bool off_gic =
            vm.distributor == 0 || (apart (vm.distributor, 0x1000) && apart (vm.cpu_interface, 0x2000));
        return off_gic && range.end ().value () <= 1ULL << vm.ipa_bits &&
               std::ranges::all_of (ram (), [&] (const ravelin_ram &one) { return apart (one.start, one.size); });
    }

    [[nodiscard]] auto memory (int node) const -> bool {
        bool holds_image = false;
        const bool good  = all_ranges (tree, node, [&] (IpaRange range) {
            holds_image = holds_image || range.contains (image);
            return is_ram (range);
        });
        return good && holds_image;
    }

    [[nodiscard]] auto cpus (int parent) const -> bool {
        int node = 0;
        fdt_for_each_subnode (node, tree, parent) {
            int length      = 0;
            const auto *reg = static_cast<const fdt32_t *> (fdt_getprop (tree, node, "reg", &length));
            const auto *how = static_cast<const char *> (fdt_getprop (tree, node, "enable-method", nullptr));
            const bool there =
                reg != nullptr && length == 4 && fdt32_ld (reg) < 32 && (vm.vcpus >> fdt32_ld (reg) & 1U) != 0;
            if (!there || how == nullptr || std::string_view{how} != "psci") { return false; }
        }
        return true;
    }

    [[nodiscard]] auto chosen (int node, std::string_view command_line) const -> bool {
        int property = 0;
        fdt_for_each_property_offset (property, tree, node) {
            const char *name = nullptr;
            fdt_getprop_by_offset (tree, property, &name, nullptr);
            if (name == nullptr || std::ranges::find (of_chosen, std::string_view{name}) == of_chosen.end ()) {
                return false;
            }
        }
        const auto *bootargs = static_cast<const char *> (fdt_getprop (tree, node, "bootargs", nullptr));
        return bootargs != nullptr && command_line == bootargs;
    }

    [[nodiscard]] auto device (int node) const -> bool {
        int length            = 0;
        const auto *interrupt = static_cast<const fdt32_t *> (fdt_getprop (tree, node, "interrupts", &length));
        return interrupt != nullptr && length == 12 && fdt32_ld (interrupt) == 0 &&
               fdt32_ld (interrupt + 1) < vm.intids && fdt32_ld (interrupt + 1) + 32 < vm.intids &&
               all_ranges (tree, node, [&] (IpaRange range) { return is_device (range); });
    }
};
}  // namespace

auto judge_guest_tree (std::span<const std::byte> tree, const ravelin_boot_parameters &vm, IpaRange image,
                       std::string_view command_line) -> std::string_view {
    const Judge judge{tree.data (), vm, image};
    if (fdt_check_full (tree.data (), tree.size ()) != 0) { return "it is malformed"; }
    if (fdt_num_mem_rsv (tree.data ()) != 0) { return "it reserves memory"; }
    bool has_memory = false;
    bool has_chosen = false;
    int node        = 0;
    fdt_for_each_subnode (node, tree.data (), 0) {
        const auto name = base_name (tree.data (), node);
        if (std::ranges::find (nodes, name) == nodes.end ()) { return "it has a node of the host's"; }
        if (name == "memory" && !judge.memory (node)) { return "memory isn't the VM's RAM, or lacks the image"; }
        if (name == "cpus" && !judge.cpus (node)) { return "a CPU isn't the VM's, or isn't turned on by PSCI"; }
        if (name == "chosen" && !judge.chosen (node, command_line)) { return "/chosen isn't the manifest's"; }
        const bool device = name == "virtio_mmio" || name == "pl011" || name == "serial";
        if (device && !judge.device (node)) { return "a device is where none can be"; }
        has_memory = has_memory || name == "memory";
        has_chosen = has_chosen || name == "chosen";
    }
    return has_memory && has_chosen ? "" : "it lacks memory, or /chosen";
}

}  // namespace ravelin::fuzz
