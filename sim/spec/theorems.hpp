// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/state.hpp"

#include <span>
#include <string_view>

namespace ravelin::spec {

/// Something that is so in every state that any sequence of steps reaches.
struct Theorem {
    std::string_view text;
    auto (*holds) (const State &state) -> bool;
};

/// What is promised, and what the promises rest on.
[[nodiscard]] auto theorems () -> std::span<const Theorem>;

/// The text of a theorem that @p state breaks; empty: none. Looks at everything there is.
[[nodiscard]] auto broken_theorem (const State &state) -> std::string_view;

}  // namespace ravelin::spec
