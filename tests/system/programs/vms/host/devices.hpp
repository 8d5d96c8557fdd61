// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "guests/layout.h"

#include <array>
#include <cstdint>

namespace vms {

/// Answers what a guest asks at its device GUEST_ASK.
class Guide {
  public:
    virtual auto answer (std::uint64_t asked) -> std::uint64_t = 0;

  protected:
    Guide ()  = default;
    ~Guide () = default;
};

/// The devices of guests/layout.h, as one vCPU sees them.
class Devices {
  public:
    explicit Devices (Guide *guide) : guide_{guide} {}

    /// A store of @p size bytes of @p value at @p ipa. One where no device is ends the program.
    void store (std::uint64_t ipa, std::uint64_t size, std::uint64_t value);

    /// A load of @p size bytes; the bits above them are set, as nobody must look at them.
    [[nodiscard]] auto load (std::uint64_t ipa, std::uint64_t size) const -> std::uint64_t;

    /// From here on the console prints nothing.
    void mute () { is_mute_ = true; }

    [[nodiscard]] auto is_finished () const -> bool { return finished_; }
    [[nodiscard]] auto failures () const -> std::uint64_t { return failures_; }

  private:
    void print (char c);

    Guide *guide_;
    std::array<char, 128> line_{};
    std::uint64_t length_{};
    std::array<std::uint8_t, GUEST_SCRATCH_SIZE> scratch_{};
    std::uint64_t answer_{};
    std::uint64_t failures_{};
    bool finished_{};
    bool is_mute_{};
};

}  // namespace vms
