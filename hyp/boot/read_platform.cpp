// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/boot/read_platform.hpp"

#include "hyp/boot/host_tree.hpp"
#include "hyp/boot/tree_reader.hpp"

#include <array>
#include <libfdt.h>
#include <utility>

namespace ravelin {

namespace {
using Node = TreeReader::Node;

[[nodiscard]] auto find_board (const TreeReader &tree) -> const Board * {
    for (const Board &board : boards ()) {
        if (tree.is_compatible (0, board.compatible)) { return &board; }
    }
    return nullptr;
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
    for (auto node = tree.next_of_type ({}, "memory"); node; node = tree.next_of_type (node, "memory")) {
        unsigned i = 0;
        for (auto range = tree.cpu_range (*node, i); range; range = tree.cpu_range (*node, ++i)) {
            if (!add_ram (platform, *range)) {
                return give_up ("device tree: more banks of memory than", platform.ram.size ());
            }
        }
    }
    return platform.ram.empty () ? Booted<void>{give_up ("device tree: no memory")} : Booted<void>{};
}

[[nodiscard]] auto read_cpus (const TreeReader &tree, Platform &platform, Affinity boot_cpu) -> Booted<void> {
    // The one that booted comes first, wherever the tree has it.
    if (!platform.cpus.push (CpuNode{boot_cpu, {}})) { std::unreachable (); }
    bool found = false;
    for (auto node = tree.next_of_type ({}, "cpu"); node; node = tree.next_of_type (node, "cpu")) {
        const auto reg = tree.number (*node, "reg");
        if (!reg || !tree.is_available (*node)) { continue; }
        const Affinity affinity{*reg};
        if (affinity == boot_cpu) {
            found = true;
            continue;
        }
        const auto release = tree.number (*node, "cpu-release-addr");
        if (!platform.cpus.push (CpuNode{affinity, release ? std::optional{Pa{*release}} : std::nullopt})) {
            return give_up ("device tree: more CPUs than", max_cpus);
        }
    }
    return found ? Booted<void>{} : give_up ("device tree: no CPU node for the CPU that booted", boot_cpu.value ());
}

[[nodiscard]] auto read_gic (const TreeReader &tree, Platform &platform) -> Booted<void> {
    auto node = tree.next_compatible ({}, "arm,gic-400");
    if (!node) { node = tree.next_compatible ({}, "arm,cortex-a15-gic"); }
    if (!node) { return give_up ("device tree: no GICv2 interrupt controller"); }
    const std::array parts{&platform.gic.distributor, &platform.gic.cpu_interface, &platform.gic.virtual_control,
                           &platform.gic.virtual_interface};
    for (unsigned i = 0; i < parts.size (); ++i) {
        const auto range = tree.cpu_range (*node, i);
        if (!range || !range->start.is_aligned (page_size)) {
            return give_up ("device tree: the GICv2 lacks the range with index", i);
        }
        *parts[i] = *range;
    }
    return {};
}

[[nodiscard]] auto read_console (const TreeReader &tree, const Board &board) -> Uart {
    const auto chosen = tree.find ("/chosen");
    const auto path   = chosen ? tree.text (*chosen, "stdout-path") : std::nullopt;
    const auto node   = path ? tree.find (path->substr (0, path->find (':'))) : std::nullopt;
    const auto range  = node ? tree.cpu_range (*node, 0) : std::nullopt;
    if (range && tree.is_compatible (*node, "arm,pl011")) { return Uart{Uart::Kind::pl011, range->start}; }
    if (range && tree.is_compatible (*node, "brcm,bcm2835-aux-uart")) {
        return Uart{Uart::Kind::mini_uart, range->start};
    }
    return board.last_resort.front ();
}

[[nodiscard]] auto read_initrd (const TreeReader &tree) -> Booted<std::optional<PaRange>> {
    const auto chosen = tree.find ("/chosen");
    const auto start  = chosen ? tree.number (*chosen, "linux,initrd-start") : std::nullopt;
    const auto end    = chosen ? tree.number (*chosen, "linux,initrd-end") : std::nullopt;
    if (!start || !end) { return std::nullopt; }
    if (*end < *start) { return give_up ("device tree: the initramfs ends before it starts, at", *end); }
    return PaRange{Pa{*start}, *end - *start};
}

/// What the tree's two lists say: the reservation block, and the children of /reserved-memory that have a
/// place.
[[nodiscard]] auto read_reserved (const TreeReader &tree, Platform &platform) -> Booted<void> {
    bool fits  = true;
    unsigned i = 0;
    for (auto range = tree.reservation (i); range; range = tree.reservation (++i)) {
        fits &= platform.reserved.push (*range);
    }
    if (const auto parent = tree.find ("/reserved-memory")) {
        for (auto node = tree.next_child (*parent, {}); node; node = tree.next_child (*parent, node)) {
            unsigned part = 0;
            for (auto range = tree.cpu_range (*node, part); range; range = tree.cpu_range (*node, ++part)) {
                fits &= platform.reserved.push (*range);
            }
        }
    }
    return fits ? Booted<void>{}
                : give_up ("device tree: more ranges of reserved memory than", platform.reserved.size ());
}

[[nodiscard]] auto check_power (const TreeReader &tree, const Platform &platform) -> Booted<void> {
    if (platform.board->power == PowerControl::firmware) {
        const auto psci   = tree.find ("/psci");
        const auto method = psci ? tree.text (*psci, "method") : std::nullopt;
        return method == "smc" ? Booted<void>{} : give_up ("device tree: no PSCI by SMC on a board that has it");
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

    platform.board = find_board (tree);
    if (platform.board == nullptr) { return give_up ("device tree: this board is not supported"); }
    platform.console = read_console (tree, *platform.board);

    if (const auto ram = read_ram (tree, platform); !ram) { return std::unexpected{ram.error ()}; }
    if (const auto cpus = read_cpus (tree, platform, boot_cpu); !cpus) { return std::unexpected{cpus.error ()}; }
    if (const auto gic = read_gic (tree, platform); !gic) { return std::unexpected{gic.error ()}; }
    if (const auto power = check_power (tree, platform); !power) { return std::unexpected{power.error ()}; }
    if (const auto reserved = read_reserved (tree, platform); !reserved) { return std::unexpected{reserved.error ()}; }
    const auto initrd = read_initrd (tree);
    if (!initrd) { return std::unexpected{initrd.error ()}; }
    platform.initrd = *initrd;
    return platform;
}

}  // namespace ravelin
