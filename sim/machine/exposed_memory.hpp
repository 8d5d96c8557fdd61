// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/machine/bus.hpp"

#include <array>
#include <cstdint>

namespace ravelin::sim {

/// A stage 2, by its registers.
struct Stage2 {
    std::uint64_t vtcr{};
    std::uint64_t vttbr{};

    friend constexpr auto operator== (const Stage2 &, const Stage2 &) -> bool = default;
};

/// Which pages the world behind a stage 2 can write to, by the tables as they are. That a page is not among them is
/// kept until a descriptor becomes valid.
class ExposedMemory {
  public:
    /// @param bus  has the RAM with the tables; outlives this
    explicit ExposedMemory (const Bus &bus) : bus_{bus} {}

    /// Whether @p world may write to the page that @p pa lies in, at whatever IPA.
    [[nodiscard]] auto has (const Stage2 &world, Pa pa) -> bool {
        const Pa page = pa.align_down (page_size);
        // Neighbours in one world, and one page in two, have each their place.
        Known &known = known_[(page.value () / page_size * 2 + (world.vttbr >> 48 != 0 ? 1 : 0)) % known_.size ()];
        if (known.epoch == epoch_ && known.page == page && known.world == world) [[likely]] { return false; }
        if (find (world, page)) { return true; }
        known = {epoch_, page, world};
        return false;
    }

    /// @p value is written to memory: it may be a valid descriptor.
    void change (std::uint64_t value) { epoch_ += value & 1; }

  private:
    /// A page that isn't.
    struct Known {
        std::uint64_t epoch{};
        Pa page;
        Stage2 world;
    };

    [[nodiscard]] auto find (const Stage2 &world, Pa page) const -> bool;
    [[nodiscard]] auto leads_to (Pa page, Pa table, unsigned level, std::uint64_t entries) const -> bool;

    const Bus &bus_;
    std::uint64_t epoch_{1};
    std::array<Known, 256> known_{};
};

}  // namespace ravelin::sim
