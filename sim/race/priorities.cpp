// SPDX-License-Identifier: BSD-2-Clause
#include "sim/race/priorities.hpp"

#include <algorithm>
#include <utility>

namespace ravelin::sim::race {

Priorities::Priorities (unsigned parties, std::vector<std::uint64_t> changes, Random &random)
    : changes_{std::move (changes)} {
    for (unsigned i = 0; i < parties; ++i) {
        priorities_.push_back (i + 1);
    }
    for (std::size_t i = priorities_.size (); i > 1; --i) {
        std::swap (priorities_[i - 1], priorities_[random.below (i)]);
    }
}

auto Priorities::choose (std::uint32_t ready, unsigned last, bool waits) -> unsigned {
    if (waits || std::ranges::find (changes_, now_) != changes_.end ()) { priorities_[last] = --lowest_; }
    ++now_;
    unsigned best = 0;
    for (unsigned i = 0; i < priorities_.size (); ++i) {
        const bool is_ready = (ready >> i & 1U) != 0;
        if (is_ready && ((ready >> best & 1U) == 0 || priorities_[i] > priorities_[best])) { best = i; }
    }
    return best;
}

}  // namespace ravelin::sim::race
