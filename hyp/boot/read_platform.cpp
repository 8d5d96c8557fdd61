// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/read_platform.hpp"

#include "hyp/boot/host_tree.hpp"
#include "hyp/boot/tree_reader.hpp"

#include <array>
#include <libfdt.h>

namespace ravelin {

namespace {
using Node          = TreeReader::Node;
constexpr Node none = TreeReader::none;

[[nodiscard]] auto read_board (const TreeReader &tree, Platform &platform) -> Booted<void> {
    for (const Board &board : boards ()) {
        if (tree.is_compatible (0, board.compatible)) {
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

[[nodiscard]] auto read_ram (const TreeReader &tree, Platform &platform) -> Booted<void> {
    for (Node node = tree.next_of_type (none, "memory"); node >= 0; node = tree.next_of_type (node, "memory")) {
        for (unsigned i = 0; const auto range = tree.cpu_range (node, i); ++i) {
            if (!add_ram (platform, *range)) {
                return give_up ("device tree: more banks of memory than", platform.ram.size ());
            }
        }
    }
    return platform.ram.empty () ? Booted<void>{give_up ("device tree: no memory")} : Booted<void>{};
}

// The one that booted is there, and comes first, wherever the tree has it.
[[nodiscard]] auto read_cpus (const TreeReader &tree, Platform &platform) -> Booted<void> {
    const Affinity boot_cpu = platform.cpus[0].affinity;
    bool found              = false;
    for (Node node = tree.next_of_type (none, "cpu"); node >= 0; node = tree.next_of_type (node, "cpu")) {
        const auto reg = tree.number (node, "reg");
        if (!reg || !tree.is_available (node)) { continue; }
        const CpuNode cpu{Affinity{*reg}, std::optional<Pa>{tree.number (node, "cpu-release-addr")}};
        if (cpu.affinity == boot_cpu) {
            found = true;
        } else if (!platform.cpus.push (cpu)) {
            return give_up ("device tree: more CPUs than", max_cpus);
        }
    }
    return found ? Booted<void>{} : give_up ("device tree: no CPU node for the CPU that booted", boot_cpu.value ());
}

[[nodiscard]] auto read_gic (const TreeReader &tree, Platform &platform) -> Booted<void> {
    Node node = tree.next_compatible (none, "arm,gic-400");
    if (node < 0) { node = tree.next_compatible (none, "arm,cortex-a15-gic"); }
    if (node < 0) { return give_up ("device tree: no GICv2 interrupt controller"); }
    const std::array parts{&platform.gic.distributor, &platform.gic.cpu_interface, &platform.gic.virtual_control,
                           &platform.gic.virtual_interface};
    for (unsigned i = 0; i < parts.size (); ++i) {
        const auto range = tree.cpu_range (node, i);
        if (!range || !range->start.is_aligned (page_size)) {
            return give_up ("device tree: the GICv2 lacks the range with index", i);
        }
        *parts[i] = *range;
    }
    return {};
}

[[nodiscard]] auto read_console (const TreeReader &tree, const Board &board) -> Uart {
    const auto path  = tree.text (tree.find ("/chosen"), "stdout-path");
    const Node node  = path ? tree.find (path->substr (0, path->find (':'))) : none;
    const auto range = tree.cpu_range (node, 0);
    if (range && tree.is_compatible (node, "arm,pl011")) { return Uart{Uart::Kind::pl011, range->start}; }
    if (range && tree.is_compatible (node, "brcm,bcm2835-aux-uart")) {
        return Uart{Uart::Kind::mini_uart, range->start};
    }
    return board.last_resort.front ();
}

[[nodiscard]] auto read_initrd (const TreeReader &tree, Platform &platform) -> Booted<void> {
    const Node chosen = tree.find ("/chosen");
    const auto start  = tree.number (chosen, "linux,initrd-start");
    const auto end    = tree.number (chosen, "linux,initrd-end");
    if (!start || !end) { return {}; }
    if (*end < *start) { return give_up ("device tree: the initramfs ends before it starts, at", *end); }
    platform.initrd = PaRange{Pa{*start}, *end - *start};
    return {};
}

/// What the tree's two lists say: the reservation block, and the children of /reserved-memory that have a
/// place.
[[nodiscard]] auto read_reserved (const TreeReader &tree, Platform &platform) -> Booted<void> {
    bool fits = true;
    for (unsigned i = 0; const auto range = tree.reservation (i); ++i) {
        fits &= platform.reserved.push (*range);
    }
    const Node parent = tree.find ("/reserved-memory");
    for (Node node = tree.next_child (parent, none); node >= 0; node = tree.next_child (parent, node)) {
        for (unsigned i = 0; const auto range = tree.cpu_range (node, i); ++i) {
            fits &= platform.reserved.push (*range);
        }
    }
    return fits ? Booted<void>{}
                : give_up ("device tree: more ranges of reserved memory than", platform.reserved.size ());
}

[[nodiscard]] auto check_power (const TreeReader &tree, Platform &platform) -> Booted<void> {
    if (platform.board->power == PowerControl::firmware) {
        return tree.text (tree.find ("/psci"), "method") == "smc"
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

auto read_platform (std::span<const std::byte> bytes, Affinity boot_cpu) -> Booted<Platform> {
    const TreeReader tree{bytes};
    Platform platform;

    static_cast<void> (platform.cpus.push (CpuNode{boot_cpu, {}}));
    for (const auto step : {read_board, read_ram, read_cpus, read_gic, check_power, read_reserved, read_initrd}) {
        if (const auto done = step (tree, platform); !done) { return std::unexpected{done.error ()}; }
    }
    platform.console = read_console (tree, *platform.board);
    return platform;
}

}  // namespace ravelin
