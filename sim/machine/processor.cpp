// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/processor.hpp"

#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/machine/stopped.hpp"
#include "sim/machine/thread_sanitizer.hpp"
#include "sim/models/mmu_registers.hpp"

#include <stdexcept>

namespace ravelin::sim {

Processor::Processor (Machine &machine, CpuIndex index)
    : machine_{machine}, index_{index}, hypervisor_{machine.hypervisor_},
      hal_{index,
           {machine.clock_,
            machine.timer (index),
            machine.el2_memory_,
            machine,
            machine.bus_,
            machine.exposed_,
            {machine.map_.image, RavelinImage::own_size}},
           machine.random_.next ()} {}

void Processor::begin_trap () {
    hal_.begin_trap ({HostStage2::vtcr (), hypervisor_.host_stage2 ().vttbr ()});
}

auto Processor::el1_irq () -> bool {
    Gic400 &gic = machine_.gic ();
    return hcr::irq.any (hal_.read<hal::sysreg::hcr_el2> ()) ? gic.virtual_irq_pending (index_)
                                                             : gic.irq_pending (index_);
}

auto Processor::el1_fiq () -> bool {
    Gic400 &gic = machine_.gic ();
    return hcr::fiq.any (hal_.read<hal::sysreg::hcr_el2> ()) ? gic.virtual_fiq_pending (index_)
                                                             : gic.fiq_pending (index_);
}

auto Processor::system_error_waits () -> SystemError {
    const auto configuration = hal_.read<hal::sysreg::hcr_el2> ();
    const bool to_el2        = hcr::error.any (configuration);
    if (machine_.errors ().pending (index_)) { return to_el2 ? SystemError::of_el2 : SystemError::of_el1; }
    return to_el2 && hcr::virtual_error.any (configuration) ? SystemError::of_el1 : SystemError::none;
}

void Processor::take_system_error () {
    // Taking the virtual one clears the bit that makes it pending.  [ARM DDI 0487, D17.2.48, HCR_EL2.VSE]
    const auto configuration = hal_.read<hal::sysreg::hcr_el2> ();
    if (hcr::error.any (configuration)) {
        hal_.write<hal::sysreg::hcr_el2> (configuration & ~hcr::virtual_error.mask ());
    } else {
        machine_.errors ().take (index_);
    }
}

auto Processor::wakes () -> bool {
    Gic400 &gic = machine_.gic ();
    return system_error_waits () != SystemError::none || gic.irq_pending (index_) || gic.fiq_pending (index_) ||
           el1_irq () || el1_fiq ();
}

namespace {
[[nodiscard]] auto cause_of (El2Witness::Way way) -> El2Observer::Cause {
    switch (way) {
    case El2Witness::Way::interrupt:    return El2Observer::Cause::interrupt;
    case El2Witness::Way::system_error: return El2Observer::Cause::system_error;
    default:                            return El2Observer::Cause::exception;
    }
}
}  // namespace

template <class Handler>
auto Processor::enter_el2 (El2Witness::Way way, Registers &registers, Handler &&handler) -> Next {
    if (state_ != State::host) [[unlikely]] { throw std::logic_error{"a CPU that isn't in the host can't trap"}; }
    if (auto *witness = machine_.witness ()) [[unlikely]] { witness->enters (*this, way, registers); }
    auto next = Next::off;
    try {
        if (observer_ != nullptr) [[unlikely]] {
            way == El2Witness::Way::synchronous ? observer_->entered (*this, registers)
                                                : observer_->interrupted (*this, registers);
        }
        if (tracer_ != nullptr) [[unlikely]] { tracer_->entered (*this, cause_of (way), registers); }
        begin_trap ();
        const thread_sanitizer::Watched watched;
        next = handler ();
        if (next == Next::change_world) {
            hypervisor_.registers (hal_) = registers;
            registers                    = hypervisor_.change_world (hal_);
            next                         = Next::resume;
        }
        if (next == Next::off) { state_ = State::el2; }
    } catch (const Stopped &) { state_ = State::off; }
    hal_.end_trap ();
    if (auto *witness = machine_.witness ()) [[unlikely]] {
        if (next == Next::resume) {
            witness->leaves (*this, registers);
        } else {
            witness->pauses (*this, state_ == State::el2 ? El2Witness::Pause::park : El2Witness::Pause::stop);
        }
    }
    if (observer_ != nullptr) [[unlikely]] { observer_->leaving (*this, registers); }
    if (tracer_ != nullptr) [[unlikely]] { tracer_->leaving (*this, registers); }
    return next;
}

auto Processor::trap (Registers &registers) -> Next {
    return enter_el2 (El2Witness::Way::synchronous, registers,
                      [&] { return hypervisor_.synchronous (hal_, registers); });
}

auto Processor::interrupt (Registers &registers) -> Next {
    return enter_el2 (El2Witness::Way::interrupt, registers, [&] { return hypervisor_.interrupt (hal_); });
}

auto Processor::system_error (Registers &registers) -> Next {
    return enter_el2 (El2Witness::Way::system_error, registers, [&] {
        machine_.errors ().take (index_);
        return hypervisor_.system_error (hal_);
    });
}

}  // namespace ravelin::sim
