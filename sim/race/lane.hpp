// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/fiber.hpp"
#include "sim/machine/thread_sanitizer.hpp"
#include "sim/race/thread_lane.hpp"

#include <type_traits>

namespace ravelin::sim::race {

/// What a CPU goes on in, whenever it's its turn: a fiber, or, where ThreadSanitizer looks, a thread of its own. It's
/// the same turns in both.
using Lane = std::conditional_t<thread_sanitizer::looks, ThreadLane, Fiber>;

}  // namespace ravelin::sim::race
