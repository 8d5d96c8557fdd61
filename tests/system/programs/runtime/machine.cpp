// SPDX-License-Identifier: BSD-2-Clause
#include "machine.hpp"

#include "system_register.hpp"

#include <algorithm>
#include <array>
#include <libfdt.h>

namespace el1 {

namespace {
constexpr std::array boards{
    Board{"virt", "linux,dummy-virt", Pa{0x0900'0000}, Pa{0x0800'0000}, Pa{0x0801'0000}},
    Board{"raspi4b", "raspberrypi,4-model-b", Pa{0xfe20'1000}, Pa{0xff84'1000}, Pa{0xff84'2000}},
};

constexpr std::uint64_t affinity_mask = 0xff'00ff'ffff;  // MPIDR_EL1's affinity fields

/// The cells of a property, which are big-endian.
class Cells {
  public:
    Cells (const void *tree, int node, const char *property) {
        int length = 0;
        cells_     = static_cast<const fdt32_t *> (fdt_getprop (tree, node, property, &length));
        left_      = cells_ == nullptr ? 0 : static_cast<unsigned> (length) / sizeof (fdt32_t);
    }

    [[nodiscard]] auto left () const -> unsigned { return left_; }

    /// The number in the next @p count cells; they are there.
    [[nodiscard]] auto next (unsigned count) -> std::uint64_t {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i) {
            value = value << 32 | fdt32_to_cpu (*cells_++);
        }
        left_ -= count;
        return value;
    }

  private:
    const fdt32_t *cells_{};
    unsigned left_{};
};

/// Calls @p use with each range of the reg of @p node, a child of @p parent.
template <class Use>
void for_each_range (const void *tree, int parent, int node, Use use) {
    const auto address_cells = static_cast<unsigned> (fdt_address_cells (tree, parent));
    const auto size_cells    = static_cast<unsigned> (fdt_size_cells (tree, parent));
    for (Cells reg{tree, node, "reg"}; reg.left () >= address_cells + size_cells;) {
        const Pa start{reg.next (address_cells)};
        use (PaRange{start, reg.next (size_cells)});
    }
}

/// Calls @p use with each node whose device_type is @p type.
template <std::size_t N, class Use>
void for_each_of_type (const void *tree, const char (&type)[N], Use use) {
    int node = -1;
    while ((node = fdt_node_offset_by_prop_value (tree, node, "device_type", type, N)) >= 0) {
        use (node);
    }
}
}  // namespace

auto Machine::end_of_ram () const -> Pa {
    Pa end{};
    for (const PaRange &bank : ram) {
        end = std::max (end, bank.end ());
    }
    return end;
}

auto Machine::has_memory_at (Pa address) const -> bool {
    return !ravelin.contains (address) && !reserve.contains (address) &&
           std::ranges::any_of (ram, [address] (const PaRange &bank) { return bank.contains (address); });
}

auto find_board (const void *tree) -> const Board & {
    for (const Board &board : boards) {
        if (fdt_check_header (tree) == 0 && fdt_node_check_compatible (tree, 0, board.compatible) == 0) {
            return board;
        }
    }
    return boards.front ();
}

auto read_machine (const void *tree) -> Machine {
    Machine machine;
    machine.board = &find_board (tree);

    const std::uint64_t self = read<sysreg::mpidr_el1> () & affinity_mask;
    bool fits                = machine.cpus.push (self);
    for_each_of_type (tree, "cpu", [&] (int node) {
        Cells reg{tree, node, "reg"};
        const auto affinity = reg.next (reg.left ());
        fits &= affinity == self || machine.cpus.push (affinity);
    });
    for_each_of_type (tree, "memory", [&] (int node) {
        for_each_range (tree, 0, node, [&] (PaRange bank) { fits &= bank.size == 0 || machine.ram.push (bank); });
    });

    const int reserved = fdt_path_offset (tree, "/reserved-memory");
    const int ravelin  = fdt_path_offset (tree, "/reserved-memory/ravelin");
    if (reserved >= 0 && ravelin >= 0) {
        for_each_range (tree, reserved, ravelin, [&] (PaRange range) {
            (machine.ravelin.size == 0 ? machine.ravelin : machine.reserve) = range;
        });
    }
    const int chosen = fdt_path_offset (tree, "/chosen");
    Cells initrd_start{tree, chosen, "linux,initrd-start"};
    Cells initrd_end{tree, chosen, "linux,initrd-end"};
    if (initrd_start.left () != 0 && initrd_end.left () != 0) {
        const Pa start{initrd_start.next (initrd_start.left ())};
        machine.initrd = {start, Pa{initrd_end.next (initrd_end.left ())} - start};
    }
    int length        = 0;
    const auto *words = static_cast<const char *> (fdt_getprop (tree, chosen, "bootargs", &length));
    if (words != nullptr && length > 0) { machine.arguments = {words, static_cast<std::size_t> (length) - 1}; }
    machine.is_complete = fits;
    return machine;
}

}  // namespace el1
