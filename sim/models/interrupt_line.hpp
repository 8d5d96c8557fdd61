// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim {

/// Takes the level of interrupt wires.
class InterruptController {
  public:
    InterruptController ()                                                = default;
    InterruptController (const InterruptController &)                     = delete;
    auto operator= (const InterruptController &) -> InterruptController & = delete;
    virtual ~InterruptController ()                                       = default;

    /// The wire of shared peripheral interrupt @p intid, 32 or above, is now @p level.
    virtual void set_shared (std::uint32_t intid, bool level) = 0;
};

/// One device's wire to the interrupt controller.
class InterruptLine {
  public:
    /// @param controller  outlives the line
    InterruptLine (InterruptController &controller, std::uint32_t intid) : controller_{controller}, intid_{intid} {}

    void set (bool level) { controller_.set_shared (intid_, level); }

  private:
    InterruptController &controller_;
    std::uint32_t intid_;
};

}  // namespace ravelin::sim
