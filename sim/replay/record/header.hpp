// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstdint>
#include <string>

namespace ravelin::sim::replay {

/// What a record says of the machine that it's of.
struct Header {
    std::string board;       // virt or raspi4b
    std::string build;       // names the image that ran: two with the same name are the same
    std::uint64_t cpus{};    // that the machine has
    std::uint64_t memory{};  // bytes of RAM
    Pa image{};              // where Ravelin was loaded
    PaRange pool{};          // pages for tables, behind what the image holds
    PaRange firmware{};      // the guest firmware's image
    Pa entry{};              // where CPUs enter that firmware starts

    friend auto operator== (const Header &, const Header &) -> bool = default;
};

}  // namespace ravelin::sim::replay
