// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/trace/event.hpp"

#include <cstdint>
#include <string>

namespace ravelin::sim::trace {

/// What a call returned in X0: a status, or a number.
[[nodiscard]] auto status_name (std::uint64_t x0) -> std::string;

/// A stage 2 descriptor of @p level: what it leads to, and with which rights.
[[nodiscard]] auto descriptor_words (std::uint64_t entry, unsigned level) -> std::string;

/// Whether @p event is a trap by HVC or SMC.
[[nodiscard]] auto is_call (const Event &event) -> bool;

/// An event in a few words: what happened; of a call, which one.
[[nodiscard]] auto title_of (const Event &event) -> std::string;

/// The rest of what it says, to be read behind its title.
[[nodiscard]] auto details_of (const Event &event) -> std::string;

}  // namespace ravelin::sim::trace
