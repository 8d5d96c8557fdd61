// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "devices.hpp"
#include "vm.hpp"

namespace vms {

/// Answers the questions of guests/questions.hpp.
class MemoryGuide final : public Guide {
  public:
    explicit MemoryGuide (Vm &vm) : vm_{vm} {}

    auto answer (std::uint64_t asked) -> std::uint64_t override;

  private:
    [[nodiscard]] auto reach (Pa page) const -> std::uint64_t;
    void negate_x20 ();

    Vm &vm_;
};

}  // namespace vms
