// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/target.hpp"

#include <memory>

namespace ravelin::fuzz {

/// The name of this program's target: one of those of target.hpp, as the build says.
[[nodiscard]] auto chosen_name () -> const char *;

/// That target. It tells its traps to @p log, unless that's nullptr; the log outlives it.
[[nodiscard]] auto chosen (TrapLog *log = nullptr) -> std::unique_ptr<Target>;

}  // namespace ravelin::fuzz
