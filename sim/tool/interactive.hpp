// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/machine.hpp"
#include "sim/machine/outcome.hpp"

#include <optional>

namespace ravelin::sim {

/// Runs @p machine with the person's terminal as its console. It's given time as the person's clock gives it,
/// or as fast as it can if that's slower.
/// @return  why it ended; nothing if the person has ended it, by Ctrl-A X
[[nodiscard]] auto run_interactively (Machine &machine) -> std::optional<Outcome>;

}  // namespace ravelin::sim
