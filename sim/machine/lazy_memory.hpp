// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::sim {

/// Zeroed memory of the process that simulates, page aligned. It costs nothing until it's touched.
class LazyMemory {
  public:
    /// @param size  bytes, a multiple of 4 KiB, not 0
    explicit LazyMemory (std::uint64_t size);
    LazyMemory (LazyMemory &&other) noexcept;
    auto operator= (LazyMemory &&other) noexcept -> LazyMemory &;
    LazyMemory (const LazyMemory &)                     = delete;
    auto operator= (const LazyMemory &) -> LazyMemory & = delete;
    ~LazyMemory ();

    [[nodiscard]] auto bytes () const -> std::span<std::byte> { return bytes_; }

  private:
    std::span<std::byte> bytes_;
};

}  // namespace ravelin::sim
