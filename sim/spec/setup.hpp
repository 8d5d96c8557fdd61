// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/memory.hpp"

namespace ravelin::spec {

/// The machine to specify.
struct Setup {
    std::vector<AddressRange> ram{};      // they don't overlap
    std::vector<AddressRange> ravelin{};  // what of it is Ravelin's own; all else is the host's
    std::size_t cpus{1};
};

}  // namespace ravelin::spec
