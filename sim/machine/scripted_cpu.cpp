// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/scripted_cpu.hpp"

#include "sim/machine/machine.hpp"
#include "sim/machine/scripted_host.hpp"
#include "sim/machine/violation.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ravelin::sim
{

using namespace hal::sysreg;

namespace
{
// An operation stands for a stretch of code, not for one instruction.
constexpr std::uint64_t instructions_per_operation = 500;

// Break-before-make on another CPU is over sooner.
constexpr unsigned most_repeats = 10'000;

[[nodiscard]] auto call_of (Operation::Kind kind, std::uint64_t function,
                            std::initializer_list<std::uint64_t> arguments) -> Operation
{
    Operation operation;
    operation.kind           = kind;
    operation.registers.x[0] = function;
    std::ranges::copy (arguments, operation.registers.x.begin () + 1);
    return operation;
}

[[nodiscard]] auto access_of (AccessKind kind, Va va, AccessOptions options, std::uint64_t value = 0)
    -> Operation
{
    Operation operation;
    operation.kind   = Operation::Kind::access;
    operation.access = {.va        = va,
                        .kind      = kind,
                        .size      = options.size,
                        .exclusive = options.exclusive,
                        .from_el0  = options.from_el0};
    operation.value  = value;
    return operation;
}

[[nodiscard]] auto operation_of (Operation::Kind kind, std::uint64_t value = 0) -> Operation
{
    Operation operation;
    operation.kind  = kind;
    operation.value = value;
    return operation;
}
}  // namespace

ScriptedCpu::ScriptedCpu (Processor &cpu, Body body)
    : cpu_{cpu}, mmu_{cpu.machine ().bus ()}, body_{std::move (body)}
{
    cpu.attach (*this);
}

auto ScriptedCpu::hvc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments) -> AwaitedCall
{
    return {*this, call_of (Operation::Kind::hvc, function, arguments)};
}

auto ScriptedCpu::smc (std::uint64_t function, std::initializer_list<std::uint64_t> arguments) -> AwaitedCall
{
    return {*this, call_of (Operation::Kind::smc, function, arguments)};
}

auto ScriptedCpu::load (Va va, AccessOptions options) -> AwaitedValue
{
    return {*this, access_of (AccessKind::read, va, options)};
}

auto ScriptedCpu::store (Va va, std::uint64_t value, AccessOptions options) -> AwaitedDone
{
    return {*this, access_of (AccessKind::write, va, options, value)};
}

auto ScriptedCpu::fetch (Va va, AccessOptions options) -> AwaitedValue
{
    options.size = scripted_host::instruction_size;
    return {*this, access_of (AccessKind::fetch, va, options)};
}

auto ScriptedCpu::load (Ipa ipa, AccessOptions options) -> AwaitedValue
{
    return load (Va{ipa.value ()}, options);
}

auto ScriptedCpu::store (Ipa ipa, std::uint64_t value, AccessOptions options) -> AwaitedDone
{
    return store (Va{ipa.value ()}, value, options);
}

auto ScriptedCpu::fetch (Ipa ipa, AccessOptions options) -> AwaitedValue
{
    return fetch (Va{ipa.value ()}, options);
}

auto ScriptedCpu::trapped (std::uint64_t syndrome) -> AwaitedDone
{
    return {*this, operation_of (Operation::Kind::trapped, syndrome)};
}

auto ScriptedCpu::wfi () -> AwaitedVoid
{
    return {*this, operation_of (Operation::Kind::wfi)};
}

auto ScriptedCpu::nop () -> AwaitedVoid
{
    return {*this, operation_of (Operation::Kind::nop)};
}

auto ScriptedCpu::irq_pending () -> bool
{
    return cpu_.machine ().gic ().irq_pending (cpu_.index ());
}

void ScriptedCpu::start (Processor &cpu)
{
    entry_   = cpu.hal ().read<elr_el2> ();
    context_ = cpu.registers ().x[0];
    pc_      = entry_;
    if (cpu.hal ().read<spsr_el2> () != scripted_host::el1h)
    {
        throw Violation{"EL2 starts the host with PSTATE " + hex (cpu.hal ().read<spsr_el2> ())};
    }
    cpu.hal ().write<vbar_el1> (scripted_host::vectors);
    script_    = body_ (*this);
    awaiting_  = script_.handle ();
    operation_ = nullptr;
}

auto ScriptedCpu::run (Processor &cpu, std::uint64_t instructions) -> Exit
{
    for (std::uint64_t spent = 0; spent < instructions; spent += instructions_per_operation)
    {
        if (operation_ == nullptr)
        {
            awaiting_.resume ();
            if (script_.done ())
            {
                script_.check ();
                return Exit::finished;
            }
        }
        if (operation_ == nullptr)
        {
            throw std::logic_error{"a script awaits what is no operation of its CPU"};
        }
        const After after = perform (*operation_);
        cpu.machine ().clock ().retire (instructions_per_operation);
        if (after == After::repeat)
        {
            if (++repeats_ > most_repeats)
            {
                throw Violation{"EL2 lets the host repeat an instruction for ever"};
            }
            continue;
        }
        operation_ = nullptr;
        pc_ += scripted_host::instruction_size;
        if (after != After::proceed)
        {
            return after == After::wait ? Exit::wait_for_interrupt : Exit::off;
        }
    }
    return Exit::slice_over;
}

}  // namespace ravelin::sim
