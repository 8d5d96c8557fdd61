// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event_sink.hpp"
#include "sim/trace/line_format.hpp"

#include <ostream>

namespace ravelin::sim::trace {

/// Writes a trace in the line format, for checkers and for tools/trace.
class LineWriter : public EventSink {
  public:
    /// @param out  outlives this
    LineWriter (std::ostream &out, const Header &header) : out_{out} { out_ << to_line (header) << '\n'; }

    void take (const Event &event) override { out_ << to_line (event) << '\n'; }

  private:
    std::ostream &out_;
};

}  // namespace ravelin::sim::trace
