// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/event.hpp"
#include "sim/replay/record/header.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim::replay {

/// The first bytes of a file; the last of them is the version of the format.
inline constexpr std::string_view magic{"RVLNREC\x01", 8};

/// A file is no record, is damaged, or was cut short.
class Damaged : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// FNV-1a of @p bytes, 64 bits: what a frame has behind its size.
[[nodiscard]] auto checksum (std::span<const std::byte> bytes) -> std::uint64_t;

/// Numbers in 7 bits a byte, the lowest first; strings and bytes with their length; the rest made of these.
class Encoder {
  public:
    void number (std::uint64_t value);
    void text (std::string_view text);

    /// Bytes that are all the same become one.
    void bytes (std::span<const std::byte> bytes);

    void header (const Header &header);
    void event (const Event &event);

    [[nodiscard]] auto out () -> std::vector<std::byte> & { return out_; }

  private:
    void registers (std::span<const RegisterValue> registers);

    std::vector<std::byte> out_;
};

/// The way back. All throw Damaged.
class Decoder {
  public:
    explicit Decoder (std::span<const std::byte> in) : in_{in} {}

    [[nodiscard]] auto empty () const -> bool { return in_.empty (); }

    [[nodiscard]] auto number () -> std::uint64_t;
    [[nodiscard]] auto text () -> std::string;
    [[nodiscard]] auto bytes () -> std::vector<std::byte>;
    [[nodiscard]] auto header () -> Header;
    [[nodiscard]] auto event () -> Event;

  private:
    [[nodiscard]] auto byte () -> std::byte;
    [[nodiscard]] auto number_below (std::uint64_t limit, const char *what) -> std::uint64_t;
    [[nodiscard]] auto registers () -> std::vector<RegisterValue>;

    std::span<const std::byte> in_;
};

}  // namespace ravelin::sim::replay
