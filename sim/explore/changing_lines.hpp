// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ravelin::sim::explore {

/// Where an object has been seen to change, a cache line at a time. Of Ravelin's own objects that's a small part, which
/// is compared and put back in a fraction of the time. Whoever relies on it notes now and then whether there is more.
class ChangingLines {
  public:
    static constexpr std::size_t line = 64;  // bytes

    /// Adds each line in which @p now isn't @p before: all of the object, of the same size each time.
    /// @return  whether one is new
    [[nodiscard]] auto note (std::span<const std::byte> now, std::span<const std::byte> before) -> bool;

    /// Whether @p now isn't @p before in one of these lines.
    [[nodiscard]] auto differ (std::span<const std::byte> now, std::span<const std::byte> before) const -> bool;

    /// Makes these lines of @p to what they are in @p from.
    void copy (std::span<const std::byte> from, std::span<std::byte> to) const;

  private:
    struct Part {
        std::size_t begin;
        std::size_t end;
    };

    std::vector<bool> is_known_;  // of each line
    std::vector<Part> parts_;     // those that are, neighbours together
};

}  // namespace ravelin::sim::explore
