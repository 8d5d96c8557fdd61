// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/cpu_index.hpp"

namespace ravelin::arm64 {

/// Lets the start-up code know the CPU with @p affinity as @p index.
void set_affinity (CpuIndex index, Affinity affinity);

}  // namespace ravelin::arm64
