// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "guests/layout.h"
#include "hyp/core/range.hpp"

#include <array>
#include <cstdint>

namespace vms {

using ravelin::Ipa;
using ravelin::IpaRange;
using ravelin::Pa;
using ravelin::PaRange;

/// RAM that a guest may have, and what one exit for a page of it brings.
struct Ram {
    IpaRange range;
    std::uint64_t unit;
};

/// Every arena has room for all of them, one behind the other.
inline constexpr std::array guest_ram{
    Ram{{Ipa{GUEST_RAM}, GUEST_RAM_SIZE}, ravelin::page_size},
    Ram{{Ipa{GUEST_BLOCK_RAM}, GUEST_BLOCK_RAM_SIZE}, ravelin::block_size},
    Ram{{Ipa{GUEST_HIGH_RAM}, GUEST_HIGH_RAM_SIZE}, ravelin::page_size},
    Ram{{Ipa{GUEST_TOP_RAM}, GUEST_TOP_RAM_SIZE}, ravelin::block_size},
};

/// Host RAM for one VM: for each page of RAM that the VM may have there is one at a fixed place, and what is
/// left is for its control blocks and tables.
class Arena {
  public:
    static constexpr std::uint64_t size = 32ULL << 20;
    static constexpr unsigned count     = 4;

    /// Pages of all guest_ram.
    static constexpr std::uint64_t ram_pages =
        (GUEST_RAM_SIZE + GUEST_BLOCK_RAM_SIZE + GUEST_HIGH_RAM_SIZE + GUEST_TOP_RAM_SIZE) / ravelin::page_size;

    /// From here on the arena is the RAM from @p start on.
    void open (Pa start);

    [[nodiscard]] auto is_open () const -> bool { return rest_ != Pa{}; }

    /// The host's page for the guest's at @p ipa, which is RAM.
    [[nodiscard]] auto page_for (Ipa ipa) const -> Pa;

    /// Which of all guest_ram's pages the one at @p ipa is.
    [[nodiscard]] auto page_number (Ipa ipa) const -> std::uint64_t {
        return (page_for (ipa) - start_) / ravelin::page_size;
    }

    /// Some RAM for control blocks and tables, at a multiple of 16 KiB.
    [[nodiscard]] auto take (std::uint64_t bytes) -> Pa;

    /// What take() has given.
    [[nodiscard]] auto taken () const -> PaRange;

    /// The VM is gone.
    void take_back () { taken_ = 0; }

  private:
    Pa start_;
    Pa rest_;
    std::uint64_t taken_{};  // bytes of the rest
};

/// Where the program, as it was loaded, ends, with what it uses of memory.
[[nodiscard]] auto end_of_program () -> Pa;

/// The arena with @p number, below Arena::count; the first CPU asks first.
[[nodiscard]] auto arena (unsigned number) -> Arena &;

/// Writes @p value into each word of @p range, which is the host's, and lets those see it who read past the
/// caches.
void fill (PaRange range, std::uint64_t value);

/// Whether each word of @p range is 0, read past the caches.
[[nodiscard]] auto is_zero (PaRange range) -> bool;

}  // namespace vms
