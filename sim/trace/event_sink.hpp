// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"

namespace ravelin::sim::trace {

/// Takes events, in the order in which they happen: something that writes them down.
class EventSink {
  public:
    EventSink ()                                      = default;
    EventSink (const EventSink &)                     = delete;
    auto operator= (const EventSink &) -> EventSink & = delete;
    virtual ~EventSink ()                             = default;

    virtual void take (const Event &event) = 0;
};

}  // namespace ravelin::sim::trace
