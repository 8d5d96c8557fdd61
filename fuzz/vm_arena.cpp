// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/vm_arena.hpp"

#include "hyp/abi/psci.h"
#include "hyp/abi/vm_calls.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ravelin::fuzz {

using namespace hal::sysreg;

// Little more than the image and what the loader has put behind it: all of it is compared again and again.
VmArena::VmArena (TrapLog *log) : log_{log}, loader_{sim::BoardName::virt, {.cpus = cpus, .memory = 72ULL << 20}} {
    renew ();
}

void VmArena::renew () {
    checker_.reset ();
    machine_ = loader_.boot ();
    if (machine_ == nullptr) { throw std::runtime_error{"the machine doesn't boot"}; }
    for (std::uint32_t i = 1; i < cpus; ++i) {
        Registers on{.x = {PSCI_CPU_ON_64, i, host_code, 0}};
        static_cast<void> (machine_->cpu (0U).hvc (on));
    }
    machine_->settle ();
    for (std::uint32_t i = 0; i < cpus; ++i) {
        machine_->cpu (i).attach (stage1_);
    }
    checker_ = std::make_unique<sim::SpecChecker> (*machine_);
    if (log_ != nullptr) { log_->watch (*machine_); }
    registers_           = {};
    traps_since_renewal_ = 0;
}

void VmArena::trap (sim::Processor &cpu, esr::Class kind, std::uint64_t details) {
    ++traps_;
    stir_ (cpu, registers (cpu));
    cpu.hal ().write<esr_el2> (esr::exception_class.put (std::to_underlying (kind)) | esr::instruction_length.mask () |
                               details);
    static_cast<void> (cpu.trap (registers (cpu)));
}

void VmArena::interrupt (sim::Processor &cpu) {
    ++traps_;
    stir_ (cpu, registers (cpu));
    static_cast<void> (cpu.interrupt (registers (cpu)));
}

auto VmArena::host_call (sim::Processor &cpu, std::initializer_list<std::uint64_t> arguments) -> std::int64_t {
    std::ranges::copy (arguments, registers (cpu).x.begin ());
    cpu.hal ().write<elr_el2> (host_code);
    cpu.hal ().write<spsr_el2> (pstate::el1h);
    trap (cpu, esr::Class::hvc64);
    return static_cast<std::int64_t> (registers (cpu).x[0]);
}

void VmArena::end_vms () {
    std::vector<std::uint64_t> alive;
    for (const auto &[name, vm] : checker_->specification ().state ().vms) {
        alive.push_back (name);
    }
    for (const auto vm : alive) {
        static_cast<void> (host_call (cpu (0), {RAVELIN_VM_DESTROY, vm}));
        while (host_call (cpu (0), {RAVELIN_VM_RECLAIM, vm}) == RAVELIN_AGAIN) {}
    }
}

auto VmArena::finish () -> std::uint64_t {
    for (std::uint32_t i = 0; i < cpus; ++i) {
        if (is_in_guest (cpu (i))) { interrupt (cpu (i)); }
    }
    end_vms ();
    traps_since_renewal_ += traps_;
    if (traps_since_renewal_ > traps_per_machine) { renew (); }
    return std::exchange (traps_, 0);
}

}  // namespace ravelin::fuzz
