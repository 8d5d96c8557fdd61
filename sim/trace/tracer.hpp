// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/el2_observer.hpp"
#include "sim/machine/machine.hpp"
#include "sim/trace/event_sink.hpp"
#include "sim/trace/header.hpp"
#include "sim/trace/table_map.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace ravelin::sim::trace {

/// Makes events of what EL2 does in a machine, from now on, as long as it lives. The machine's run is the same as
/// without it.
class Tracer : public El2Observer {
  public:
    /// @param machine  runs in EL2 no longer than the tracer lives; outlives it
    explicit Tracer (Machine &machine);
    Tracer (const Tracer &)                     = delete;
    auto operator= (const Tracer &) -> Tracer & = delete;
    ~Tracer () override;

    /// Which events a sink is given.
    enum class Extent : std::uint8_t {
        traps,  // where a trap begins and ends: few of all
        all,
    };

    /// Whom to give events; it outlives the tracer.
    void add (EventSink &sink, Extent extent = Extent::all);

    /// What the trace of @p machine begins with.
    [[nodiscard]] static auto header_of (Machine &machine) -> Header;

    void entered (Processor &cpu, Cause cause, const Registers &registers) override;
    void does (CpuIndex cpu, const el2::Operation &what) override;
    void leaving (Processor &cpu, const Registers &registers) override;

  private:
    [[nodiscard]] auto begin (CpuIndex cpu, Kind kind) const -> Event;
    /// The same with the world that is current.
    [[nodiscard]] auto begin_with_world (Processor &cpu, Kind kind) -> Event;
    [[nodiscard]] auto made_of (CpuIndex cpu, const el2::Operation &what) -> Event;
    void give (const Event &event);

    Machine &machine_;
    TableMap tables_;
    struct Taker {
        EventSink &sink;
        Extent extent;
    };
    std::vector<Taker> takers_;
    std::array<Kind, max_cpus> last_{};  // of each CPU
};

}  // namespace ravelin::sim::trace
