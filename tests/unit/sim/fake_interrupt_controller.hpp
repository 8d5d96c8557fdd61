// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/interrupt_line.hpp"

#include <map>

namespace ravelin::sim {

/// Remembers the level of each wire.
class FakeInterruptController : public InterruptController {
  public:
    void set_shared (std::uint32_t intid, bool level) override { levels_[intid] = level; }

    [[nodiscard]] auto level (std::uint32_t intid) -> bool { return levels_[intid]; }

  private:
    std::map<std::uint32_t, bool> levels_;
};

}  // namespace ravelin::sim
