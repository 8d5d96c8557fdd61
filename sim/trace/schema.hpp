// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ravelin::sim::trace {

/// What the lines of one kind look like.
struct KindSchema {
    std::string_view name;
    std::span<const Field> required;  // in this order
    std::span<const Field> optional;  // behind them
};

[[nodiscard]] auto schema_of (Kind kind) -> const KindSchema &;

/// The kind that is called @p name; nothing if none is.
[[nodiscard]] auto kind_named (std::string_view name) -> std::optional<Kind>;

/// What a field is called. Two fields that no kind has together may share a name.
[[nodiscard]] auto name_of (Field field) -> std::string_view;

/// A field's value as it's written: a word, a decimal number, or 0x and hexadecimal digits.
[[nodiscard]] auto spelled (Field field, std::uint64_t value) -> std::string;

/// The other way; nothing if @p text is no value of this field.
[[nodiscard]] auto parse_value (Field field, std::string_view text) -> std::optional<std::uint64_t>;

/// The number of @p word, one of those that @p field may be. It has to be.
[[nodiscard]] auto number_of (Field field, std::string_view word) -> std::uint64_t;

}  // namespace ravelin::sim::trace
