// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "layout.h"

#include <cstdint>
#include <string_view>

namespace guest {

/// What the host said at this vCPU's start.
struct Start {
    unsigned number{};        // of the vCPU
    bool is_plain{};          // the host sees the memory
    std::uint64_t variant{};  // what the guest shall do, if it can do several things
    std::uint64_t x0{};       // what it came with: where the device tree is, of a kernel
};

/// What a guest does; each guest defines it. The host is told of the failed checks when it returns.
void run (const Start &start);

/// Prints on the console, which is the host's transcript.
void print (std::string_view text);
void print_hex (std::uint64_t number);

/// Prints that @p what is so, or that it is not, which counts as a failure.
void check (std::string_view what, bool is_so);

/// Checks that @p what is @p expected.
void check_equal (std::string_view what, std::uint64_t actual, std::uint64_t expected);

/// Tells the host how many checks have failed; this vCPU ends here.
[[noreturn]] void finish ();

/// Asks the host @p question, and returns its answer.
auto ask (std::uint64_t question) -> std::uint64_t;

}  // namespace guest
