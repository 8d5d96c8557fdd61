// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/board/board.hpp"
#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "hyp/dev/console.hpp"

#include <algorithm>
#include <optional>

namespace ravelin {

/// Where the parts of a GICv2 with virtualization extensions are.  [IHI 0048B, 4.1.1, 5.1]
struct GicRanges {
    PaRange distributor;        // GICD
    PaRange cpu_interface;      // GICC
    PaRange virtual_control;    // GICH
    PaRange virtual_interface;  // GICV
};

/// A CPU as the device tree has it.
struct CpuNode {
    Affinity affinity;
    std::optional<Pa> release_address;  // of a spin table: the core goes where this doubleword says
};

/// The machine: what the device tree says, and the board it names.
struct Platform {
    const Board *board{};
    BoundedVector<PaRange, 16> ram;
    BoundedVector<CpuNode, max_cpus> cpus;  // by CpuIndex
    GicRanges gic{};
    Uart console;
    std::optional<PaRange> initrd;
    BoundedVector<PaRange, 16> reserved;  // RAM that the tree says is in use

    [[nodiscard]] auto ram_size () const -> std::uint64_t {
        std::uint64_t bytes = 0;
        for (const PaRange &bank : ram) {
            bytes += bank.size;
        }
        return bytes;
    }

    /// Whether all of @p range is RAM of one bank.
    [[nodiscard]] auto is_ram (PaRange range) const -> bool {
        return std::ranges::any_of (ram, [&] (const PaRange &bank) { return bank.contains (range); });
    }

    /// The CPU with this affinity, or nothing.
    [[nodiscard]] auto find_cpu (Affinity affinity) const -> std::optional<CpuIndex> {
        for (std::uint32_t i = 0; i < cpus.size (); ++i) {
            if (cpus[i].affinity == affinity) { return CpuIndex{i}; }
        }
        return std::nullopt;
    }
};

}  // namespace ravelin
