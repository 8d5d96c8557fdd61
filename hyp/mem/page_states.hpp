// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/page_state.hpp"

#include <optional>

namespace ravelin {

/// The state of each page of RAM: four bytes a page, in Ravelin's memory.
class PageStates {
  public:
    constexpr PageStates () = default;

    /// Bytes that the states of @p platform's RAM take, a multiple of the page size.
    [[nodiscard]] static auto size (const Platform &platform) -> std::uint64_t;

    /// All pages are the host's.
    /// @param memory  size() bytes, page aligned
    PageStates (hal::Cpu &cpu, const Platform &platform, PaRange memory);

    /// The state of the page at @p page; nothing if it isn't RAM.
    [[nodiscard]] auto read (hal::Cpu &cpu, Pa page) const -> std::optional<PageState> {
        const auto where = find (page);
        return where ? std::optional{PageState::from_bits (cpu.load<std::uint32_t> (*where))} : std::nullopt;
    }

    /// Sets the state of each page of @p range, which is RAM.
    void write (hal::Cpu &cpu, PaRange range, PageState state);

  private:
    /// A bank of RAM, and where the states of its pages begin.
    struct Bank {
        PaRange ram;
        Pa states;
    };

    [[nodiscard]] auto find (Pa page) const -> std::optional<Pa> {
        for (const Bank &bank : banks_) {
            if (bank.ram.contains (page)) {
                return bank.states + (page - bank.ram.start) / page_size * sizeof (std::uint32_t);
            }
        }
        return std::nullopt;
    }

    BoundedVector<Bank, 16> banks_;
};

}  // namespace ravelin
