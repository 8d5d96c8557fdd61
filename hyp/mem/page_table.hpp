// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/descriptor.hpp"
#include "hyp/mem/page_pool.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace ravelin {

/// A tree of translation tables in memory. A table that no entry of is valid is given up; the entry that
/// points to a table counts the valid ones.
///
/// Functions that change what was valid take a @p tlb, which invalidates what hardware may have kept of it:
/// see TlbBatch.
/// @tparam Format  which translation they are for: widths, and how attributes are written
template <class Format>
class PageTable {
  public:
    using Input = typename Format::Input;
    using Kind  = typename Format::Kind;

    /// Tables that lie side by side at the start level.  [ARM DDI 0487, D8.2.2, concatenated tables]
    static constexpr std::uint64_t root_pages =
        1ULL << (Format::input_bits - descriptor::level_shift (Format::start_level) - 9);

    /// What an input leads to: a page, a block, or where level 1 or 2 has no table, nothing of that size.
    struct Leaf {
        std::uint64_t entry;
        unsigned level;

        [[nodiscard]] constexpr auto valid () const -> bool { return descriptor::valid.any (entry); }
        [[nodiscard]] constexpr auto bytes () const -> std::uint64_t { return entry_bytes (level); }

        /// Where @p input, which is one of those it covers, leads.
        [[nodiscard]] constexpr auto output (Input input) const -> Pa {
            return descriptor::output (entry) + (input - input.align_down (bytes ()));
        }

        /// Whether it is of this kind.
        [[nodiscard]] constexpr auto is (Kind kind) const -> bool {
            return leaf (descriptor::output (entry), level, kind) == entry;
        }
    };

    constexpr PageTable () = default;

    /// @param root  root_pages zeroed pages, aligned to their size
    explicit constexpr PageTable (Pa root) : root_{root} {}

    [[nodiscard]] constexpr auto root () const -> Pa { return root_; }

    /// What @p input leads to; beyond the width of inputs there's nothing.
    [[nodiscard]] auto find (hal::Cpu &cpu, Input input) const -> Leaf {
        if (input.value () >> Format::input_bits != 0) { return {0, Format::start_level}; }
        const Path path = walk (cpu, input);
        return {path.value, path.level};
    }

    /// Where @p input leads, or nothing.
    [[nodiscard]] auto translate (hal::Cpu &cpu, Input input) const -> std::optional<Pa> {
        const Leaf found = find (cpu, input);
        return found.valid () ? std::optional{found.output (input)} : std::nullopt;
    }

    /// Makes @p input lead to @p output from its first byte on, with the largest blocks that fit. All of it
    /// is page aligned, and was invalid: nothing is invalidated.
    /// @return  Status::exists where another mapping is in the way, Status::no_memory when the pool is used
    /// up; what was
    ///          mapped before that stays
    [[nodiscard]] auto map (hal::Cpu &cpu, PagePool &pool, Range<Input> input, Pa output, Kind kind) -> Result<void> {
        if (input.end ().value () > 1ULL << Format::input_bits) { return refuse (Status::invalid); }
        while (input.size != 0) {
            const auto step = map_one (cpu, pool, input, output, kind);
            if (!step) { return refuse (step.error ()); }
            input  = behind (input, *step);
            output = output + *step;
        }
        return {};
    }

    /// Makes nothing of @p input lead anywhere. Blocks of which only a part goes are split, with pages of @p
    /// pool, which should have tables_to_split() of them.
    /// @return  Status::no_memory if it hasn't; what was unmapped before that stays so
    [[nodiscard]] auto unmap (hal::Cpu &cpu, PagePool &pool, auto &tlb, Range<Input> input) -> Result<void> {
        return change (cpu, pool, tlb, input, [] (const Leaf &) { return std::uint64_t{0}; });
    }

    /// Gives what is mapped in @p input the attributes of @p kind. Blocks of which only a part changes are
    /// split, as in unmap().
    [[nodiscard]] auto protect (hal::Cpu &cpu, PagePool &pool, auto &tlb, Range<Input> input, Kind kind)
        -> Result<void> {
        return change (cpu, pool, tlb, input, [kind] (const Leaf &found) {
            return leaf (descriptor::output (found.entry), found.level, kind);
        });
    }

    /// Turns tables around @p input that hold one contiguous block of memory into that block.
    void join (hal::Cpu &cpu, auto &tlb, Input input) {
        Path path = walk (cpu, input);
        for (unsigned level = path.level; level > Format::block_level && join_one (cpu, tlb, path, level); --level) {
            path = walk (cpu, input);
        }
    }

