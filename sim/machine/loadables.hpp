// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ravelin::sim {

class DeviceTree;

/// What a board's loader brings into memory.
struct Loadables {
    std::vector<std::byte> image;     // as tools/make-image makes it: see RavelinImage
    std::vector<std::byte> initrd{};  // may be empty
    std::string command_line{};       // for the host
    const DeviceTree *device_tree{};  // nullptr: the board's own
};

}  // namespace ravelin::sim
