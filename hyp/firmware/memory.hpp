// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <span>

namespace ravelin::firmware {

/// The VM's RAM, as the firmware reaches it: through its own stage 1 tables, or in a process that tests it.
class Memory {
  public:
    Memory ()                                                                 = default;
    Memory (const Memory &)                                                   = delete;
    auto operator= (const Memory &)                                           = delete;
    [[nodiscard]] virtual auto reach (IpaRange range) -> std::span<std::byte> = 0;

  protected:
    ~Memory () = default;
};

}  // namespace ravelin::firmware
