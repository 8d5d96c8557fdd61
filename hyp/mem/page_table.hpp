// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/descriptor.hpp"
#include "hyp/mem/page_pool.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ravelin
{

/// A tree of translation tables in memory.
/// @tparam Format  which translation they are for: widths, and how attributes are written
template <class Format>
class PageTable
{
  public:
    using Input = typename Format::Input;
    using Kind  = typename Format::Kind;

    /// Tables that lie side by side at the start level.  [ARM DDI 0487, D8.2.2, concatenated tables]
    static constexpr std::uint64_t root_pages =
        1ULL << (Format::input_bits - descriptor::level_shift (Format::start_level) - 9);

    /// @param root  root_pages zeroed pages, aligned to their size
    explicit constexpr PageTable (Pa root) : root_{root} {}

    [[nodiscard]] constexpr auto root () const -> Pa { return root_; }

    /// Makes @p input lead to @p output from its first byte on, with the largest blocks that fit. All of it
    /// is page aligned. Only for tables that no CPU uses yet, or parts of them that were invalid: nothing is
    /// invalidated.
    /// @return  Status::exists where another mapping is in the way, Status::no_memory when the pool is used
    /// up;
    ///          what was mapped before that stays
    [[nodiscard]] auto map (hal::Cpu &cpu, PagePool &pool, Range<Input> input, Pa output, Kind kind)
        -> Result<void>
    {
        if (input.end ().value () > 1ULL << Format::input_bits)
        {
            return refuse (Status::invalid);
        }
        while (input.size != 0)
        {
            const auto step = map_one (cpu, pool, input, output, kind);
            if (!step)
            {
                return refuse (step.error ());
            }
            input  = Range<Input>{input.start + *step, input.size - *step};
            output = output + *step;
        }
        return {};
    }

    /// What @p input leads to, or nothing.
    [[nodiscard]] auto translate (hal::Cpu &cpu, Input input) const -> std::optional<Pa>
    {
        Pa table = root_;
        for (unsigned level = Format::start_level; level <= 3; ++level)
        {
            const auto entry = cpu.load<std::uint64_t> (entry_address (table, input, level));
            if (!descriptor::valid.any (entry))
            {
                return std::nullopt;
            }
            if (!descriptor::is_table (entry, level))
            {
                const std::uint64_t offset = input - input.align_down (entry_bytes (level));
                return descriptor::output (entry) + offset;
            }
            table = descriptor::output (entry);
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] static constexpr auto entry_bytes (unsigned level) -> std::uint64_t
    {
        return 1ULL << descriptor::level_shift (level);
    }

    [[nodiscard]] static constexpr auto entry_address (Pa table, Input input, unsigned level) -> Pa
    {
        const std::uint64_t entries = level == Format::start_level ? 512 * root_pages : 512;
        const std::uint64_t index   = (input.value () >> descriptor::level_shift (level)) & (entries - 1);
        return table + index * sizeof (std::uint64_t);
    }

    [[nodiscard]] static constexpr auto leaf (Pa output, unsigned level, Kind kind) -> std::uint64_t
    {
        const std::uint64_t page = level == 3 ? descriptor::table_or_page.mask () : 0;
        return output.value () | Format::attributes (kind) | descriptor::valid.mask () | page;
    }

    /// Maps the first block or page of @p input; returns its bytes.
    [[nodiscard]] auto map_one (hal::Cpu &cpu, PagePool &pool, Range<Input> input, Pa output, Kind kind)
        -> Result<std::uint64_t>
    {
        Pa table = root_;
        for (unsigned level = Format::start_level; level < 3; ++level)
        {
            const std::uint64_t bytes  = entry_bytes (level);
            const Pa where             = entry_address (table, input.start, level);
            const auto entry           = cpu.load<std::uint64_t> (where);
            const std::uint64_t offset = input.start - input.start.align_down (bytes);

            if (descriptor::is_table (entry, level))
            {
                table = descriptor::output (entry);
                continue;
            }
            if (descriptor::valid.any (entry))
            {
                const Pa block{output.value () - offset};
                return entry == leaf (block, level, kind)
                           ? Result<std::uint64_t>{std::min (input.size, bytes - offset)}
                           : refuse (Status::exists);
            }
            if (offset == 0 && input.size >= bytes && output.is_aligned (bytes))
            {
                cpu.store<std::uint64_t> (where, leaf (output, level, kind));
                return bytes;
            }
            const auto next = pool.allocate (cpu);
            if (!next)
            {
                return refuse (next.error ());
            }
            cpu.store<std::uint64_t> (where, descriptor::table (*next));
            table = *next;
        }
        return map_page (cpu, entry_address (table, input.start, 3), leaf (output, 3, kind));
    }

    [[nodiscard]] static auto map_page (hal::Cpu &cpu, Pa where, std::uint64_t wanted)
        -> Result<std::uint64_t>
    {
        const auto entry = cpu.load<std::uint64_t> (where);
        if (descriptor::valid.any (entry) && entry != wanted)
        {
            return refuse (Status::exists);
        }
        cpu.store<std::uint64_t> (where, wanted);
        return page_size;
    }

    Pa root_;
};

}  // namespace ravelin
