// SPDX-License-Identifier: BSD-2-Clause
#include "vcpu.hpp"

#include "hyp/abi/status.h"
#include "report.hpp"

namespace vms {

auto Vcpu::step () -> Step {
    exit_ = vcpu_run (vm_.handle (), number_, loaded_);
    if (exit_.status != RAVELIN_SUCCESS) { return Step::refused; }
    switch (exit_.cause) {
    case RAVELIN_EXIT_INTERRUPT: return Step::interrupted;
    case RAVELIN_EXIT_WFI:       return Step::waits;
    case RAVELIN_EXIT_MMIO:      return serve_mmio ();
    case RAVELIN_EXIT_PAGE:      break;
    default:                     el1::give_up ("there's no such exit");
    }
    vm_.feed (Ipa{exit_.x2}, exit_.is_write ());
    return Step::served;
}

auto Vcpu::serve_mmio () -> Step {
    const auto size = exit_.x3 & RAVELIN_MMIO_SIZE;
    if ((exit_.x3 & RAVELIN_MMIO_WRITE) == 0) {
        loaded_ = devices_.load (exit_.x2, size);
        return Step::served;
    }
    devices_.store (exit_.x2, size, exit_.x4);
    return devices_.is_finished () ? Step::finished : Step::served;
}

auto Vcpu::has_asked () const -> bool {
    return exit_.cause == RAVELIN_EXIT_MMIO && exit_.x2 == GUEST_ASK && (exit_.x3 & RAVELIN_MMIO_WRITE) != 0;
}

auto Vcpu::run () -> bool {
    auto last = Step::served;
    while (last == Step::served || last == Step::waits) {
        last = step ();
    }
    return last == Step::finished && failures () == 0;
}

}  // namespace vms
