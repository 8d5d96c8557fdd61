// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/trace/event_sink.hpp"
#include "sim/trace/header.hpp"

#include <array>
#include <ostream>
#include <string>

namespace ravelin::sim::trace {

/// Prints a trace for people: a line for each event, with names instead of numbers.
class TextWriter : public EventSink {
  public:
    /// @param out  outlives this
    TextWriter (std::ostream &out, const Header &header);

    void take (const Event &event) override;

  private:
    /// What a person reads of a return: what the call that it ends has answered, if it goes back to who called.
    [[nodiscard]] auto answer (const Event &event) const -> std::string;

    std::ostream &out_;
    Ticks frequency_;
    std::array<Event, max_cpus> trap_{};      // the last one of each CPU
    std::array<unsigned, max_cpus> depth_{};  // locks that it holds, and 1 in a trap
};

}  // namespace ravelin::sim::trace
