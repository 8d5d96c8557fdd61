// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "console.hpp"

#include <cstdint>
#include <string_view>

namespace el1 {

/// One thing that a program finds out. Prints "PASS name" or "FAIL name: why" when it ends; of several
/// reasons only the first. Only the first CPU has any.
class Test {
  public:
    /// @param name    what is true if it passes
    /// @param detail  which of several things that is said of; may be empty
    explicit Test (std::string_view name, std::string_view detail = {}) : name_{name}, detail_{detail} {}
    ~Test ();
    Test (const Test &)                     = delete;
    auto operator= (const Test &) -> Test & = delete;

    /// What is said from here on is said of @p subject, of which there may be many in one test.
    void about (std::string_view subject, std::uint64_t number = 0) {
        subject_ = subject;
        number_  = number;
    }

    /// @p what holds.
    void expect (std::string_view what, bool holds) {
        if (fails_with (!holds)) { explain (what, " is not so"); }
    }

    /// @p what is @p expected.
    void equal (std::string_view what, std::uint64_t actual, std::uint64_t expected) {
        if (fails_with (actual != expected)) { explain (what, " is ", Hex{actual}, ", not ", Hex{expected}); }
    }

    /// General-purpose register @p number is @p expected.
    void equal_register (std::uint64_t number, std::uint64_t actual, std::uint64_t expected) {
        if (fails_with (actual != expected)) { explain ("X", number, " is ", Hex{actual}, ", not ", Hex{expected}); }
    }

    /// @p what, a PSCI status, is @p expected.
    void status (std::string_view what, std::int64_t actual, std::int64_t expected) {
        equal (what, static_cast<std::uint64_t> (actual), static_cast<std::uint64_t> (expected));
    }

    [[nodiscard]] auto passed () const -> bool { return passed_; }

  private:
    /// Whether this is the first failure.
    [[nodiscard]] auto fails_with (bool failure) -> bool {
        const bool first = failure && passed_;
        passed_          = passed_ && !failure;
        return first;
    }

    template <class... Parts>
    void explain (const Parts &...parts) {
        print_name ("FAIL ");
        print_subject ();
        print (": ", parts...);
        print ("\n");
    }

    void print_name (std::string_view verdict) const;
    void print_subject () const;

    std::string_view name_;
    std::string_view detail_;
    std::string_view subject_;
    std::uint64_t number_{};
    bool passed_{true};
};

/// Counts a test that isn't a Test: only the verdict tells of it.
void count_test (bool passed);

/// How a program ends the machine.
enum class End : std::uint8_t {
    power_off,
    reset,
};

/// Prints the verdict on all tests and ends the machine.
[[noreturn]] void finish (End end);

/// A program can't go on: says why, which counts as a failed test, and ends as finish() does.
[[noreturn]] void give_up (std::string_view why);

}  // namespace el1
