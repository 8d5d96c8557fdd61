// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/bus.hpp"
#include "sim/machine/random.hpp"
#include "sim/models/cache_line.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace ravelin::sim {

/// What becomes of lines that nobody maintains.
enum class Eviction : std::uint8_t {
    never,    // they stay, unless there's no room
    at_once,  // none is ever kept: as if there were no cache
    seeded,   // dirty ones are written back, and all are dropped, at moments that the seed decides
};

/// The data and unified caches of all CPUs: to observers that use them they are one. The machine's RAM holds what
/// those see. Beside it, for each line that a cache has, is kept what the others see: memory at the point of
/// coherency, and what the point of unification has.  [ARM DDI 0487, B2.7, D7.5]
class DataCache {
  public:
    /// Lines that it has room for: 1 MiB, the L2 of a BCM2711.
    static constexpr std::size_t capacity = (1U << 20) / cache_line_size;

    /// @param bus  has the RAM; outlives the cache
    DataCache (const Bus &bus, Eviction eviction, std::uint64_t seed) : bus_{bus}, eviction_{eviction}, random_{seed} {}

    /// A cacheable observer reads @p range of RAM, and finds there what it is to see.
    void read (PaRange range);

    /// One is about to write to @p range, or to get hold of it.
    void write (PaRange range);

    /// An observer that uses no cache reads as many bytes from @p pa on, or writes them: all in one line.
    void read_memory (Pa pa, std::span<std::byte> bytes) const;
    void write_memory (Pa pa, std::span<const std::byte> bytes);

    /// The line at the point of unification, from where instruction caches are filled; and in memory.
    [[nodiscard]] auto at_unification (Pa line) const -> LineBytes;
    [[nodiscard]] auto in_memory (Pa line) const -> LineBytes;

    /// Speculation: a line that may be cached is, as it is in memory.
    void allocate (Pa line) { static_cast<void> (find_or_make (line)); }

    /// Before anybody has maintained anything: a line holds @p bytes, whatever memory holds.
    /// @param dirty  it would be written back
    void hold (Pa line, const LineBytes &bytes, bool dirty);

    /// What maintenance does to one line: to the point of coherency, but for the first.
    void clean_to_unification (Pa line);
    void clean (Pa line);
    void invalidate (Pa line);

    /// The cache needs the room: the line is written back if it's dirty, and dropped.
    void evict (Pa line);
    void evict_all ();

    /// Whether a cache has the line; and has something that memory hasn't.
    [[nodiscard]] auto has (Pa line) const -> bool { return places_.contains (line.value ()); }
    [[nodiscard]] auto is_dirty (Pa line) const -> bool;

    /// How many lines a cache has; and how many have something that memory hasn't.
    [[nodiscard]] auto held () const -> std::size_t { return lines_.size (); }
    [[nodiscard]] auto dirty () const -> std::size_t;

  private:
    /// How far the last store to a line has come.
    enum class State : std::uint8_t {
        clean,    // to memory; what that holds now, somebody else may have put there
        unified,  // to the point of unification
        above,    // not even there
    };

    struct Line {
        Pa pa;
        std::byte *ram;  // what observers with caches see
        State state{State::clean};
        bool overwritten{};   // in memory, by who uses no cache, since the line was filled or cleaned
        LineBytes memory{};   // if it's dirty or overwritten; else that has what RAM has
        LineBytes unified{};  // if the state is above
    };

    [[nodiscard]] auto find (Pa line) const -> const Line *;
    [[nodiscard]] auto find (Pa line) -> Line *;
    [[nodiscard]] auto find_or_make (Pa line) -> Line *;
    static void keep_memory (Line &line);
    void drop (Line &line);
    void happen ();

    const Bus &bus_;
    Eviction eviction_;
    Random random_;
    std::vector<Line> lines_;
    std::unordered_map<std::uint64_t, std::uint32_t> places_;  // in lines_, by address
};

}  // namespace ravelin::sim
