// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "victim.hpp"
#include "vms/host/helper.hpp"

#include <atomic>
#include <cstdint>

namespace attacks {

/// A guest that has an order, and that another CPU runs until the host interrupts it. It is seen at work by a word of a
/// page that it shares.
class Running {
  public:
    /// Waits until it is at work.
    Running (Victim &victim, std::uint64_t word);
    ~Running () { static_cast<void> (interrupt ()); }
    Running (const Running &)                     = delete;
    auto operator= (const Running &) -> Running & = delete;

    /// What is in the word now.
    [[nodiscard]] auto count () const -> std::uint64_t;

    /// Brings it out, if it is in; returns with what.
    auto interrupt () -> const vms::Exit &;

    /// SGIs and PPIs that came to the host on that CPU: a bit each.
    [[nodiscard]] auto taken () const -> std::uint32_t { return taken_; }

  private:
    static void run (void *self);
    [[nodiscard]] auto take_interrupts () -> bool;

    Victim &victim_;
    Pa word_;
    vms::Helper helper_{1};
    vms::Exit exit_{};
    std::atomic<std::uint32_t> taken_{};
    bool is_out_{};
};

}  // namespace attacks
