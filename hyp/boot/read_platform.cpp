// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/steps.hpp"
#include "hyp/boot/tree_reader.hpp"

#include <algorithm>
#include <array>
#include <libfdt.h>

namespace ravelin {

namespace {
using namespace tree_reader;

/// The first node behind @p previous (-1: from the start) whose device_type is @p type.
template <std::size_t Size>
[[nodiscard]] auto next_of_type (const void *tree, int previous, const char (&type)[Size]) -> int {
    return fdt_node_offset_by_prop_value (tree, previous, "device_type", type, Size);
}

[[nodiscard]] auto read_board (const void *tree, Platform &platform) -> Booted<void> {
    for (const Board &board : boards ()) {
        if (fdt_node_check_compatible (tree, 0, board.compatible) == 0) {
            platform.board = &board;
            return {};
        }
    }
    return give_up ("device tree: this board is not supported");
}

/// Adds the whole pages of @p range; false if there's no room for one more bank.
[[nodiscard]] auto add_ram (Platform &platform, PaRange range) -> bool {
    const Pa first = range.start.align_up (page_size);
    const Pa end   = range.end ().align_down (page_size);
    if (first >= end) { return true; }
    // Firmware may describe one bank in parts; something may lie across them.
    if (auto &ram = platform.ram; !ram.empty () && ram[ram.size () - 1].end () == first) {
        ram[ram.size () - 1].size += end - first;
        return true;
    }
    return platform.ram.push (PaRange{first, end - first});
}

[[nodiscard]] auto read_ram (const void *tree, Platform &platform) -> Booted<void> {
    for (int node = next_of_type (tree, -1, "memory"); node >= 0; node = next_of_type (tree, node, "memory")) {
        for (unsigned i = 0; const auto range = cpu_range (tree, node, i); ++i) {
            if (!add_ram (platform, *range)) {
                return give_up ("device tree: more banks of memory than", platform.ram.size ());
            }
        }
    }
    return platform.ram.empty () ? Booted<void>{give_up ("device tree: no memory")} : Booted<void>{};
}

// The one that booted is there, and comes first, wherever the tree has it.
[[nodiscard]] auto read_cpus (const void *tree, Platform &platform) -> Booted<void> {
    const Affinity boot_cpu = platform.cpus[0].affinity;
    bool found              = false;
    for (int node = next_of_type (tree, -1, "cpu"); node >= 0; node = next_of_type (tree, node, "cpu")) {
        const auto reg = number (tree, node, "reg");
        if (!reg || !is_available (tree, node)) { continue; }
        const CpuNode cpu{Affinity{*reg}, std::optional<Pa>{number (tree, node, "cpu-release-addr")}};
        if (cpu.affinity == boot_cpu) {
            found = true;
        } else if (!platform.cpus.push (cpu)) {
            return give_up ("device tree: more CPUs than", max_cpus);
        }
    }
    return found ? Booted<void>{} : give_up ("device tree: no CPU node for the CPU that booted", boot_cpu.value ());
}

[[nodiscard]] auto read_gic (const void *tree, Platform &platform) -> Booted<void> {
    int node = fdt_node_offset_by_compatible (tree, -1, "arm,gic-400");
    if (node < 0) { node = fdt_node_offset_by_compatible (tree, -1, "arm,cortex-a15-gic"); }
    if (node < 0) { return give_up ("device tree: no GICv2 interrupt controller"); }
    const std::array parts{&platform.gic.distributor, &platform.gic.cpu_interface, &platform.gic.virtual_control,
                           &platform.gic.virtual_interface};
    for (unsigned i = 0; i < parts.size (); ++i) {
        const auto range = cpu_range (tree, node, i);
        if (!range || !range->start.is_aligned (page_size)) {
            return give_up ("device tree: the GICv2 lacks the range with index", i);
        }
        *parts[i] = *range;
    }
    return {};
}

[[nodiscard]] auto read_console (const void *tree, const Board &board) -> Uart {
    const auto path  = text (tree, fdt_path_offset (tree, "/chosen"), "stdout-path").value_or ("");
    const auto name  = path.substr (0, path.find (':'));
    const int node   = fdt_path_offset_namelen (tree, name.data (), static_cast<int> (name.size ()));
    const auto range = cpu_range (tree, node, 0);
    if (range && fdt_node_check_compatible (tree, node, "arm,pl011") == 0) {
        return Uart{Uart::Kind::pl011, range->start};
    }
    if (range && fdt_node_check_compatible (tree, node, "brcm,bcm2835-aux-uart") == 0) {
        return Uart{Uart::Kind::mini_uart, range->start};
    }
    return board.last_resort.front ();
}

[[nodiscard]] auto read_initrd (const void *tree, Platform &platform) -> Booted<void> {
    const int chosen = fdt_path_offset (tree, "/chosen");
    const auto start = number (tree, chosen, "linux,initrd-start");
    const auto end   = number (tree, chosen, "linux,initrd-end");
    if (!start || !end) { return {}; }
    if (*end < *start) { return give_up ("device tree: the initramfs ends before it starts, at", *end); }
    platform.initrd = PaRange{Pa{*start}, *end - *start};
    return {};
}

/// What the tree's two lists say: the reservation block, and the children of /reserved-memory that have a
/// place.
[[nodiscard]] auto read_reserved (const void *tree, Platform &platform) -> Booted<void> {
    bool fits = true;
    for (int i = 0; const auto range = reservation (tree, i); ++i) {
        fits &= platform.reserved.push (*range);
    }
    const int parent = fdt_path_offset (tree, "/reserved-memory");
    // libfdt takes a parent that isn't there for what is above the root.
    int node = parent < 0 ? parent : fdt_first_subnode (tree, parent);
    for (; node >= 0; node = fdt_next_subnode (tree, node)) {
        for (unsigned i = 0; const auto range = cpu_range (tree, node, i); ++i) {
            fits &= platform.reserved.push (*range);
        }
    }
    return fits ? Booted<void>{}
                : give_up ("device tree: more ranges of reserved memory than", platform.reserved.size ());
}

[[nodiscard]] auto check_power (const void *tree, Platform &platform) -> Booted<void> {
    if (platform.board->power == PowerControl::firmware) {
        return text (tree, fdt_path_offset (tree, "/psci"), "method") == "smc"
                   ? Booted<void>{}
                   : give_up ("device tree: no PSCI by SMC on a board that has it");
    }
    for (std::uint32_t i = 1; i < platform.cpus.size (); ++i) {
        const auto release = platform.cpus[i].release_address;
        if (!release || !release->is_aligned (sizeof (std::uint64_t))) {
            return give_up ("device tree: no spin table for the CPU with affinity", platform.cpus[i].affinity.value ());
        }
    }
    return {};
}
}  // namespace

auto open_tree (hal::Cpu &cpu, Pa where) -> Booted<std::span<const std::byte>> {
    constexpr std::uint64_t header_size = 40;
    if (where == Pa{0} || !where.is_aligned (8)) { return give_up ("no device tree: X0 is", where.value ()); }
    const auto head = PaRange::make (where, header_size);
    if (!head || !cpu.reach (*head, hal::Reach::memory)) {
        return give_up ("the device tree can't be reached at", where.value ());
    }
    const void *header = cpu.bytes (*head).data ();
    if (fdt_check_header (header) != 0) {
        return give_up ("no device tree: its header is malformed at", where.value ());
    }
    const PaRange whole{where, fdt_totalsize (header)};
    if (whole.size > largest_firmware_tree) {
        return give_up ("the device tree is too large, its size is", whole.size);
    }
    if (!cpu.reach (whole, hal::Reach::memory)) {
        return give_up ("the device tree can't be reached at", where.value ());
    }
    const auto bytes = cpu.bytes (whole);
    if (fdt_check_full (bytes.data (), bytes.size ()) != 0) {
        return give_up ("the device tree is malformed at", where.value ());
    }
    return bytes;
}

auto read_platform (std::span<const std::byte> tree, Affinity boot_cpu) -> Booted<Platform> {
    Platform platform;
    static_cast<void> (platform.cpus.push (CpuNode{boot_cpu, {}}));
    for (const auto step : {read_board, read_ram, read_cpus, read_gic, check_power, read_reserved, read_initrd}) {
        if (const auto done = step (tree.data (), platform); !done) { return std::unexpected{done.error ()}; }
    }
    platform.console = read_console (tree.data (), *platform.board);
    return platform;
}

}  // namespace ravelin
