// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"
#include "sim/replay/record/event.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace ravelin::sim::replay {

/// The simulated machine does otherwise than the record says.
class Divergence : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// An event, as a person reads it.
[[nodiscard]] auto to_text (const Event &event) -> std::string;

/// What a Divergence says of two things that aren't the same.
[[nodiscard]] auto in_both (const Event &recorded, const std::string &simulated) -> std::string;

/// X0-X30, or a system register as QEMU calls it.
[[nodiscard]] auto register_name (std::size_t number) -> std::string;

/// Why a trap came: of @p syndrome only if it's synchronous.
[[nodiscard]] auto to_text (Cause cause, std::uint64_t syndrome) -> std::string;

}  // namespace ravelin::sim::replay
