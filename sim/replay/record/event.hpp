// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/registers.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ravelin::sim::replay {

/// What an event is. The numbers are those of the file.
enum class Kind : std::uint8_t {
    nothing,          // what the recorder took back
    begin,            // a trap begins: cause; the registers that aren't as they were known
    end,              // EL2 leaves: the registers that aren't as they were when it came
    memory,           // what EL2 found in memory, where it isn't what EL2 has left there: address, bytes
    store,            // what EL2 stored: address, bytes
    mmio_read,        // address, value: 32 bits of a device
    mmio_write,       // address, value
    barrier,          // DSB: value is its option, CRm
    invalidate,       // TLBI or IC: address is the encoding, value Xt
    clean,            // DC CIVAC of each line of a range: address, value is the size
    translate,        // AT S1E1R: address is Xt, value PAR_EL1 afterwards
    call,             // SMC: X0-X3
    answer,           // what came back of it: X0-X3
    wait,             // WFI
    send_event,       // SEV
    relax,            // YIELD
    shared_load,      // an acquiring load
    shared_store,     // a releasing store
    shared_exchange,  // a compare and exchange
    read,             // MRS of what changes by itself: address is the encoding, value
    fp_before,        // V0-V31 as EL2 found them: bytes
    fp_after,         // V0-V31 as EL2 leaves them, if it has loaded them: bytes
    finished,         // the record's end: value is the number of events before
};

inline constexpr std::size_t kinds = static_cast<std::size_t> (Kind::finished) + 1;

/// Why a CPU came to EL2.
enum class Cause : std::uint8_t {
    boot,          // firmware entered Ravelin: X0 image, X1 device tree
    arrival,       // another CPU came from firmware: X0 its index
    synchronous,   // ESR_EL2 says more
    interrupt,     // IRQ or FIQ
    system_error,  // SError
};

inline constexpr std::size_t causes = static_cast<std::size_t> (Cause::system_error) + 1;

/// A register by its number, and its value.
struct RegisterValue {
    std::uint8_t number;
    std::uint64_t value;

    friend auto operator== (const RegisterValue &, const RegisterValue &) -> bool = default;
};

/// What happened next, on one CPU. Only the fields that its Shape names are in the file.
struct Event {
    Kind kind{};
    std::uint8_t cpu{};  // as Ravelin counts them
    Cause cause{};
    std::uint64_t address{};
    std::uint64_t value{};
    std::array<std::uint64_t, 4> arguments{};
    std::vector<std::byte> bytes{};
    std::vector<RegisterValue> registers{};

    friend auto operator== (const Event &, const Event &) -> bool = default;
};

/// Which fields events of a kind have, in this order.
struct Shape {
    bool cause{};
    bool address{};
    bool value{};
    bool arguments{};
    bool bytes{};
    bool registers{};
};

[[nodiscard]] constexpr auto shape_of (Kind kind) -> Shape {
    switch (kind) {
    case Kind::begin:      return {.cause = true, .registers = true};
    case Kind::end:        return {.registers = true};
    case Kind::memory:
    case Kind::store:      return {.address = true, .bytes = true};
    case Kind::mmio_read:
    case Kind::mmio_write:
    case Kind::invalidate:
    case Kind::clean:
    case Kind::translate:
    case Kind::read:       return {.address = true, .value = true};
    case Kind::barrier:
    case Kind::finished:   return {.value = true};
    case Kind::call:
    case Kind::answer:     return {.arguments = true};
    case Kind::fp_before:
    case Kind::fp_after:   return {.bytes = true};
    default:               return {};
    }
}

}  // namespace ravelin::sim::replay
