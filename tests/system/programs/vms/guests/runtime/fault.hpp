// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "guest.hpp"

#include <cstdint>
#include <string_view>

namespace guest {

/// An exception that was waited for.
struct Fault {
    std::uint64_t count{};   // how many came
    std::uint64_t vector{};  // of the last one: number of the vector, ESR_EL1, FAR_EL1, ELR_EL1
    std::uint64_t esr{};
    std::uint64_t far{};
    std::uint64_t elr{};

    /// Exception class and fault status of the syndrome.  [ARM DDI 0487, D17.2.37]
    [[nodiscard]] auto exception_class () const -> std::uint64_t { return esr >> 26; }
    [[nodiscard]] auto status () const -> std::uint64_t { return esr & 0x3f; }
    [[nodiscard]] auto is_write () const -> bool { return (esr >> 6 & 1) != 0; }
};

inline constexpr std::uint64_t undefined_class    = 0x00;
inline constexpr std::uint64_t code_abort_class   = 0x21;  // at EL1
inline constexpr std::uint64_t data_abort_class   = 0x25;
inline constexpr std::uint64_t synchronous_vector = 4;  // from EL1 with its own stack
inline constexpr std::uint64_t external_abort     = 0x10;
inline constexpr std::uint64_t external_on_walk   = 0x14;  // and the level of the table in two bits
inline constexpr std::uint64_t translation_fault  = 0x04;
inline constexpr std::uint64_t permission_fault   = 0x0c;
inline constexpr std::uint64_t fault_level        = 0x03;

/// From here on an exception is waited for: the instruction is left out, and a call to where nothing is
/// returns.
void expect_faults ();

/// No more. What came?
[[nodiscard]] auto end_of_faults () -> Fault;

/// What @p action comes to.
template <class Action>
[[nodiscard]] auto fault_of (Action action) -> Fault {
    expect_faults ();
    action ();
    return end_of_faults ();
}

/// Whether @p fault is one abort of @p of_class with @p status, for @p address.
[[nodiscard]] inline auto is_abort (const Fault &fault, std::uint64_t of_class, std::uint64_t status,
                                    std::uint64_t address) -> bool {
    return fault.count == 1 && fault.vector == synchronous_vector && fault.exception_class () == of_class &&
           fault.status () == status && fault.far == address;
}

/// Whether @p fault is one undefined instruction.
[[nodiscard]] inline auto is_undefined (const Fault &fault) -> bool {
    return fault.count == 1 && fault.vector == synchronous_vector && fault.exception_class () == undefined_class;
}

}  // namespace guest
