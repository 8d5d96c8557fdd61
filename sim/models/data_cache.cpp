// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/data_cache.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin::sim {

namespace {
/// With seeded eviction, something happens at one in so many accesses.
constexpr std::uint64_t one_in = 8;

void copy (std::byte *to, const LineBytes &from) {
    std::memcpy (to, from.data (), from.size ());
}

void copy (LineBytes &to, const std::byte *from) {
    std::memcpy (to.data (), from, to.size ());
}
}  // namespace

auto DataCache::find (Pa line) const -> const Line * {
    const auto found = places_.find (line.value ());
    return found == places_.end () ? nullptr : &lines_[found->second];
}

auto DataCache::find (Pa line) -> Line * {
    const auto found = places_.find (line.value ());
    return found == places_.end () ? nullptr : &lines_[found->second];
}

auto DataCache::find_or_make (Pa line) -> Line * {
    if (Line *const known = find (line)) { return known; }
    const auto *ram = bus_.find_ram ({line, cache_line_size});
    if (ram == nullptr) { return nullptr; }
    if (lines_.size () == capacity) { evict (lines_[random_.below (capacity)].pa); }
    places_.emplace (line.value (), static_cast<std::uint32_t> (lines_.size ()));
    return &lines_.emplace_back (Line{.pa = line, .ram = ram->at (line)});
}

/// RAM is about to differ from memory. Until then they are one: who holds a reference may write at any time.
void DataCache::keep_memory (Line &line) {
    if (line.state == State::clean && !line.overwritten) { copy (line.memory, line.ram); }
}

void DataCache::hold (Pa pa, const LineBytes &bytes, bool dirty) {
    Line *const line = find_or_make (pa);
    if (line == nullptr) { return; }
    keep_memory (*line);
    line->unified     = line->memory;
    line->state       = dirty ? State::above : State::clean;
    line->overwritten = true;
    copy (line->ram, bytes);
}

void DataCache::read (PaRange range) {
    if (eviction_ == Eviction::at_once) { return; }
    happen ();
    for_each_line (range, [this] (Pa line) { allocate (line); });
}

void DataCache::write (PaRange range) {
    if (eviction_ == Eviction::at_once) { return; }
    happen ();
    for_each_line (range, [this] (Pa pa) {
        Line *const line = find_or_make (pa);
        if (line == nullptr || line->state == State::above) { return; }
        keep_memory (*line);
        copy (line->unified, line->ram);
        line->state = State::above;
    });
}

void DataCache::read_memory (Pa pa, std::span<std::byte> bytes) const {
    const LineBytes line = in_memory (line_of (pa));
    std::memcpy (bytes.data (), &line.at (pa.value () % cache_line_size), bytes.size ());
}

void DataCache::write_memory (Pa pa, std::span<const std::byte> bytes) {
    if (Line *const line = find (line_of (pa))) {
        keep_memory (*line);
        line->overwritten = true;
        std::memcpy (&line->memory.at (pa.value () % cache_line_size), bytes.data (), bytes.size ());
    } else if (const auto *ram = bus_.find_ram ({pa, bytes.size ()})) {
        std::memcpy (ram->at (pa), bytes.data (), bytes.size ());
    }
}

auto DataCache::at_unification (Pa line) const -> LineBytes {
    const Line *const known = find (line);
    if (known != nullptr && known->state == State::above) { return known->unified; }
    LineBytes bytes{};
    if (const auto *ram = bus_.find_ram ({line, cache_line_size})) { copy (bytes, ram->at (line)); }
    return bytes;
}

auto DataCache::in_memory (Pa line) const -> LineBytes {
    const Line *const known = find (line);
    const bool differs      = known != nullptr && (known->state != State::clean || known->overwritten);
    return differs ? known->memory : at_unification (line);
}

void DataCache::clean_to_unification (Pa line) {
    Line *const known = find (line);
    if (known != nullptr && known->state == State::above) { known->state = State::unified; }
}

void DataCache::clean (Pa line) {
    Line *const known = find (line);
    if (known == nullptr || known->state == State::clean) { return; }
    known->state       = State::clean;
    known->overwritten = false;
}

void DataCache::invalidate (Pa line) {
    if (Line *const known = find (line)) { drop (*known); }
}

void DataCache::evict (Pa line) {
    clean (line);
    invalidate (line);
}

void DataCache::evict_all () {
    while (!lines_.empty ()) {
        evict (lines_.back ().pa);
    }
}

auto DataCache::is_dirty (Pa line) const -> bool {
    const Line *const known = find (line);
    return known != nullptr && known->state != State::clean;
}

auto DataCache::dirty () const -> std::size_t {
    const auto is_dirty = [] (const Line &line) {
        return line.state != State::clean;
    };
    return static_cast<std::size_t> (std::ranges::count_if (lines_, is_dirty));
}

void DataCache::drop (Line &line) {
    if (line.state != State::clean || line.overwritten) { copy (line.ram, line.memory); }
    places_.erase (line.pa.value ());
    if (&line != &lines_.back ()) {
        line = lines_.back ();

        places_[line.pa.value ()] = static_cast<std::uint32_t> (&line - lines_.data ());
    }
    lines_.pop_back ();
}

void DataCache::happen () {
    if (eviction_ != Eviction::seeded || lines_.empty () || random_.below (one_in) != 0) { return; }
    const Pa line = lines_[random_.below (lines_.size ())].pa;
    switch (random_.below (3)) {
    case 0:  clean_to_unification (line); break;
    case 1:  clean (line); break;
    default: evict (line); break;
    }
}

}  // namespace ravelin::sim
