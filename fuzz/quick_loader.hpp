// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/board_map.hpp"
#include "sim/machine/machine.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace ravelin::fuzz {

/// Makes machines of one kind on which Ravelin has booted, with a kernel of one instruction: again and again,
/// many times as fast as Machine::load(), for it prepares everything once and leaves out what is zero in
/// fresh RAM.
class QuickLoader {
  public:
    QuickLoader (sim::BoardName board, const sim::MachineOptions &options);

    /// A machine like every other that this has made; nullptr if Ravelin did not boot.
    [[nodiscard]] auto boot () const -> std::unique_ptr<sim::Machine>;

  private:
    void add (Pa pa, std::span<const std::byte> bytes);

    sim::BoardName board_;
    sim::MachineOptions options_;
    Pa device_tree_;
    std::vector<std::pair<Pa, std::vector<std::byte>>> pages_;  // what isn't zero
};

}  // namespace ravelin::fuzz
