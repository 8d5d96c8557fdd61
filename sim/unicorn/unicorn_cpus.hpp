// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/unicorn/broadcast.hpp"
#include "sim/unicorn/unicorn_engine.hpp"

#include <memory>
#include <vector>

namespace ravelin::sim {

/// Lets all CPUs of a machine execute real A64 code.
class UnicornCpus {
  public:
    /// @param machine  has the RAM and the devices that it will have; runs no longer than its engines live
    explicit UnicornCpus (Machine &machine) {
        for (std::uint32_t i = 0; i < machine.cpus (); ++i) {
            engines_.push_back (std::make_unique<UnicornEngine> (machine.cpu (i), broadcast_));
            machine.cpu (i).attach (*engines_.back ());
        }
    }
    UnicornCpus (const UnicornCpus &)                     = delete;
    auto operator= (const UnicornCpus &) -> UnicornCpus & = delete;

    [[nodiscard]] auto engine (std::uint32_t cpu) -> UnicornEngine & { return *engines_[cpu]; }

  private:
    Broadcast broadcast_;
    std::vector<std::unique_ptr<UnicornEngine>> engines_;
};

}  // namespace ravelin::sim
