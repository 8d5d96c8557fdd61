// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "hyp/core/platform.hpp"
#include "hyp/hal/hal.hpp"
#include "hyp/mem/page_state.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace ravelin {

/// The state of each page of RAM: four bytes a page, in Ravelin's memory.
class PageStates {
  public:
    constexpr PageStates () = default;

    /// Bytes that the states of @p platform's RAM take, a multiple of the page size.
    [[nodiscard]] static auto size (const Platform &platform) -> std::uint64_t {
        return Pa{platform.ram_size () / page_size * sizeof (std::uint32_t)}.align_up (page_size).value ();
    }

    /// All pages are the host's.
    /// @param memory  size() bytes, page aligned
    PageStates (hal::Cpu &cpu, const Platform &platform, PaRange memory) {
        static_assert (PageState{Owner::host ()} == PageState::from_bits (0));
        std::ranges::fill (cpu.bytes (memory), std::byte{0});
        Pa states = memory.start;
        for (const PaRange &bank : platform.ram) {
            static_cast<void> (banks_.push ({bank, states}));
            states = states + bank.size / page_size * sizeof (std::uint32_t);
        }
    }

    /// The state of the page at @p page; nothing if it isn't RAM.
    [[nodiscard]] auto read (hal::Cpu &cpu, Pa page) const -> std::optional<PageState> {
        const auto where = find (page);
        return where ? std::optional{PageState::from_bits (cpu.load<std::uint32_t> (*where))} : std::nullopt;
    }

    /// Whether all of @p range is RAM, and @p holds of each page's state.
    [[nodiscard]] auto all_of (hal::Cpu &cpu, PaRange range, const auto &holds) const -> bool {
        for (Pa page = range.start; page < range.end (); page = page + page_size) {
            const auto state = read (cpu, page);
            if (!state || !holds (*state)) { return false; }
        }
        return true;
    }

    /// Sets the state of each page of @p range, which is RAM.
    void write (hal::Cpu &cpu, PaRange range, PageState state) {
        for_each (range, [&] (Pa where) { cpu.store<std::uint32_t> (where, state.bits ()); });
    }

    /// Calls @p use with each page of RAM and its state.
    void for_each_page (hal::Cpu &cpu, const auto &use) const {
        for (const Bank &bank : banks_) {
            for (Pa page = bank.ram.start; page < bank.ram.end (); page = page + page_size) {
                if (const auto state = read (cpu, page)) { use (page, *state); }
            }
        }
    }

    /// Makes of the state of each page of @p range, which is RAM, what @p change says.
    void change (hal::Cpu &cpu, PaRange range, const auto &change) {
        for_each (range, [&] (Pa where) {
            const auto state = PageState::from_bits (cpu.load<std::uint32_t> (where));
            cpu.store<std::uint32_t> (where, change (state).bits ());
        });
    }

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

    void for_each (PaRange range, const auto &use) const {
        for (Pa page = range.start; page < range.end (); page = page + page_size) {
            if (const auto where = find (page)) { use (*where); }
        }
    }

    BoundedVector<Bank, decltype (Platform::ram)::capacity> banks_;
};

}  // namespace ravelin
