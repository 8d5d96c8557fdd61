// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/trace/first_events.hpp"
#include "sim/trace/line_writer.hpp"
#include "sim/trace/output_file.hpp"
#include "sim/trace/perfetto_writer.hpp"
#include "sim/trace/tracer.hpp"

#include <optional>
#include <string>

namespace ravelin::sim {

/// Files to which what happens at EL2 of a machine is written. Without any, nobody watches.
class TraceFiles {
  public:
    /// @param machine  outlives this
    explicit TraceFiles (Machine &machine) : machine_{machine} {}

    /// From now on all events go to @p file too. Throws std::runtime_error if it can't be written.
    void write_for_perfetto (const std::string &file);
    void write_lines (const std::string &file);

    /// The same with traps alone, the first of them: the same seed does again what comes later.
    void write_trap_lines (const std::string &file);

    /// Writes the end. Throws std::runtime_error if not all of a file is there.
    void finish ();

  private:
    [[nodiscard]] auto tracer () -> trace::Tracer &;

    Machine &machine_;
    std::optional<trace::OutputFile> perfetto_file_;
    std::optional<trace::OutputFile> lines_file_;
    std::optional<trace::OutputFile> traps_file_;
    std::optional<trace::PerfettoWriter> perfetto_;
    std::optional<trace::LineWriter> lines_;
    std::optional<trace::LineWriter> traps_;
    std::optional<trace::FirstEvents> first_traps_;
    std::optional<trace::Tracer> tracer_;  // tells the writers of the end
};

}  // namespace ravelin::sim