    /// The pages that map() takes from its pool for @p input, which is invalid.
    /// @param input  at most a block's bytes, or one whole block
    [[nodiscard]] auto tables_to_map (hal::Cpu &cpu, Range<Input> input) const -> std::uint64_t {
        const Input last    = input.start + (input.size - 1);
        const bool is_block = input.size == block_size && input.start.is_aligned (block_size);
        std::uint64_t count = 0;
        for (unsigned level = Format::start_level; level < (is_block ? 2U : 3U); ++level) {
            const auto missing = [&] (Input at) {
                return walk (cpu, at).level <= level ? 1U : 0U;
            };
            count += missing (input.start);
            const std::uint64_t bytes = entry_bytes (level);
            count += last.align_down (bytes) != input.start.align_down (bytes) ? missing (last) : 0U;
        }
        return count;
    }

    /// The pages that unmap() takes from its pool for @p input; or protect(), if @p kind is given.
    /// @param input  at most a block's bytes
    [[nodiscard]] auto tables_to_split (hal::Cpu &cpu, Range<Input> input, std::optional<Kind> kind = {}) const
        -> std::uint64_t {
        const auto splits = [&] (Input at) -> std::uint64_t {
            const Leaf found = find (cpu, at);
            const Range<Input> whole{at.align_down (found.bytes ()), found.bytes ()};
            const bool changes = found.valid () && !(kind && found.is (*kind));
            return changes && !input.contains (whole) ? 3 - found.level : 0;
        };
        const Input last = input.start + (input.size - 1);
        const bool two   = last.align_down (block_size) != input.start.align_down (block_size);
        return splits (input.start) + (two ? splits (last) : 0);
    }

    /// The first input from @p from on that leads somewhere, and what it leads to; nothing if there is none
    /// before the end. Looks at no more than @p entries entries, which it counts down; nothing too if they
    /// don't suffice.
    [[nodiscard]] auto next (hal::Cpu &cpu, Input from, std::uint64_t &entries) const
        -> std::optional<std::pair<Input, Leaf>> {
        while (from.value () < 1ULL << Format::input_bits && entries != 0) {
            --entries;
            const Leaf found = find (cpu, from);
            if (found.valid ()) { return std::pair{from.align_down (found.bytes ()), found}; }
            from = from.align_down (found.bytes ()) + found.bytes ();
        }
        return std::nullopt;
    }

  private:
    /// The way to an input: the entry of each level, down to where it ends.
    struct Path {
        std::array<Pa, 4> entries;
        unsigned level;
        std::uint64_t value;  // of the last entry
    };

    [[nodiscard]] static constexpr auto behind (Range<Input> input, std::uint64_t bytes) -> Range<Input> {
        const std::uint64_t step = std::min (bytes, input.size);
        return {input.start + step, input.size - step};
    }

    [[nodiscard]] static constexpr auto entry_bytes (unsigned level) -> std::uint64_t {
        return 1ULL << descriptor::level_shift (level);
    }

    [[nodiscard]] static constexpr auto entry_address (Pa table, Input input, unsigned level) -> Pa {
        const std::uint64_t entries = level == Format::start_level ? 512 * root_pages : 512;
        const std::uint64_t index   = (input.value () >> descriptor::level_shift (level)) & (entries - 1);
        return table + index * sizeof (std::uint64_t);
    }

    [[nodiscard]] static constexpr auto leaf (Pa output, unsigned level, Kind kind) -> std::uint64_t {
        const std::uint64_t page = level == 3 ? descriptor::table_or_page.mask () : 0;
        return output.value () | Format::attributes (kind) | descriptor::valid.mask () | page;
    }

    [[nodiscard]] auto walk (hal::Cpu &cpu, Input input) const -> Path {
        Path path{};
        Pa table = root_;
        for (path.level = Format::start_level;; ++path.level) {
            const Pa where           = entry_address (table, input, path.level);
            path.entries[path.level] = where;
            path.value               = cpu.load<std::uint64_t> (where);
            if (!descriptor::is_table (path.value, path.level)) { return path; }
            table = descriptor::output (path.value);
        }
    }

    /// Writes the entry of @p level, and keeps the count in the entry above. Both are owned by who calls.
    static void set (hal::Cpu &cpu, const Path &path, unsigned level, std::uint64_t value) {
        const Pa where = path.entries[level];
        const bool was = descriptor::valid.any (cpu.load<std::uint64_t> (where));
        const bool is  = descriptor::valid.any (value);
        cpu.store<std::uint64_t> (where, value);
        if (was != is && level > Format::start_level) {
            const Pa above    = path.entries[level - 1];
            const auto entry  = cpu.load<std::uint64_t> (above);
            const auto counts = descriptor::children.get (entry) + (is ? 1 : -1UL);
            cpu.store<std::uint64_t> (above, descriptor::children.set (entry, counts));
        }
    }

