// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/guest_arena.hpp"

#include "hyp/abi/boot.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace ravelin::fuzz {

using namespace hal::sysreg;
using sim::Processor;

namespace {
constexpr std::uint64_t host_code = 0x4100'0000;
constexpr std::uint64_t host_ram  = 0x4200'0000;  // from here on the host gives pages to VMs

constexpr std::uint64_t tables = 16;  // pages

// Registers of the host's GIC.
constexpr std::uint64_t gicd_ctlr      = 0x000;
constexpr std::uint64_t gicd_isenabler = 0x100;
constexpr std::uint64_t gicd_sgir      = 0xf00;
constexpr std::uint64_t gicc_ctlr      = 0x00;
constexpr std::uint64_t gicc_pmr       = 0x04;
constexpr std::uint64_t gicc_iar       = 0x0c;
constexpr std::uint64_t gicc_eoir      = 0x10;
constexpr std::uint32_t spurious       = 1020;  // IAR, and above: nothing to take
}  // namespace

GuestArena::GuestArena (TrapLog *log)
    : log_{log}, loader_{sim::BoardName::virt, {.cpus = cpus, .memory = 36ULL << 20}} {
    renew ();
}

void GuestArena::renew () {
    checker_.reset ();
    machine_ = loader_.boot ();
    if (machine_ == nullptr) { std::abort (); }
    for (std::uint64_t number = 1; number < cpus; ++number) {
        Registers on{.x = {PSCI_CPU_ON_64, number, host_code, 0}};
        static_cast<void> (machine_->cpu (0U).hvc (on));
        machine_->settle ();
    }
    for (std::uint32_t number = 0; number < cpus; ++number) {
        const CpuIndex index{number};
        auto &gic = machine_->gic ();
        gic.distributor ().write ({.cpu = index, .offset = gicd_ctlr, .size = 4}, 1);
        gic.distributor ().write ({.cpu = index, .offset = gicd_isenabler, .size = 4}, 0xffff'ffff);
        gic.cpu_interface ().write ({.cpu = index, .offset = gicc_pmr, .size = 4}, 0xff);
        gic.cpu_interface ().write ({.cpu = index, .offset = gicc_ctlr, .size = 4}, 1);
    }
    checker_ = std::make_unique<sim::SpecChecker> (*machine_);
    if (log_ != nullptr) { log_->watch (*machine_); }
    traps_since_renewal_ = 0;
}

void GuestArena::begin (const Options &options) {
    traps_             = 0;
    std::uint64_t page = host_ram;
    const auto take    = [&page] (std::uint64_t pages) {
        return std::exchange (page, page + pages * page_size);
    };
    const std::uint64_t properties = 40 | (options.is_protected ? RAVELIN_VM_PROTECTED : 0);
    host_call ({RAVELIN_VM_CREATE, take (RAVELIN_VM_PAGES), properties, options.vcpus});
    vm_ = registers_[0].x[1];
    host_call ({RAVELIN_VM_ADD_RAM, vm_, guest_ram, block_size});
    host_call ({RAVELIN_VM_TOP_UP, vm_, take (tables), tables});
    host_call ({RAVELIN_VM_SET_GIC, vm_, gicd, gicc, options.intids});
    host_call ({RAVELIN_VM_SET_TIME, vm_, options.time_offset});
    if (options.is_protected) {
        constexpr std::uint64_t pages = RAVELIN_FIRMWARE_PAGES;
        host_call ({RAVELIN_VM_DONATE, vm_, guest_ram, take (pages), pages});
    }
    for (std::uint64_t number = 0; number < options.vcpus; ++number) {
        const bool off            = options.is_protected ? number != 0 : (options.off >> number & 1) != 0;
        const std::uint64_t flags = off ? RAVELIN_VCPU_OFF : 0;
        host_call ({RAVELIN_VCPU_CREATE, vm_, number, take (RAVELIN_VCPU_PAGES), guest_ram, number, flags});
    }
    for (std::uint64_t number = 1; options.is_protected && number < options.vcpus; ++number) {
        if ((options.off >> number & 1) == 0) { turn_on (number); }
    }
}

void GuestArena::turn_on (std::uint64_t number) {
    host_call ({RAVELIN_VCPU_RUN, vm_, 0, 0});
    call (cpu (0), {PSCI_CPU_ON_64, number, guest_ram, number});
}

void GuestArena::host_call (std::initializer_list<std::uint64_t> values) {
    if (call (cpu (0), values) != RAVELIN_SUCCESS) { throw std::logic_error{"a VM can't be made"}; }
}

void GuestArena::end () {
    for (std::uint32_t number = 0; number < cpus; ++number) {
        // What Ravelin takes itself comes before what is the host's.
        for (unsigned i = 0; i < 8 && is_in_guest (cpu (number)); ++i) {
            send (cpu (number));
            interrupt (cpu (number));
        }
        if (is_in_guest (cpu (number))) { throw std::logic_error{"a guest keeps its CPU"}; }
        take_as_host (cpu (number));
    }
    checker_->check_vms ();
    call (cpu (0), {RAVELIN_VM_DESTROY, vm_});
    while (static_cast<std::int64_t> (call (cpu (0), {RAVELIN_VM_RECLAIM, vm_})) == RAVELIN_AGAIN) {}
    if (traps_since_renewal_ > traps_per_machine) { renew (); }
}

auto GuestArena::call (Processor &cpu, std::initializer_list<std::uint64_t> values) -> std::uint64_t {
    std::ranges::copy (values, registers (cpu).x.begin ());
    if (!is_in_guest (cpu)) {
        cpu.hal ().write<elr_el2> (host_code);
        cpu.hal ().write<spsr_el2> (pstate::el1h);
    }
    trap (cpu, esr::Class::hvc64);
    return registers (cpu).x[0];
}

void GuestArena::trap (Processor &cpu, esr::Class kind, std::uint64_t rest) {
    ++traps_;
    ++traps_since_renewal_;
    stir_ (cpu, registers (cpu));
    cpu.hal ().write<esr_el2> (esr::exception_class.put (static_cast<std::uint64_t> (kind)) |
                               esr::instruction_length.mask () | rest);
    static_cast<void> (cpu.trap (registers (cpu)));
}

void GuestArena::access (Processor &cpu, std::uint64_t ipa, bool write, unsigned size, std::uint64_t value,
                         std::uint64_t rest) {
    constexpr std::uint64_t translation_fault = 0b00'0111;
    registers (cpu).x[1]                      = value;
    cpu.hal ().write<hpfar_el2> (hpfar::ipa_page.put (ipa / page_size));
    cpu.hal ().write<far_el2> (ipa);
    trap (cpu, esr::Class::data_abort_lower,
          rest | esr::valid.mask () | (write ? esr::write.mask () : 0) | esr::access_size.put (size) |
              esr::transfer_register.put (1) | translation_fault);
}

void GuestArena::interrupt (Processor &cpu) {
    if (!is_in_guest (cpu)) {
        take_as_host (cpu);
    } else if (machine_->gic ().irq_pending (cpu.index ())) {
        ++traps_;
        ++traps_since_renewal_;
        stir_ (cpu, registers (cpu));
        static_cast<void> (cpu.interrupt (registers (cpu)));
    }
}

void GuestArena::take_as_host (Processor &cpu) {
    auto &interface  = machine_->gic ().cpu_interface ();
    const auto taken = interface.read ({.cpu = cpu.index (), .offset = gicc_iar, .size = 4});
    const auto intid = taken & 0x3ff;  // beside it is who sent an SGI
    // A level would come again at once: the host's timer is turned off.
    if (intid == 27) { cpu.hal ().write<cntv_ctl_el0> (0); }
    if (intid < spurious) { interface.write ({.cpu = cpu.index (), .offset = gicc_eoir, .size = 4}, taken); }
}

void GuestArena::send (Processor &cpu) {
    const std::uint64_t target = 1ULL << (16 + cpu.index ().value ());
    machine_->gic ().distributor ().write ({.cpu = cpu.index (), .offset = gicd_sgir, .size = 4}, target | host_sgi);
}

auto GuestArena::interface_read (Processor &cpu, std::uint64_t offset) -> std::uint32_t {
    return static_cast<std::uint32_t> (
        machine_->gic ().virtual_interface ().read ({.cpu = cpu.index (), .offset = offset, .size = 4}));
}

void GuestArena::interface_write (Processor &cpu, std::uint64_t offset, std::uint32_t value) {
    machine_->gic ().virtual_interface ().write ({.cpu = cpu.index (), .offset = offset, .size = 4}, value);
}

}  // namespace ravelin::fuzz
