// SPDX-License-Identifier: BSD-2-Clause
#include "sim/spec/outcome.hpp"

#include <algorithm>

namespace ravelin::spec {

auto agrees (const ExpectedRegister &expected, std::uint64_t before, std::uint64_t value) -> bool {
    switch (expected.kind) {
    case ExpectedRegister::Kind::kept:  return value == before;
    case ExpectedRegister::Kind::value: return ((value ^ expected.value) & expected.known) == 0;
    case ExpectedRegister::Kind::any:   return true;
    }
    return false;
}

auto agrees (const Outcome &outcome, std::span<const std::uint64_t> before, std::span<const std::uint64_t> after)
    -> bool {
    if (outcome.next == Next::unspecified) { return true; }
    for (std::size_t i = 0; i < after.size (); ++i) {
        const ExpectedRegister expected = i < outcome.x.size () ? outcome.x[i] : ExpectedRegister{};
        if (!agrees (expected, before[i], after[i])) { return false; }
    }
    return true;
}

auto returns (Next next, std::initializer_list<std::uint64_t> values) -> Outcome {
    Outcome outcome{.next = next};
    std::ranges::transform (values, outcome.x.begin (), [] (std::uint64_t value) {
        return ExpectedRegister{.kind = ExpectedRegister::Kind::value, .value = value};
    });
    return outcome;
}

auto returns_status (std::int64_t status) -> Outcome {
    return returns (Next::host, {static_cast<std::uint64_t> (status)});
}

auto objects (std::string_view why) -> Outcome {
    return Outcome{.objection = why};
}

}  // namespace ravelin::spec
