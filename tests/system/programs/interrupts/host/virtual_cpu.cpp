// SPDX-License-Identifier: BSD-2-Clause
#include "virtual_cpu.hpp"

#include "hyp/abi/status.h"

namespace interrupts {

auto VirtualCpu::run () -> vms::Exit {
    const vms::Exit exit = vms::vcpu_run (vm_.handle (), number_, loaded_);
    if (exit.status != RAVELIN_SUCCESS) { return exit; }
    if (exit.cause == RAVELIN_EXIT_PAGE) { vm_.feed (vms::Ipa{exit.x2}, exit.is_write ()); }
    if (exit.cause == RAVELIN_EXIT_MMIO) { serve_mmio (exit); }
    return exit;
}

void VirtualCpu::serve_mmio (const vms::Exit &exit) {
    if ((exit.x3 & RAVELIN_MMIO_WRITE) == 0) {
        loaded_ = devices_.load (exit.x2);
    } else {
        devices_.store (exit.x2, exit.x4);
    }
}

}  // namespace interrupts
