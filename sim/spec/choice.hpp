// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/spec/page.hpp"

#include <vector>

namespace ravelin::spec {

/// What the real side chose where more than one choice is right. A step checks it and follows.
struct Choice {
    Handle handle{};                     // VM_CREATE: of the new VM
    std::vector<PageNumber> unmapped{};  // VM_RECLAIM: IPA pages of the VM whose mapping ended
    std::vector<PageNumber> control{};   // VM_RECLAIM: control pages that came back to the host
};

}  // namespace ravelin::spec
