// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim {

/// Ravelin as the boards execute it, read from ravelin.elf: linked at 0, so that an address in it is an offset.
class A64Image {
  public:
    struct Symbol {
        std::uint64_t offset;
        std::uint64_t size;
    };

    /// Throws std::runtime_error if @p file isn't such an image.
    explicit A64Image (const std::string &file);

    /// What a loader loads: ravelin.bin.
    [[nodiscard]] auto bytes () const -> std::span<const std::byte> { return bytes_; }

    /// Throws std::runtime_error if there's none with this name.
    [[nodiscard]] auto symbol (std::string_view name) const -> Symbol;

    /// The instruction at @p offset, a multiple of 4, of which there's code.
    [[nodiscard]] auto instruction (std::uint64_t offset) const -> std::uint32_t;

    /// Bytes of code, and constants among it, at the image's start.
    [[nodiscard]] auto code_size () const -> std::uint64_t { return code_size_; }

  private:
    std::vector<std::byte> bytes_;
    std::map<std::string, Symbol, std::less<>> symbols_;
    std::uint64_t code_size_{};
};

}  // namespace ravelin::sim
