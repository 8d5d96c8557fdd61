// SPDX-License-Identifier: BSD-2-Clause
#include "machine_run.hpp"

#include "hyp/abi/status.h"
#include "timer.hpp"
#include "vms/host/helper.hpp"

#include <optional>
#include <utility>

using namespace el1;

namespace interrupts {

MachineRun::MachineRun (vms::RunningVm &vm, Devices &devices, unsigned count)
    : vm_{vm}, devices_{devices}, count_{count} {
    for (Cpu &cpu : cpus_) {
        cpu.until = never;
    }
    cpus_.front ().until = now;
}

auto MachineRun::run () -> bool {
    std::array<std::optional<vms::Helper>, EL1_MAX_CPUS> helpers;
    std::array<std::pair<MachineRun *, unsigned>, EL1_MAX_CPUS> jobs;
    for (unsigned i = 1; i < count_; ++i) {
        jobs.at (i) = {this, i};
        helpers.at (i).emplace (i);
        helpers.at (i)->start (
            [] (void *job) {
                const auto [machine, number] = *static_cast<std::pair<MachineRun *, unsigned> *> (job);
                machine->run_vcpu (number);
            },
            &jobs.at (i));
    }
    run_vcpu (0);
    return why_.empty ();
}

void MachineRun::run_vcpu (unsigned number) {
    Cpu &self = cpus_.at (number);
    VirtualCpu vcpu{vm_, number, devices_};
    listen ();
    while (!is_over_) {
        sleep (number);
        if (!is_over_ && !answer (self, vcpu.run ())) { return; }
        take_interrupts (self.taken, stop_timer);
    }
}

void MachineRun::sleep (unsigned number) {
    Cpu &self = cpus_.at (number);
    while (!is_over_ && !self.is_woken.exchange (false)) {
        const auto count = read<sysreg::cntpct_el0> ();
        if (count >= self.until) { return; }
        if (self.until != never) { set_timer (el1::now () + (self.until - count)); }
        asm volatile ("dsb sy\n\twfi" ::: "memory");
        take_interrupts (self.taken, stop_timer);
    }
    stop_timer ();
}

auto MachineRun::answer (Cpu &self, const vms::Exit &exit) -> bool {
    if (exit.status != RAVELIN_SUCCESS) {
        end ("VCPU_RUN was refused");
        return false;
    }
    self.until = now;
    switch (exit.cause) {
    case RAVELIN_EXIT_INTERRUPT:
    case RAVELIN_EXIT_PAGE:
    case RAVELIN_EXIT_MMIO:       return true;
    case RAVELIN_EXIT_WFI:        self.until = exit.x2; return true;
    case RAVELIN_EXIT_WAKE:       wake (exit.x2); return true;
    case RAVELIN_EXIT_OFF:        self.until = never; return true;
    case RAVELIN_EXIT_SYSTEM_OFF: end ({}); return false;
    case RAVELIN_EXIT_REFUSED:
        refusal_ = exit.x2;
        end ("its firmware doesn't start it");
        return false;
    default: end ("there's no such exit"); return false;
    }
}

void MachineRun::wake (std::uint64_t vcpus) {
    for (unsigned i = 0; i < count_; ++i) {
        if ((vcpus >> i & 1) != 0) { cpus_.at (i).is_woken = true; }
    }
    gic::send (wake_sgi, static_cast<std::uint32_t> (vcpus));
}

void MachineRun::end (std::string_view why) {
    if (!is_over_.exchange (true)) { why_ = why; }
    wake ((1U << count_) - 1);
}

}  // namespace interrupts
