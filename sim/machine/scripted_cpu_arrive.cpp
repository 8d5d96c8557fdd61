// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"
#include "sim/machine/scripted_cpu.hpp"
#include "sim/machine/scripted_host.hpp"
#include "sim/machine/violation.hpp"

#include <stdexcept>
#include <string>

namespace ravelin::sim {

using namespace hal::sysreg;
using namespace scripted_host;

namespace {
constexpr Bits64 vmid{55, 48};      // VTTBR_EL2, with the 8 bits of a Cortex-A72
constexpr Bits64 affinity_0{7, 0};  // VMPIDR_EL2

[[nodiscard]] auto low_bytes (std::uint64_t value, unsigned size) -> std::uint64_t {
    return size >= 8 ? value : value & ((1ULL << 8 * size) - 1);
}
}  // namespace

auto ScriptedCpu::world_of_registers () -> ScriptWorld & {
    hal::Cpu &hal = processor_.hal ();
    const WorldKey key{vmid.get (hal.read<vttbr_el2> ()), affinity_0.get (hal.read<vmpidr_el2> ())};
    if (key.vmid == 0) { return *this; }
    for (ScriptedGuest *guest : guests_) {
        if (guest->key () == key) { return *guest; }
    }
    throw std::logic_error{"EL2 enters vCPU " + std::to_string (key.vcpu) + " of VMID " + std::to_string (key.vmid) +
                           ", which has no script"};
}

void ScriptedCpu::leave_world () {
    if (current_ != nullptr) { current_->cpu_ = nullptr; }
}

void ScriptedCpu::speculate () {
    const auto one_in = processor_.machine ().options ().prefetch;
    if (one_in == 0 || speculation_.below (one_in) != 0) { return; }
    const auto found = mmu_.prefetch (mmu_registers (), speculation_);
    auto *caches     = processor_.machine ().caches ();
    // The host may have a cacheable mapping of whatever it reaches. A guest that means to have none must not suffer.
    if (found && caches != nullptr && vmid.get (processor_.hal ().read<vttbr_el2> ()) == 0) {
        const auto line = speculation_.below (page_size / cache_line_size);
        caches->speculate (processor_.index (), found->pa + line * cache_line_size);
    }
}

auto ScriptedCpu::arrive () -> After {
    speculate ();
    if (ScriptWorld &world = world_of_registers (); &world != current_) {
        leave_world ();
        if (world.cpu_ != nullptr) { throw Violation{"EL2 enters " + world.name () + " on two CPUs at once"}; }
        world.cpu_ = &processor_;
        current_   = &world;
    }
    if (!current_->begun_) {
        begin_world ();
        return After::elsewhere;
    }
    return complete (*current_->operation_);
}

auto ScriptedCpu::complete (Operation &operation) -> After {
    const ScriptWorld &world = *current_;
    hal::Cpu &hal            = processor_.hal ();
    const auto target        = hal.read<elr_el2> ();
    const bool call          = operation.kind == Operation::Kind::hvc || operation.kind == Operation::Kind::smc;
    if (call) { operation.registers = processor_.registers (); }
    if (target == vectors + (operation.access.from_el0 ? from_el0 : from_el1h)) {
        take_injected (operation);
        return After::proceed;
    }
    if (hal.read<spsr_el2> () != pstate_of (operation)) {
        throw Violation{"EL2 changes the PSTATE of " + world.name () + " to " + hex (hal.read<spsr_el2> ())};
    }
    if (target != world.pc_ && target != world.pc_ + instruction_size) {
        throw Violation{"EL2 sends " + world.name () + " from " + hex (world.pc_) + " to " + hex (target)};
    }
    // Who waits for an interrupt looks again, wherever the WFI has ended.
    if (target == world.pc_ || operation.kind == Operation::Kind::take) { return After::repeat; }
    const auto data = processor_.registers ().x[transfer_register];
    switch (operation.kind) {
    case Operation::Kind::access:        operation.result = low_bytes (data, operation.access.size); break;
    case Operation::Kind::read_register: operation.result = data; break;
    default:                             operation.result = 0; break;
    }
    return After::proceed;
}

void ScriptedCpu::take_injected (Operation &operation) {
    const ScriptWorld &world = *current_;
    hal::Cpu &hal            = processor_.hal ();
    if (hal.read<elr_el1> () != world.pc_ + preferred_return (operation) ||
        hal.read<spsr_el1> () != pstate_of (operation) || (hal.read<spsr_el2> () & mode_bits) != (el1h & mode_bits)) {
        throw Violation{"EL2 injects an exception that doesn't come from where " + world.name () + " was"};
    }
    if (operation.kind == Operation::Kind::hvc || operation.kind == Operation::Kind::smc) {
        throw Violation{"EL2 makes a call of " + world.name () + " an exception with ESR_EL1 " +
                        hex (hal.read<esr_el1> ())};
    }
    operation.result = std::unexpected{Abort{hal.read<esr_el1> (), hal.read<far_el1> ()}};
}

}  // namespace ravelin::sim
