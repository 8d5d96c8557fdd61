// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/models/cache_system.hpp"
#include "sim/unicorn/emulator.hpp"
#include "sim/unicorn/page_attributes.hpp"
#include "sim/unicorn/shown_bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace ravelin::sim {

/// Has Unicorn execute what the instruction cache of its CPU holds, be it stale or not. Unicorn translates blocks from
/// RAM and keeps them: before each one it's made sure that it was translated from the right bytes; else RAM shows those
/// while it's translated anew.
class CachedCode {
  public:
    /// All outlive this.
    CachedCode (Emulator &emulator, const Bus &bus, CacheSystem &caches, CpuIndex cpu, PageAttributes &pages)
        : emulator_{emulator}, bus_{bus}, caches_{caches}, cpu_{cpu}, pages_{pages} {}

    /// The block of @p size bytes at @p va is about to be executed. False: not as it is; stop before it, call replace()
    /// and go on.
    [[nodiscard]] auto begin (std::uint64_t va, std::uint64_t size) -> bool;

    /// Makes Unicorn forget the block, and shows it the right one.
    void replace ();

    /// RAM is as it was.
    void settle ();

    /// The instruction at @p va, in the block that is being executed.
    [[nodiscard]] auto instruction (std::uint64_t va) const -> std::optional<std::uint32_t>;

  private:
    /// A part of a block that lies in one line.
    struct Part {
        std::uint64_t offset;  // in the block
        std::span<std::byte> ram;
    };

    /// What the cache has of a block, and where it's from.
    struct Block {
        Pa pa;
        std::vector<std::byte> bytes;
        std::vector<Part> parts;
        std::uint64_t epoch;    // of pages, and
        std::uint64_t changes;  // of the cache's lines, when it was fetched: while they are the same, so is it
    };

    [[nodiscard]] auto fetch (std::uint64_t va, std::uint64_t size) -> bool;
    /// Whether it would be fetched as it was.
    [[nodiscard]] auto is_current (const Block &block) const -> bool;
    [[nodiscard]] static auto ram_has (const Block &block) -> bool;

    Emulator &emulator_;
    const Bus &bus_;
    CacheSystem &caches_;
    CpuIndex cpu_;
    PageAttributes &pages_;

    Block fetched_{};                     // the last one
    std::uint64_t va_{};                  // of the block at hand
    std::span<const std::byte> at_hand_;  // what the cache has of it
    ShownBytes shown_;
    std::uint64_t shown_va_{};  // of the block, if something is shown
    // Those that Unicorn has, and that were translated from what RAM held then; by VA.
    std::unordered_map<std::uint64_t, Block> translated_;
};

}  // namespace ravelin::sim
