// SPDX-License-Identifier: BSD-2-Clause
#include "guest.hpp"

#include "access.hpp"
#include "call.hpp"
#include "hyp/abi/psci.h"
#include "hyp/arm64/panic.hpp"

#include <array>
#include <charconv>
#include <cstddef>

using namespace guest;

extern "C" void guest_entry ();  // start.S: every vCPU begins there

namespace {
constinit std::uint64_t failures = 0;

/// What a host would do for a plain VM.
void turn_others_on () {
    const auto others = load (GUEST_ARGUMENTS + GUEST_TO_TURN_ON);
    for (std::uint64_t number = 1; number < GUEST_MAX_VCPUS; ++number) {
        if ((others >> number & 1) != 0) {
            el1::hvc (PSCI_CPU_ON_64, number, reinterpret_cast<std::uint64_t> (&guest_entry), 0);
        }
    }
    store (GUEST_BEGUN, 0);
}
}  // namespace

namespace guest {

void print (std::string_view text) {
    for (const char c : text) {
        store_byte (GUEST_CONSOLE, c);
    }
}

void print_hex (std::uint64_t number) {
    std::array<char, 16> digits{};
    const auto *end = std::to_chars (digits.data (), digits.data () + digits.size (), number, 16).ptr;
    print ("0x");
    print ({digits.data (), static_cast<std::size_t> (end - digits.data ())});
}

void check (std::string_view what, bool is_so) {
    print (is_so ? "ok  " : "NOT ");
    print (what);
    print ("\n");
    failures += is_so ? 0 : 1;
}

void check_equal (std::string_view what, std::uint64_t actual, std::uint64_t expected) {
    if (actual != expected) {
        print ("    ");
        print_hex (actual);
        print (" where there should be ");
        print_hex (expected);
        print ("\n");
    }
    check (what, actual == expected);
}

void finish () {
    for (;;) {
        store (GUEST_FINISH, failures);
    }
}

auto ask (std::uint64_t question) -> std::uint64_t {
    store (GUEST_ASK, question);
    return load (GUEST_ASK);
}

}  // namespace guest

// What hyp/arm64/runtime.cpp, which serves here too, calls when its caller broke a rule.
namespace ravelin::arm64 {
void panic (std::string_view why) {
    check (why, false);
    finish ();
}
}  // namespace ravelin::arm64

extern "C" {
// start.S.
[[noreturn]] void guest_start (std::uint64_t argument, std::uint64_t x0) {
    const bool is_protected = (argument & GUEST_IS_PLAIN) == 0;
    if (is_protected && (argument & GUEST_NUMBER) == 0) { turn_others_on (); }
    run ({.number   = static_cast<unsigned> (argument & GUEST_NUMBER),
          .is_plain = (argument & GUEST_IS_PLAIN) != 0,
          .variant  = argument >> GUEST_VARIANT_BIT,
          .x0       = x0});
    finish ();
}
}
