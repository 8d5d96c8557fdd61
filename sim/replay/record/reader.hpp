// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/encoding.hpp"

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace ravelin::sim::replay {

/// Reads a record, event by event. All throw Damaged if it isn't one, or not all of one.
class Reader {
  public:
    explicit Reader (const std::string &file);

    [[nodiscard]] auto header () const -> const Header & { return header_; }

    /// The next event; after the last, which is Kind::finished, again that.
    [[nodiscard]] auto next () -> Event;

    /// How much of the file has been read, and of how much: bytes.
    [[nodiscard]] auto position () const -> std::uint64_t { return position_; }
    [[nodiscard]] auto size () const -> std::uint64_t { return size_; }

  private:
    void read_frame ();
    [[nodiscard]] auto take (std::size_t size) -> std::vector<std::byte>;

    std::ifstream file_;
    std::uint64_t size_{};
    std::uint64_t position_{};
    std::vector<std::byte> frame_;
    Decoder decoder_{{}};  // of the frame
    Header header_;
    std::uint64_t events_{};
    bool finished_{};
};

}  // namespace ravelin::sim::replay
