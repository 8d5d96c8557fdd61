// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/emulator.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// A copy of a CPU's whole state, in Unicorn's own layout.
class SavedCpu {
  public:
    explicit SavedCpu (const Emulator &emulator);

    /// Copies the CPU's state as it is now; the bytes are valid until the next copy.
    [[nodiscard]] auto save (const Emulator &emulator) -> std::span<const std::byte>;

  private:
    struct Free {
        void operator() (uc_context *context) const { uc_context_free (context); }
    };

    std::unique_ptr<uc_context, Free> context_;
    std::size_t size_;
};

}  // namespace ravelin::sim