    /// Maps the first block or page of @p input; returns its bytes.
    [[nodiscard]] auto map_one (hal::Cpu &cpu, PagePool &pool, Range<Input> input, Pa output, Kind kind)
        -> Result<std::uint64_t> {
        Path path = walk (cpu, input.start);
        while (true) {
            const std::uint64_t bytes  = entry_bytes (path.level);
            const std::uint64_t offset = input.start - input.start.align_down (bytes);
            if (descriptor::valid.any (path.value)) {
                const Pa start{output.value () - offset};
                return path.value == leaf (start, path.level, kind)
                           ? Result<std::uint64_t>{std::min (input.size, bytes - offset)}
                           : refuse (Status::exists);
            }
            if (path.level >= Format::block_level && offset == 0 && input.size >= bytes && output.is_aligned (bytes)) {
                set (cpu, path, path.level, leaf (output, path.level, kind));
                return bytes;
            }
            const auto next = pool.allocate (cpu);
            if (!next) { return refuse (next.error ()); }
            // Walkers that find the table find its zeros.
            cpu.dsb<hal::Dsb::ishst> ();
            set (cpu, path, path.level, descriptor::table (*next));
            path = walk (cpu, input.start);
        }
    }

    /// Replaces each valid entry in @p input by what @p make says of it.
    [[nodiscard]] auto change (hal::Cpu &cpu, PagePool &pool, auto &tlb, Range<Input> input, const auto &make)
        -> Result<void> {
        while (input.size != 0) {
            const Path path = walk (cpu, input.start);
            const Leaf found{path.value, path.level};
            const Range<Input> whole{input.start.align_down (found.bytes ()), found.bytes ()};
            const std::uint64_t value = found.valid () ? make (found) : 0;
            if (found.valid () && value != found.entry) {
                if (!input.contains (whole)) {
                    if (!split (cpu, pool, tlb, path, input.start)) { return refuse (Status::no_memory); }
                    continue;
                }
                set (cpu, path, path.level, value);
                tlb.invalidate (cpu, input.start);
                if (value == 0) { drop_empty (cpu, tlb, path); }
            }
            input = behind (input, whole.end () - input.start);
        }
        return {};
    }

    /// Replaces the block at the end of @p path by a table that leads to the same. While it changes, the
    /// block is invalid: break before make.  [D8.14.1]
    [[nodiscard]] auto split (hal::Cpu &cpu, PagePool &pool, auto &tlb, const Path &path, Input input) -> bool {
        const auto next = pool.allocate (cpu);
        if (!next) { return false; }
        const unsigned level       = path.level + 1;
        const std::uint64_t page   = level == 3 ? descriptor::table_or_page.mask () : 0;
        const std::uint64_t rights = path.value & ~descriptor::output_address.mask ();
        const Pa start             = descriptor::output (path.value);
        for (std::uint64_t i = 0; i < 512; ++i) {
            cpu.store<std::uint64_t> (*next + i * sizeof (std::uint64_t),
                                      (start + i * entry_bytes (level)).value () | rights | page);
        }
        set (cpu, path, path.level, 0);
        tlb.invalidate_now (cpu, input);
        set (cpu, path, path.level, descriptor::children.set (descriptor::table (*next), 512));
        return true;
    }

    /// Gives up tables on @p path that have become empty, from below.
    void drop_empty (hal::Cpu &cpu, auto &tlb, const Path &path) {
        for (unsigned level = path.level; level > Format::start_level; --level) {
            const auto above = cpu.load<std::uint64_t> (path.entries[level - 1]);
            if (descriptor::children.any (above)) { return; }
            set (cpu, path, level - 1, 0);
            tlb.retire (cpu, descriptor::output (above));
        }
    }

    /// Replaces the table in which the entry of @p level lies by a block, if that leads to the same.
    [[nodiscard]] auto join_one (hal::Cpu &cpu, auto &tlb, const Path &path, unsigned level) -> bool {
        const Pa above  = path.entries[level - 1];
        const auto link = cpu.load<std::uint64_t> (above);
        if (descriptor::children.get (link) != 512) { return false; }
        const Pa table   = descriptor::output (link);
        const auto first = cpu.load<std::uint64_t> (table);
        if (!descriptor::output (first).is_aligned (entry_bytes (level - 1)) || descriptor::is_table (first, level)) {
            return false;
        }
        for (std::uint64_t i = 1; i < 512; ++i) {
            if (cpu.load<std::uint64_t> (table + i * sizeof (std::uint64_t)) != first + i * entry_bytes (level)) {
                return false;
            }
        }
        set (cpu, path, level - 1, 0);
        tlb.invalidate_all_now (cpu);
        set (cpu, path, level - 1, first & ~descriptor::table_or_page.mask ());
        tlb.retire (cpu, table);
        return true;
    }

    Pa root_;
};

}  // namespace ravelin
