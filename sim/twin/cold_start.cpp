// SPDX-License-Identifier: BSD-2-Clause
#include "sim/twin/cold_start.hpp"

#include "sim/machine/violation.hpp"
#include "sim/models/cache_line.hpp"
#include "sim/twin/divergence.hpp"

#include <algorithm>
#include <string>

namespace ravelin::sim {

ColdStart::ColdStart (Who who, PaRange own) : who_{who}, own_{own}, lines_ (own.size / cache_line_size) {}

auto ColdStart::state_of (Pa pa) -> State & {
    if (!own_.contains (pa)) {
        throw Divergence{"with its MMU off, the image reaches for what isn't its own: " + hex (pa)};
    }
    return lines_[(pa - own_.start) / cache_line_size];
}

void ColdStart::store (PaRange range) {
    for_each_line (range, [&] (Pa pa) {
        State &line = state_of (pa);
        if (who_ == Who::later) {
            throw Divergence{"with its caches off, a CPU stores to " + hex (range.start) +
                             ", which others may have in theirs"};
        }
        if (line == State::anything || line == State::ordered) {
            throw Divergence{"a dirty line may come to memory over what is stored at " + hex (range.start) +
                             " with caches off"};
        }
        line = State::stale;
    });
}

void ColdStart::invalidate_line (Pa pa) {
    if (who_ == Who::later) {
        throw Divergence{"DC IVAC of " + hex (pa) + " takes what another CPU has written, perhaps"};
    }
    state_of (pa) = State::ordered;
    ordered_.push_back ((pa - own_.start) / cache_line_size);
}

void ColdStart::complete () {
    for (const std::size_t line : ordered_) {
        lines_[line] = State::invalid;
    }
    ordered_.clear ();
    for (State *const state : {&code_, &addresses_}) {
        if (*state == State::ordered) { *state = State::invalid; }
    }
}

void ColdStart::turn_on () const {
    if (code_ != State::invalid) { throw Divergence{"instruction caches may have anything when they are turned on"}; }
    if (addresses_ != State::invalid) { throw Divergence{"TLBs may have anything when the MMU is turned on"}; }
    const auto bad = std::ranges::find_if (lines_, [] (State line) { return line != State::invalid; });
    if (who_ == Who::first && bad != lines_.end ()) {
        const Pa pa = own_.start + static_cast<std::uint64_t> (bad - lines_.begin ()) * cache_line_size;
        throw Divergence{std::string{*bad == State::stale ? "what was written past caches" : "what is"} + " at " +
                         hex (pa) + " may be another there when they are turned on"};
    }
}

}  // namespace ravelin::sim
