// SPDX-License-Identifier: BSD-2-Clause
#include "call.hpp"
#include "el2_counter.hpp"
#include "hyp/abi/host_calls.h"
#include "hyp/abi/smccc.h"
#include "program.hpp"

#include <array>

using namespace el1;

// Counts the instructions that EL2 spends on calls, under QEMU's -icount.

namespace {
/// The most that a null call may cost.
constexpr std::uint64_t budget = 80;

/// What EL2 spends on @p calls calls.
template <Conduit Way>
[[nodiscard]] auto spent_on (std::uint64_t function, std::uint64_t calls) -> std::uint64_t {
    const auto before = El2Counter::value ();
    for (std::uint64_t i = 0; i < calls; ++i) {
        static_cast<void> (call<Way> (function));
    }
    return El2Counter::value () - before;
}

/// Counts two numbers of calls, so that whatever isn't part of a call drops out, and each twice.
template <Conduit Way>
[[nodiscard]] auto measure (std::string_view name, std::uint64_t function) -> std::uint64_t {
    constexpr std::uint64_t few  = 1000;
    constexpr std::uint64_t many = 2000;

    Test test{"every call costs the same", name};
    const auto for_few  = spent_on<Way> (function, few);
    const auto for_many = spent_on<Way> (function, many);
    test.equal ("1000 calls, again", spent_on<Way> (function, few), for_few);
    test.equal ("2000 calls, again", spent_on<Way> (function, many), for_many);
    test.equal ("remainder of a call's share", (for_many - for_few) % (many - few), 0);

    const auto each = (for_many - for_few) / (many - few);
    test.equal ("what isn't part of a call", for_few - few * each, 0);
    test.expect ("it costs something", each != 0);
    print (name, " EL2 instructions ", each, "\n");
    return each;
}
}  // namespace

auto el1::run_program () -> End {
    const El2Counter counter;
    const auto cost = measure<Conduit::hvc> ("null_call", RAVELIN_NULL);
    static_cast<void> (measure<Conduit::smc> ("null_call_by_smc", RAVELIN_NULL));
    static_cast<void> (measure<Conduit::hvc> ("smccc_version", SMCCC_VERSION));
    {
        Test test{"a null call keeps its budget"};
        test.expect ("it costs at most 80 instructions", cost <= budget);
    }
    return End::power_off;
}
