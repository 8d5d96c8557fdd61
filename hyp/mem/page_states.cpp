// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/mem/page_states.hpp"

#include <algorithm>

namespace ravelin {

static_assert (decltype (Platform::ram)::capacity == 16, "there is a place for each bank");

auto PageStates::size (const Platform &platform) -> std::uint64_t {
    std::uint64_t bytes = 0;
    for (const PaRange &bank : platform.ram) {
        bytes += bank.size / page_size * sizeof (std::uint32_t);
    }
    return Pa{bytes}.align_up (page_size).value ();
}

PageStates::PageStates (hal::Cpu &cpu, const Platform &platform, PaRange memory) {
    static_assert (PageState{Owner::host ()} == PageState::from_bits (0));
    std::ranges::fill (cpu.bytes (memory), std::byte{0});
    Pa states = memory.start;
    for (const PaRange &bank : platform.ram) {
        static_cast<void> (banks_.push ({bank, states}));
        states = states + bank.size / page_size * sizeof (std::uint32_t);
    }
}

void PageStates::write (hal::Cpu &cpu, PaRange range, PageState state) {
    for (Pa page = range.start; page < range.end (); page = page + page_size) {
        if (const auto where = find (page)) { cpu.store<std::uint32_t> (*where, state.bits ()); }
    }
}

}  // namespace ravelin
