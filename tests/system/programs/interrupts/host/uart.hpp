// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

namespace interrupts {

/// The PL011 of a VM, of which there is as much as a guest needs that prints: what it prints is on the host's console,
/// but for the guest's verdict, which is kept.  [ARM DDI 0183, 3.3]
class Uart {
  public:
    /// A load at @p offset: the flags say that there is room.
    [[nodiscard]] static auto load (std::uint64_t offset) -> std::uint64_t;

    /// A store of @p value at @p offset.
    void store (std::uint64_t offset, std::uint64_t value);

    /// Whether the guest's verdict was that tests have passed, and none failed.
    [[nodiscard]] auto all_passed () const -> bool { return all_passed_; }

  private:
    void end_line ();

    std::array<char, 256> line_{};
    std::size_t length_{};
    bool all_passed_{};
};

}  // namespace interrupts
