// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"
#include "hyp/core/range.hpp"
#include "sim/machine/exposed_memory.hpp"
#include "sim/machine/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ravelin::sim {

/// Watches what EL2 reads during one trap of one CPU of the bytes that others may change meanwhile: the host, or the
/// guest that has trapped. It may read each of them once. Between any two reads those that it has read change, as
/// a hostile host would do it; once the trap is over they are as they were, but for what EL2 has written.
class FetchWatch {
  public:
    /// @param cpu      the CPU, for messages
    /// @param bus      has the RAM
    /// @param exposed  knows who reaches what; both outlive the watch
    /// @param own      Ravelin's memory: needs no watching
    FetchWatch (CpuIndex cpu, Bus &bus, ExposedMemory &exposed, PaRange own, std::uint64_t seed)
        : cpu_{cpu}, bus_{bus}, exposed_{exposed}, own_{own}, random_{seed} {}

    /// A trap begins.
    /// @param host  the host's stage 2
    /// @param from  that of the world which has trapped
    /// @param cause  ESR_EL2
    void begin (const Stage2 &host, const Stage2 &from, std::uint64_t cause);

    /// It ends.
    void end ();

    /// Whether somebody else can write to the page with @p pa, now in this trap.
    [[nodiscard]] auto watches (Pa pa) -> bool { return active_ && pa - own_.start >= own_.size && is_exposed (pa); }

    /// Whether EL2 has read anything that is watched in this trap.
    [[nodiscard]] auto has_read () const -> bool { return !reads_.empty (); }

    /// EL2 reads @p range, which is watched. Throws a Violation if it has read a byte of it before.
    void read (PaRange range);

    /// It has done so: the bytes change.
    void change_what_was_read ();

    /// EL2 writes to @p range: that stays.
    void write (PaRange range);

    /// EL2 gets hold of an object at @p range. Nobody sees then what it reads how often: a Violation, if others can
    /// write there.
    void refer (PaRange range) {
        if (active_ && !own_.contains (range)) { check_reference (range); }
    }

    /// EL2 gets hold of the bytes of @p range. Where others can write it may only overwrite them all, blindly, as it
    /// does with a page that is shared at a VM's end: they have written something there by now, and if a word of that
    /// is still there when the trap ends, end() throws a Violation.
    void lend (PaRange range) {
        if (active_ && !own_.contains (range)) { lend_in_trap (range); }
    }

  private:
    /// A byte that was read.
    struct Read {
        Pa pa;
        std::byte original;
        std::byte changed;
        bool written;  // by EL2 since
    };

    void check_reference (PaRange range);
    void lend_in_trap (PaRange range);
    void check_overwritten () const;
    [[nodiscard]] auto is_exposed (Pa pa) -> bool {
        return exposed_.has (host_, pa) || (from_is_guest_ && exposed_.has (from_, pa));
    }
    [[nodiscard]] auto where () const -> std::string;
    [[nodiscard]] auto at (Pa pa) const -> std::byte & { return *bus_.find_ram ({pa, 1})->at (pa); }

    CpuIndex cpu_;
    Bus &bus_;
    ExposedMemory &exposed_;
    PaRange own_;
    Random random_;
    bool active_{};
    Stage2 host_;
    Stage2 from_;
    bool from_is_guest_{};
    std::uint64_t cause_{};
    std::vector<Read> reads_;
    std::vector<PaRange> lent_;  // pages, or parts of them, in whole words
};

}  // namespace ravelin::sim
