// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event_sink.hpp"

#include <cstdint>

namespace ravelin::sim::trace {

/// Passes on the first events that it is given, and the end.
class FirstEvents : public EventSink {
  public:
    /// @param next  gets them; outlives this
    /// @param most  so many
    FirstEvents (EventSink &next, std::uint64_t most) : next_{next}, left_{most} {}

    void take (const Event &event) override {
        if (left_ == 0 && event.kind () != Kind::end) { return; }
        if (left_ != 0) { --left_; }
        next_.take (event);
    }

  private:
    EventSink &next_;
    std::uint64_t left_;
};

}  // namespace ravelin::sim::trace
