// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/state.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace ravelin::spec {

/// Where a CPU goes on after a trap.
enum class Next : std::uint8_t {
    host,         // after its call, or after the VCPU_RUN that ended
    guest,        // after its call, or where VCPU_RUN resumes it
    guest_again,  // at the instruction that trapped
    guest_abort,  // at its vector: it takes a synchronous external abort
    unspecified,  // the call isn't one of vm_calls.h, and changes nothing that is specified here
};

/// What must be in a general-purpose register after a trap.
struct ExpectedRegister {
    enum class Kind : std::uint8_t {
        kept,  // what was in it before; for a guest that exits: that of its host
        value,
        any,
    };

    Kind kind{Kind::kept};
    std::uint64_t value{};
    std::uint64_t known{~0ULL};  // the bits of value that can't be otherwise

    auto operator== (const ExpectedRegister &) const -> bool = default;
};

/// What must be observed of a trap.
struct Outcome {
    static constexpr std::size_t results = 5;

    Next next{Next::host};
    std::array<ExpectedRegister, results> x{};  // X0-X4 of the host or guest that goes on; all others are kept
    std::optional<VcpuName> enters{};           // VCPU_RUN: what runs now
    std::optional<std::uint64_t> delivers{};    // VCPU_RUN: what the register of the load it answers gets
    std::uint64_t skips{};                      // VCPU_RUN: bytes of the instruction behind which a vCPU goes on
    std::optional<std::uint64_t> answers{};     // a call of a guest that exits: what is in X0 when it goes on
    std::optional<ExpectedRegister> loads{};    // what the register of a load or MRS that is answered here gets

    /// VCPU_RUN: registers that calls have set, by RAVELIN_REGISTER_*; all X registers and PC of one that begins.
    std::map<std::uint64_t, std::uint64_t> set{};
    bool begins{};
    std::string_view objection{};  // why what the real side chose is wrong; empty: it isn't

    auto operator== (const Outcome &) const -> bool = default;
};

/// Whether @p value is what a register that held @p before must hold.
[[nodiscard]] auto agrees (const ExpectedRegister &expected, std::uint64_t before, std::uint64_t value) -> bool;

/// Whether registers went from @p before to @p after as @p outcome says.
/// @param before  X0, X1, … of who goes on, when it was last there
/// @param after   as many, now
[[nodiscard]] auto agrees (const Outcome &outcome, std::span<const std::uint64_t> before,
                           std::span<const std::uint64_t> after) -> bool;

/// CPU goes on at @p next, with these values in X0, X1, …
[[nodiscard]] auto returns (Next next, std::initializer_list<std::uint64_t> values) -> Outcome;

/// The host goes on with @p status in X0.
[[nodiscard]] auto returns_status (std::int64_t status) -> Outcome;

/// The real side may not choose what it did.
[[nodiscard]] auto objects (std::string_view why) -> Outcome;

}  // namespace ravelin::spec
