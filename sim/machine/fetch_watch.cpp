// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/fetch_watch.hpp"

#include "sim/machine/violation.hpp"

#include <algorithm>

namespace ravelin::sim {

namespace {
/// Some other byte.
[[nodiscard]] auto another (std::byte byte, Random &random) -> std::byte {
    constexpr std::uint64_t others = 255;
    return byte ^ static_cast<std::byte> (1 + random.below (others));
}

constexpr std::uint64_t word_size = sizeof (std::uint64_t);

/// What others have written to the word at @p word.
[[nodiscard]] auto rubbish (Pa word) -> std::uint64_t {
    return Random{word.value ()}.next () | 1;
}
}  // namespace

auto FetchWatch::where () const -> std::string {
    return " in one trap, with ESR_EL2 " + hex (cause_) + ", on CPU " + std::to_string (cpu_.value ());
}

void FetchWatch::begin (const Stage2 &host, const Stage2 &from, std::uint64_t cause) {
    host_ = host;
    from_ = from;

    from_is_guest_ = from != host;
    cause_         = cause;
    active_        = true;
    reads_.clear ();
    lent_.clear ();
}

void FetchWatch::end () {
    active_ = false;
    check_overwritten ();
    if (reads_.empty ()) [[likely]] { return; }
    for (const Read &read : reads_) {
        if (!read.written && at (read.pa) == read.changed) { at (read.pa) = read.original; }
    }
    reads_.clear ();
}

void FetchWatch::read (PaRange range) {
    const auto known = std::ranges::find_if (reads_, [&] (const Read &read) { return range.contains (read.pa); });
    if (known != reads_.end ()) {
        throw Violation{"EL2 reads " + hex (known->pa) + ", where others can write, twice" + where ()};
    }
    for (Pa pa = range.start; pa < range.end (); pa = pa + 1) {
        reads_.push_back ({pa, at (pa), another (at (pa), random_), false});
    }
}

void FetchWatch::change_what_was_read () {
    for (const Read &read : reads_) {
        if (!read.written) { at (read.pa) = read.changed; }
    }
}

void FetchWatch::write (PaRange range) {
    for (Read &read : reads_) {
        read.written = read.written || range.contains (read.pa);
    }
}

void FetchWatch::check_reference (PaRange range) {
    for (Pa page = range.start.align_down (page_size); page < range.end (); page = page + page_size) {
        if (watches (page)) {
            throw Violation{"EL2 gets hold of " + hex (std::max (page, range.start)) + ", where others can write," +
                            where ()};
        }
    }
}

void FetchWatch::lend_in_trap (PaRange range) {
    for (Pa page = range.start.align_down (page_size); page < range.end (); page = page + page_size) {
        if (!watches (page)) { continue; }
        const Pa start = std::max (page, range.start).align_up (word_size);
        const Pa end   = std::min (page + page_size, range.end ()).align_down (word_size);
        for (Pa word = start; word < end; word = word + word_size) {
            static_cast<void> (bus_.write (cpu_, word, word_size, rubbish (word)));
        }
        if (start < end) { lent_.push_back ({start, end - start}); }
    }
}

void FetchWatch::check_overwritten () const {
    for (const PaRange &part : lent_) {
        for (Pa word = part.start; word < part.end (); word = word + word_size) {
            if (bus_.read (cpu_, word, word_size) == rubbish (word)) {
                throw Violation{"EL2 gets hold of " + hex (word) +
                                ", where others can write, and doesn't overwrite it" + where ()};
            }
        }
    }
}

}  // namespace ravelin::sim
