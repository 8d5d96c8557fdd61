// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/instruction_cache.hpp"

namespace ravelin::sim {

auto InstructionCache::insert (Pa line, const LineBytes &bytes) -> const LineBytes & {
    if (lines_.size () == capacity) { invalidate (lines_[random_.below (capacity)].pa); }
    ++changes_;
    places_.emplace (line.value (), static_cast<std::uint32_t> (lines_.size ()));
    return lines_.emplace_back (Line{line, bytes}).bytes;
}

void InstructionCache::invalidate (Pa line) {
    const auto found = places_.find (line.value ());
    if (found == places_.end ()) { return; }
    ++changes_;
    const auto place = found->second;
    places_.erase (found);
    if (place + 1 != lines_.size ()) {
        lines_[place] = lines_.back ();

        places_[lines_[place].pa.value ()] = place;
    }
    lines_.pop_back ();
}

void InstructionCache::invalidate_all () {
    ++changes_;
    lines_.clear ();
    places_.clear ();
}

}  // namespace ravelin::sim
