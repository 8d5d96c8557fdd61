// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"
#include "questions.hpp"

using namespace guest;

// What the host does to a plain VM's memory and registers, as the guest sees it.

namespace {
constexpr std::uint64_t first  = 0x706c'6169'6e00'0001;
constexpr std::uint64_t second = 0x706c'6169'6e00'0002;
constexpr std::uint64_t page   = 4096;

auto host (Question question, std::uint64_t of = GUEST_PAGE) -> std::uint64_t {
    return ask (ask_of (of, question));
}

void pages (std::uint64_t place) {
    const auto writes_before   = host (Question::writes);
    const auto absences_before = host (Question::absences);

    store (place, first);
    check ("the host sees what the guest stores", host (Question::read, place) == first);
    host (Question::write, place);
    check ("the guest sees what the host stores", load (place) == hosts_word);
    store (place, first);
    host (Question::protect, place);
    check ("a read-only page can be read, which the host isn't told",
           load (place) == first && host (Question::writes) == writes_before);
    store (place, second);
    check ("a store to it is the host's to permit",
           load (place) == second && host (Question::writes) == writes_before + 1);
    host (Question::unmap, place);
    check ("a page that was taken away is asked for", load (place) == second);
    check ("once", host (Question::absences) == absences_before + 1);
    store (place + page, first);
    check ("and its neighbour is what it was", load (place + page) == first && load (place) == second);
}

/// The host negates X20 while the guest is away.
[[nodiscard]] auto x20_after_host (std::uint64_t value) -> std::uint64_t {
    register std::uint64_t x20 asm ("x20") = value;
    asm volatile ("str %1, [%2]"
                  : "+r"(x20)
                  : "r"(ask_of (GUEST_PAGE, Question::registers)), "r"(std::uint64_t{GUEST_ASK})
                  : "memory");
    return x20;
}
}  // namespace

void guest::run (const Start & /*start*/) {
    print ("memory in pages\n");
    pages (GUEST_PAGE);
    print ("memory in a block\n");
    pages (GUEST_BLOCK_RAM);
    print ("registers\n");
    check_equal ("the host reads and writes X20", x20_after_host (first), ~first);
}
