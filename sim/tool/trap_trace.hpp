// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "sim/machine/clock.hpp"
#include "sim/machine/processor.hpp"
#include "sim/machine/trap_observer.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace ravelin::sim {

/// Writes a line to a file for each trap to Ravelin: when, which CPU, why, from where, X0 before and after.
class TrapTrace : public TrapObserver {
  public:
    /// Throws std::runtime_error if the file can't be written.
    /// @param clock  outlives the trace
    TrapTrace (const std::string &file, const Clock &clock);
    TrapTrace (const TrapTrace &)                     = delete;
    auto operator= (const TrapTrace &) -> TrapTrace & = delete;

    /// Writes what there is of traps that never came back.
    ~TrapTrace () override;

    void entered (Processor &cpu, const Registers &registers) override;
    void interrupted (Processor &cpu, const Registers &registers) override;
    void leaving (Processor &cpu, const Registers &registers) override;

  private:
    void begin (Processor &cpu, const Registers &registers, std::string_view cause, std::string_view syndrome);

    std::ofstream out_;
    const Clock &clock_;
    std::array<std::string, max_cpus> begun_;  // lines of traps that CPUs are in
};

/// What a person calls the exception class of @p syndrome.
[[nodiscard]] auto cause_name (std::uint64_t syndrome) -> std::string_view;

}  // namespace ravelin::sim
