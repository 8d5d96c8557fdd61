// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/processor.hpp"

#include "sim/machine/machine.hpp"
#include "sim/machine/stopped.hpp"

#include <stdexcept>

namespace ravelin::sim
{

Processor::Processor (Machine &machine, CpuIndex index)
    : machine_{machine}, index_{index}, hypervisor_{machine.hypervisor_},
      hal_{index,
           {machine.clock_, machine.timer (index), machine.el2_memory_, machine},
           machine.random_.next ()}
{
}

auto Processor::trap (Registers &registers) -> Next
{
    if (state_ != State::host) [[unlikely]]
    {
        throw std::logic_error{"a CPU that isn't in the host can't trap"};
    }
    if (observer_ != nullptr) [[unlikely]]
    {
        observer_->entered (*this, registers);
    }
    auto next = Next::off;
    try
    {
        next = hypervisor_.synchronous (hal_, registers);
        if (next == Next::off)
        {
            state_ = State::el2;
        }
    }
    catch (const Stopped &)
    {
        state_ = State::off;
    }
    if (observer_ != nullptr) [[unlikely]]
    {
        observer_->leaving (*this, registers);
    }
    return next;
}

void Processor::interrupt ()
{
    hypervisor_.asynchronous (hal_);
}

}  // namespace ravelin::sim
