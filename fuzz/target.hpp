// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/input.hpp"

#include <cstdint>
#include <memory>

namespace ravelin::fuzz {

class TrapLog;

/// What fuzzers play inputs to.
class Target {
  public:
    /// @param unit  what it makes of inputs, in the plural
    explicit Target (const char *unit) : unit_{unit} {}
    Target (const Target &)                     = delete;
    auto operator= (const Target &) -> Target & = delete;
    virtual ~Target ()                          = default;

    /// Plays all of an input, whatever was played before. Throws std::exception, which says what is broken of that
    /// which is promised; then nothing more can be played.
    /// @return  how many units it made
    [[nodiscard]] virtual auto play (Input &input) -> std::uint64_t = 0;

    [[nodiscard]] auto unit () const -> const char * { return unit_; }

  private:
    const char *unit_;
};

// All that there are, by the names that tools/fuzz has for them. Those that take traps tell them to a log, unless it's
// nullptr; it outlives the target.
[[nodiscard]] auto host_calls (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto guest_calls (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto trap_mix (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto vgic (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto timer_psci (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto hostile_host (TrapLog *log = nullptr) -> std::unique_ptr<Target>;
[[nodiscard]] auto guest_firmware (TrapLog *log = nullptr) -> std::unique_ptr<Target>;

}  // namespace ravelin::fuzz
