// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/replay/record/header.hpp"
#include "sim/replay/recorder/recorder.hpp"

#include <span>
#include <string>

namespace ravelin::sim::replay {

/// What the plugin is told on QEMU's command line, NAME=VALUE each. Addresses are offsets in the image, but for that of
/// the image itself.
struct Arguments {
    std::string output;  // the record
    Header header;
    Places places;

    /// Throws std::runtime_error, which says what is wrong.
    [[nodiscard]] static auto parse (std::span<char *const> arguments) -> Arguments;
};

}  // namespace ravelin::sim::replay
