// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ravelin::sim::trace {

/// What an event is about: README.md has the meaning of each.
enum class Kind : std::uint8_t {
    trap,
    leave,  // "return", which C++ has taken
    off,
    lock,
    unlock,
    spin,
    sleep,
    sev,
    table,
    store,
    fill,
    isb,
    dsb,
    tlbi,
    ic,
    clean,
    read,
    write,
    smc,
    smc_result,
    end,
};
inline constexpr std::size_t kinds = static_cast<std::size_t> (Kind::end) + 1;

/// What an event may say besides.
enum class Field : std::uint8_t {
    cause,
    vmid,
    vcpu,
    elr,
    esr,
    far,
    ipa,
    rank,
    level,
    pa,
    old_value,
    new_value,
    size,
    domain,   // of a DSB
    tlbi_op,  // which TLBI
    ic_op,    // which IC
    value,
    x0,
    x1,
    x2,
    x3,
    x4,
    x5,
    x6,
    x7,
};
inline constexpr std::size_t fields = static_cast<std::size_t> (Field::x7) + 1;

/// Register @p number, 0 to 7, as a field.
[[nodiscard]] constexpr auto x_field (std::size_t number) -> Field {
    return static_cast<Field> (static_cast<std::size_t> (Field::x0) + number);
}

/// One thing that EL2 did, or that happened to it. What fields it has depends on its kind: see schema.hpp. Fields that
/// are words in the file are numbers here, their place in the list of words.
class Event {
  public:
    Event () = default;
    Event (Ticks ticks, std::uint32_t cpu, Kind kind) : ticks_{ticks}, cpu_{cpu}, kind_{kind} {}

    [[nodiscard]] auto ticks () const -> Ticks { return ticks_; }
    [[nodiscard]] auto cpu () const -> std::uint32_t { return cpu_; }
    [[nodiscard]] auto kind () const -> Kind { return kind_; }

    [[nodiscard]] auto has (Field field) const -> bool { return (present_ >> index (field) & 1) != 0; }

    /// What it says of @p field; nothing if it doesn't.
    [[nodiscard]] auto find (Field field) const -> std::optional<std::uint64_t> {
        return has (field) ? std::optional{values_[index (field)]} : std::nullopt;
    }

    /// The same for a field that its kind always has; 0 if it hasn't.
    [[nodiscard]] auto at (Field field) const -> std::uint64_t { return values_[index (field)]; }

    auto set (Field field, std::uint64_t value) -> Event & {
        values_[index (field)] = value;
        present_ |= 1U << index (field);
        return *this;
    }

    friend auto operator== (const Event &, const Event &) -> bool = default;

  private:
    [[nodiscard]] static constexpr auto index (Field field) -> std::size_t { return static_cast<std::size_t> (field); }

    Ticks ticks_{};
    std::uint32_t cpu_{};
    Kind kind_{};
    std::uint32_t present_{};
    std::array<std::uint64_t, fields> values_{};
};

}  // namespace ravelin::sim::trace
