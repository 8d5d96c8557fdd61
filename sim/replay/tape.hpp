// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/event.hpp"
#include "sim/replay/record/header.hpp"

#include <cstdint>
#include <functional>
#include <utility>

namespace ravelin::sim::replay {

/// The events of a record, with the next one in view.
class Tape {
  public:
    /// @param next  gives one event after another; after Kind::finished it isn't called again
    Tape (Header header, std::function<Event ()> next)
        : header_{std::move (header)}, next_{std::move (next)}, head_{next_ ()} {}

    [[nodiscard]] auto header () const -> const Header & { return header_; }

    /// The next event. What of it has been met may be cut off.
    [[nodiscard]] auto head () -> Event & { return head_; }
    [[nodiscard]] auto is_over () const -> bool { return head_.kind == Kind::finished; }

    /// How many events lie behind.
    [[nodiscard]] auto passed () const -> std::uint64_t { return passed_; }

    void advance () {
        if (is_over ()) { return; }
        ++passed_;
        head_ = next_ ();
    }

  private:
    Header header_;
    std::function<Event ()> next_;
    Event head_;
    std::uint64_t passed_{};
};

}  // namespace ravelin::sim::replay
