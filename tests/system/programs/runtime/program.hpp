// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "report.hpp"

namespace el1 {

/// What a program does, on the first CPU with MMU and caches on; each program defines it. The verdict comes
/// after it.
[[nodiscard]] auto run_program () -> End;

}  // namespace el1
