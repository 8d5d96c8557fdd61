// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/concept.hpp"

// One of hyp/arm64/hal and sim/hal: the build's include path decides.
#include <ravelin_hal/cpu.hpp>
#include <ravelin_hal/shared.hpp>

namespace ravelin::hal {

static_assert (CpuInterface<Cpu>);

}  // namespace ravelin::hal
