// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace guest {

/// What a guest asks its host about a page.
enum class Question : std::uint64_t {
    reach,      // can you load from it, store to it? -> reach_load, reach_store
    read,       // what is the first word?
    write,      // make it hosts_word
    protect,    // make it read-only
    unmap,      // take it away; give the same page back when I want it
    writes,     // how often did I want to write a page that was read-only?
    absences,   // how often did I want the page that you took away?
    registers,  // read my X20, and negate it
};

inline constexpr std::uint64_t reach_load  = 1;
inline constexpr std::uint64_t reach_store = 2;
inline constexpr std::uint64_t hosts_word  = 0x686f'7374'0000'0001;

/// The word to ask with: the page's IPA, and the question where its low bits were.
[[nodiscard]] constexpr auto ask_of (std::uint64_t page, Question question) -> std::uint64_t {
    return page | static_cast<std::uint64_t> (question);
}

[[nodiscard]] constexpr auto question_of (std::uint64_t asked) -> Question {
    return static_cast<Question> (asked & 0xfff);
}

[[nodiscard]] constexpr auto page_of (std::uint64_t asked) -> std::uint64_t {
    return asked & ~0xfffULL;
}

}  // namespace guest
