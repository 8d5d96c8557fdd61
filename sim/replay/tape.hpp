// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/event.hpp"
#include "sim/replay/record/header.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace ravelin::sim::replay {

/// The events of a record, with the next ones in view.
class Tape {
  public:
    /// @param next  gives one event after another; after Kind::finished always that
    Tape (Header header, std::function<Event ()> next) : header_{std::move (header)}, next_{std::move (next)} {}

    [[nodiscard]] auto header () const -> const Header & { return header_; }

    /// The next event, or one that comes so many behind it. What of it has been met may be cut off.
    [[nodiscard]] auto head (std::size_t behind = 0) -> Event & {
        while (seen_.size () <= behind) {
            seen_.push_back (next_ ());
        }
        return seen_[behind];
    }
    [[nodiscard]] auto is_over () -> bool { return head ().kind == Kind::finished; }

    /// How many events lie behind.
    [[nodiscard]] auto passed () const -> std::uint64_t { return passed_; }

    void advance () {
        if (is_over ()) { return; }
        ++passed_;
        seen_.pop_front ();
    }

  private:
    Header header_;
    std::function<Event ()> next_;
    std::deque<Event> seen_;
    std::uint64_t passed_{};
};

}  // namespace ravelin::sim::replay
