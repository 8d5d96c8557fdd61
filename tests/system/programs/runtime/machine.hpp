// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/range.hpp"
#include "layout.h"

#include <cstdint>
#include <string_view>

namespace el1 {

using ravelin::Pa;
using ravelin::PaRange;

/// What a program knows of a board without asking the tree.
struct Board {
    std::string_view name;
    const char *compatible;  // one of the root node's compatible strings
    Pa uart;                 // PL011
    Pa gic_distributor;
    Pa gic_cpu_interface;
};

/// The machine as its device tree describes it.
struct Machine {
    const Board *board{};
    ravelin::BoundedVector<std::uint64_t, EL1_MAX_CPUS> cpus;  // affinities; the first is the one that booted
    ravelin::BoundedVector<PaRange, 8> ram;
    PaRange ravelin{};           // what the tree says is Ravelin's, its image; empty if it doesn't say
    PaRange reserve{};           // and the rest, elsewhere
    PaRange initrd{};            // what was loaded beside the program; empty if nothing was
    std::string_view arguments;  // the command line, in the tree
    bool is_complete{};          // there was room for all CPUs and RAM

    /// The address behind the highest RAM.
    [[nodiscard]] auto end_of_ram () const -> Pa;

    /// Whether there's RAM at @p address that isn't Ravelin's.
    [[nodiscard]] auto has_memory_at (Pa address) const -> bool;

    /// Whether this is the Raspberry Pi 4B, or QEMU's idea of it.
    [[nodiscard]] auto is_pi () const -> bool { return board->name == "raspi4b"; }
};

/// The board that @p tree names; virt if it isn't a tree, or names none that is known.
[[nodiscard]] auto find_board (const void *tree) -> const Board &;

/// Reads the machine from @p tree.
[[nodiscard]] auto read_machine (const void *tree) -> Machine;

/// The machine that this program runs on.
[[nodiscard]] auto machine () -> const Machine &;

}  // namespace el1
