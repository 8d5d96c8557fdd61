// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event_sink.hpp"
#include "sim/trace/header.hpp"
#include "sim/trace/svg_row.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/trace/world.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ravelin::sim::trace {

/// Draws a trace: for each CPU a row of the worlds that it's in, of its traps, its locks, and its TLBIs and barriers;
/// for each vCPU a row of where it runs. How much is drawn depends on the picture's width, not on the number of events:
/// what couldn't be seen is left out.
class SvgWriter : public EventSink {
  public:
    /// @param span  what is drawn, in nanoseconds of Timeline
    SvgWriter (const Header &header, SvgRow::Span span);

    void take (const Event &event) override;

    /// Writes the picture of what was taken.
    void write (std::ostream &out) const;

  private:
    /// Something that has begun.
    struct Begun {
        std::string title;
        std::uint64_t moment;
    };

    struct Cpu {
        SvgRow world;
        SvgRow trap;
        SvgRow lock;
        SvgRow tlbi;
        std::optional<World> in{};  // outside of EL2, when it was entered
        std::uint64_t since{};
        std::optional<Begun> trapped{};
        std::vector<Begun> locks{};  // that it holds
    };

    void leave_world (std::uint32_t number, std::uint64_t moment);
    void end_trap (Cpu &cpu, const Event &event, std::uint64_t moment);
    void end_lock (Cpu &cpu, std::uint64_t moment);
    void write_axis (std::ostream &out, double y) const;

    Header header_;
    SvgRow::Span span_;
    Timeline timeline_;
    std::vector<Cpu> cpus_;
    std::map<World, SvgRow> vcpus_;
};

}  // namespace ravelin::sim::trace
