// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/emulator.hpp"

#include <exception>
#include <utility>

namespace ravelin::sim {

/// Carries exceptions of C++ past the frames of Unicorn, which is C: they would not be unwound.
class HookGuard {
  public:
    /// @param emulator  outlives the guard
    explicit HookGuard (Emulator &emulator) : emulator_{emulator} {}

    /// Calls @p body; if it throws, the emulator is stopped, and rethrow() throws it again. False then.
    template <class Body>
    [[nodiscard]] auto call (Body &&body) noexcept -> bool {
        try {
            std::forward<Body> (body) ();
            return true;
        } catch (...) {
            caught_ = std::current_exception ();
            uc_emu_stop (emulator_.handle ());
            return false;
        }
    }

    /// Once Unicorn has returned.
    void rethrow () {
        if (caught_) { std::rethrow_exception (std::exchange (caught_, nullptr)); }
    }

  private:
    Emulator &emulator_;
    std::exception_ptr caught_;
};

}  // namespace ravelin::sim
