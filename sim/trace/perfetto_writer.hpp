// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/trace/event_sink.hpp"
#include "sim/trace/header.hpp"
#include "sim/trace/timeline.hpp"
#include "sim/trace/world.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// Writes a trace that Perfetto opens, in the Trace Event Format of Chrome: rows for each CPU's world, traps, locks,
/// barriers and TLBIs, tables, and devices; and one for each vCPU, by VM. Each record that is an event of the trace has
/// its line among the arguments, so that Reader can read the file, too.
class PerfettoWriter : public EventSink {
  public:
    /// @param out  outlives this
    PerfettoWriter (std::ostream &out, const Header &header);
    PerfettoWriter (const PerfettoWriter &)                     = delete;
    auto operator= (const PerfettoWriter &) -> PerfettoWriter & = delete;

    /// Ends the file.
    ~PerfettoWriter () override;

    void take (const Event &event) override;

  private:
    /// One of the rows of a CPU.
    enum class Row : std::uint8_t {
        world,
        trap,
        lock,
        tlbi,
        table,
        device,
    };

    /// Where a record goes.
    struct Track {
        std::uint64_t process;
        std::uint64_t thread;
    };

    /// What a record is: the format's "ph".
    enum class Phase : char {
        begin    = 'B',
        end      = 'E',
        instant  = 'i',
        metadata = 'M',
    };

    [[nodiscard]] static auto row_of (Kind kind) -> Row;
    [[nodiscard]] static auto track_of (std::uint32_t cpu, Row row) -> Track;
    [[nodiscard]] static auto track_of (const World &world) -> Track;

    void name (Track track, std::string_view what, std::string_view text);
    void introduce (const World &world);
    /// Writes one record; with @p event, what that says.
    void record (Phase phase, Track track, std::uint64_t moment, std::string_view name, const Event *event);
    void leave_world (std::uint32_t cpu, std::uint64_t moment);
    void enter_world (const Event &event, std::uint64_t moment);
    void end_trap (const Event &event, std::uint64_t moment);

    std::ostream &out_;
    Timeline timeline_;
    bool first_{true};
    std::set<World> known_;
    std::array<std::optional<World>, max_cpus> world_{};  // that each CPU is in, outside of EL2
    std::array<bool, max_cpus> in_trap_{};
};

}  // namespace ravelin::sim::trace
