// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "cpu.hpp"

#include <atomic>
#include <cstdint>

namespace vms {

/// Another CPU of the host's, which does what the first one hands it until the object goes.
class Helper {
  public:
    /// Turns the CPU with @p index on, which is off.
    explicit Helper (unsigned index);
    ~Helper ();
    Helper (const Helper &)                     = delete;
    auto operator= (const Helper &) -> Helper & = delete;

    /// Hands it @p work; it has none.
    void start (el1::Work work, void *argument);

    /// Waits until it has done it.
    void wait ();

    /// Both.
    void run (el1::Work work, void *argument);

    /// Makes whatever runs there stop for an interrupt, which the CPU then ends.
    void interrupt ();

  private:
    enum class State : std::uint8_t {
        comes,
        idle,
        works,
        leaves,
    };

    static void be_helper (void *self);
    void obey ();

    unsigned index_;
    std::atomic<State> state_{State::comes};
    el1::Work work_{};
    void *argument_{};
    std::uint32_t mask_{};  // this CPU's bit in GICD_SGIR
};

/// Ends the interrupt that this CPU has been sent; false if it has none.
[[nodiscard]] auto end_interrupt () -> bool;

}  // namespace vms
