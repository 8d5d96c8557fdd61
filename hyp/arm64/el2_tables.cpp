// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/el2_tables.hpp"

#include "hyp/arm64/layout.h"
#include "hyp/arm64/sections.hpp"
#include "hyp/boot/image.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/page_table.hpp"

#include <array>

// start.S puts it into TTBR0_EL2.
extern "C" alignas (ravelin::page_size) constinit std::array<std::byte, ravelin::page_size> ravelin_el2_root{};

namespace ravelin::arm64 {

namespace {
using Table = PageTable<El2Stage1Format>;
using Kind  = Table::Kind;

static_assert (El2Stage1Format::mair == RAVELIN_MAIR_EL2);
static_assert (Table::root_pages == 1);

// Enough for the image, a dozen banks of RAM with odd ends, and each device at its own place.
constexpr std::uint64_t table_pages = 48;

alignas (page_size) constinit std::array<std::byte, table_pages * page_size> tables{};

/// All that EL2's stage 1 is made of; only the first CPU changes it, while booting.
struct El2Tables {
    Table table{address_of (ravelin_el2_root.data ())};
    PagePool pool{PaRange{address_of (tables.data ()), tables.size ()}};

    [[nodiscard]] auto map (hal::Cpu &cpu, PaRange range, Kind kind) -> Result<void> {
        return table.map (cpu, pool, {Va{range.start.value ()}, range.size}, range.start, kind);
    }
};

[[nodiscard]] auto el2_tables () -> El2Tables & {
    static El2Tables instance;
    return instance;
}

[[nodiscard]] auto own_memory () -> PaRange {
    return ImageLayout::at (address_of (image_start)).own;
}

/// A part of the image, and how EL2 has it.
struct Part {
    PaRange range;
    Kind kind;
};
}  // namespace

auto map_image (hal::Cpu &cpu) -> Result<void> {
    constexpr std::size_t stacks = RAVELIN_MAX_CPUS + 1;  // one a CPU, and the one for faults

    std::array<Part, 4 + stacks> parts{{
        {between (image_start, constants_start), Kind::code},
        {between (constants_start, data_start), Kind::constants},
        {between (data_start, stacks_start), Kind::memory},
        {{address_of (image_end), own_memory ().end () - address_of (image_end)}, Kind::memory},
    }};
    for (std::size_t i = 0; i < stacks; ++i) {
        const Pa guard   = address_of (stacks_start) + i * RAVELIN_STACK_SPAN;
        parts.at (4 + i) = {{guard + RAVELIN_STACK_GUARD, RAVELIN_STACK_SIZE}, Kind::memory};
    }
    for (const Part &part : parts) {
        if (const auto mapped = el2_tables ().map (cpu, part.range, part.kind); !mapped) { return mapped; }
    }
    return {};
}

auto map_for_el2 (hal::Cpu &cpu, PaRange range, hal::Reach kind) -> Result<void> {
    const Pa start = range.start.align_down (page_size);
    const PaRange pages{start, range.end ().align_up (page_size) - start};
    const Kind how = kind == hal::Reach::memory ? Kind::memory : Kind::device;

    for (const PaRange &part : pages.without (own_memory ())) {
        if (const auto mapped = el2_tables ().map (cpu, part, how); !mapped) { return mapped; }
    }
    // Entries that were invalid are in no TLB; the walker only has to see them.
    cpu.dsb<hal::Dsb::ishst> ();
    cpu.isb ();
    return {};
}

}  // namespace ravelin::arm64
