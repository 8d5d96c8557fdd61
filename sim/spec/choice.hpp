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
    bool goes_on{};                      // a guest's trap: it goes on, its host sees nothing of it
    bool again{};                        // a guest's access to its GIC: it is to make it again
    std::uint64_t count{};               // CNTP_TVAL_EL0: what it found in CNTPCT_EL0
    std::uint64_t woken{};               // VM_SET_LINE, EXIT_WAKE: vCPUs to run, a bit for each
};

}  // namespace ravelin::spec
