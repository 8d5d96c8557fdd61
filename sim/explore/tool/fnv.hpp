// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace ravelin::sim::explore {

/// FNV-1a of bytes: tells files and texts apart, and is the same each time.
class Fnv {
  public:
    constexpr void add (char byte) { hash_ = (hash_ ^ static_cast<unsigned char> (byte)) * 0x100'0000'01b3; }
    [[nodiscard]] constexpr auto value () const -> std::uint64_t { return hash_; }

  private:
    std::uint64_t hash_{0xcbf2'9ce4'8422'2325};
};

}  // namespace ravelin::sim::explore
