// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ravelin::sim {

/// What a CPU may rely on from its first instruction at EL2 until its MMU and caches are on: nothing. Caches and TLBs
/// may have anything, dirty lines too, and may fetch or write back a line at any time; stores go past them. Throws
/// Divergence where that would be seen.  [ARM DDI 0487, B2.8, D7.5; Linux, Documentation/arch/arm64/booting]
class ColdStart {
  public:
    /// Which CPU it is.
    enum class Who : std::uint8_t {
        first,  // caches hold rubbish of the image's memory
        later,  // they hold what others have written there
    };

    /// @param own  the image's memory, in whole lines
    ColdStart (Who who, PaRange own);

    /// A store past the caches.
    void store (PaRange range);

    /// DC IVAC of the line at @p pa.
    void invalidate_line (Pa pa);

    /// IC IALLU, and TLBI ALLE2.
    void invalidate_code () { code_ = State::ordered; }
    void invalidate_addresses () { addresses_ = State::ordered; }

    /// A DSB: what was invalidated before it, is.
    void complete ();

    /// MMU and caches are on from now on: the start is over.
    void turn_on () const;

  private:
    enum class State : std::uint8_t {
        anything,  // there may be anything
        ordered,   // it's invalidated once a DSB is over
        invalid,
        stale,  // memory has been written since, and it may have been fetched before that
    };

    [[nodiscard]] auto state_of (Pa pa) -> State &;

    Who who_;
    PaRange own_;
    std::vector<State> lines_;
    std::vector<std::size_t> ordered_;  // lines that are
    State code_{};
    State addresses_{};
};

}  // namespace ravelin::sim
