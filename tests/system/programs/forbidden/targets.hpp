// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bounded_vector.hpp"
#include "machine.hpp"

#include <string_view>

namespace forbidden {

/// A place that the host may not reach.
struct Target {
    std::string_view name;
    el1::Pa address;  // of a cache line
};

using Targets = ravelin::BoundedVector<Target, 24>;

/// Such places on this machine, of each kind one at least. The first is Ravelin's code.
[[nodiscard]] auto targets () -> Targets;

}  // namespace forbidden
