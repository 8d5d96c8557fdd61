// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"
#include "sim/machine/scripted_cpu.hpp"
#include "sim/machine/scripted_host.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"
#include "sim/models/register_trap.hpp"

#include <stdexcept>

namespace ravelin::sim {

using namespace hal::sysreg;
using namespace scripted_host;

namespace {
constexpr std::uint64_t hvc_syndrome = 0x16UL << 26 | 1UL << 25;  // EC: HVC; IL
constexpr std::uint64_t smc_syndrome = 0x17UL << 26 | 1UL << 25;  // EC: SMC; IL
}  // namespace

auto ScriptedCpu::mmu_registers () -> MmuRegisters {
    hal::Cpu &hal = processor_.hal ();
    return {.sctlr_el1 = hal.read<sctlr_el1> (),
            .tcr_el1   = hal.read<tcr_el1> (),
            .ttbr0_el1 = hal.read<ttbr0_el1> (),
            .ttbr1_el1 = hal.read<ttbr1_el1> (),
            .mair_el1  = hal.read<mair_el1> (),
            .hcr_el2   = hal.read<hcr_el2> (),
            .vtcr_el2  = hal.read<vtcr_el2> (),
            .vttbr_el2 = hal.read<vttbr_el2> ()};
}

auto ScriptedCpu::translate_stage1 (Va va) -> std::uint64_t {
    return mmu_.address_translation (mmu_registers (), va);
}

auto ScriptedCpu::perform (Operation &operation) -> After {
    switch (operation.kind) {
    case Operation::Kind::nop:            return After::proceed;
    case Operation::Kind::hvc:
    case Operation::Kind::smc:            return perform_call (operation);
    case Operation::Kind::access:         return perform_access (operation);
    case Operation::Kind::maintain:       return perform_maintenance (operation);
    case Operation::Kind::trapped:        return trap (operation, operation.value);
    case Operation::Kind::wfi:            return perform_wfi ();
    case Operation::Kind::take:           return perform_take (operation);
    case Operation::Kind::take_error:     return perform_take_error (operation);
    case Operation::Kind::read_register:
    case Operation::Kind::write_register: return perform_register (operation);
    }
    return After::proceed;
}

auto ScriptedCpu::perform_call (Operation &operation) -> After {
    const bool hvc = operation.kind == Operation::Kind::hvc;
    if (!hvc && !hcr::trap_smc.any (processor_.hal ().read<hcr_el2> ())) {
        throw Violation{"an SMC of " + current_->name () + " reaches firmware"};
    }
    processor_.registers () = operation.registers;
    return trap (operation, hvc ? hvc_syndrome : smc_syndrome);
}

auto ScriptedCpu::perform_wfi () -> After {
    if (!hcr::trap_wfi.any (processor_.hal ().read<hcr_el2> ())) { return After::wait; }
    // It traps only if it would wait.  [ARM DDI 0487, D17.2.48, HCR_EL2.TWI]
    return processor_.wakes () ? After::proceed : trap (*current_->operation_, wfi_syndrome);
}

auto ScriptedCpu::perform_take (Operation &operation) -> After {
    const bool fiq = processor_.el1_fiq ();
    if (fiq || processor_.el1_irq ()) {
        operation.result = static_cast<std::uint64_t> (fiq ? Taken::fiq : Taken::irq);
        return After::proceed;
    }
    if (!hcr::trap_wfi.any (processor_.hal ().read<hcr_el2> ())) { return After::wait_again; }
    return processor_.wakes () ? After::repeat : trap (operation, wfi_syndrome);
}

auto ScriptedCpu::perform_take_error (Operation &operation) -> After {
    const bool waits = processor_.system_error_waits () == Processor::SystemError::of_el1;
    if (waits) { processor_.take_system_error (); }
    operation.result = waits ? 1 : 0;
    return After::proceed;
}

auto ScriptedCpu::perform_register (Operation &operation) -> After {
    hal::Cpu &hal     = processor_.hal ();
    const bool reads  = operation.kind == Operation::Kind::read_register;
    const auto access = TimerAccess{.exception_level    = 1,
                                    .kernel_control     = hal.read<cntkctl_el1> (),
                                    .hypervisor_control = hal.read<cnthctl_el2> ()};
    if (TimerRegisters::has (operation.which) && !TimerRegisters::allows (operation.which, access)) {
        auto &data = processor_.registers ().x[transfer_register];
        data       = reads ? data : operation.value;
        return trap (operation, register_trap (operation.which, transfer_register, reads));
    }
    const auto value = reads ? timer_.read (operation.which) : std::optional<std::uint64_t>{0};
    if (!value || (!reads && !timer_.write (operation.which, operation.value))) {
        throw std::logic_error{"a script uses a register that is none of the timer's"};
    }
    operation.result = *value;
    return After::proceed;
}

auto ScriptedCpu::perform_access (Operation &operation) -> After {
    const auto where = mmu_.translate (mmu_registers (), operation.access);
    if (!where) { return fault (operation, where.error ()); }
    const auto value = access_memory (operation, *where);
    if (!value) {
        const bool el2 = hcr::external_aborts.any (processor_.hal ().read<hcr_el2> ());
        return fault (operation, MmuFault{.type = FaultType::external, .second_stage = el2});
    }
    operation.result = *value;
    return After::proceed;
}

auto ScriptedCpu::perform_maintenance (Operation &operation) -> After {
    CacheSystem::Access line{};
    if (has_address (operation.maintenance)) {
        const auto where = mmu_.translate (mmu_registers (), operation.access);
        if (!where) { return fault (operation, where.error ()); }
        // DC ZVA is a store, of a kind that devices don't take.  [ARM DDI 0487, C5.3.27]
        if (where->device && operation.maintenance == CacheOperation::zero) {
            return fault (operation, MmuFault{.type = FaultType::alignment});
        }
        line = {where->pa, operation.access.size, where->cacheable};
    }
    if (auto *const caches = processor_.machine ().caches ()) {
        caches->maintain (processor_.index (), operation.maintenance, processor_.hal ().read<hcr_el2> (), line);
    }
    operation.result = 0;
    return After::proceed;
}

auto ScriptedCpu::access_memory (const Operation &operation, const Translation &where) -> std::optional<std::uint64_t> {
    Bus &bus          = processor_.machine ().bus ();
    const auto access = operation.access;
    auto *caches      = processor_.machine ().caches ();
    if (caches != nullptr && bus.find_ram ({where.pa, access.size}) != nullptr) {
        const CacheSystem::Access in_ram{where.pa, access.size, where.cacheable};
        switch (access.kind) {
        case AccessKind::read:  return caches->load (in_ram);
        case AccessKind::fetch: return caches->fetch (processor_.index (), in_ram);
        case AccessKind::write: caches->store (in_ram, operation.value); return 0;
        }
    }
    if (access.kind != AccessKind::write) { return bus.read (processor_.index (), where.pa, access.size); }
    const bool answered = bus.write (processor_.index (), where.pa, access.size, operation.value);
    return answered ? std::optional<std::uint64_t>{0} : std::nullopt;
}

auto ScriptedCpu::fault (Operation &operation, const MmuFault &fault) -> After {
    const MmuAccess &access = operation.access;
    hal::Cpu &hal           = processor_.hal ();
    if (!fault.second_stage) {
        const Abort abort{el1_syndrome (access, fault), access.va.value ()};
        hal.write<esr_el1> (abort.esr);
        hal.write<far_el1> (abort.far);
        operation.result = std::unexpected{abort};
        return After::proceed;
    }
    const std::uint64_t page = fault.ipa.value () / page_size << 4;
    hal.write<far_el2> (access.va.value ());
    hal.write<hpfar_el2> (fault.tells_ipa () ? page : processor_.machine ().random ().next ());

    auto &data = processor_.registers ().x[transfer_register];
    data       = access.kind == AccessKind::write ? operation.value : data;
    return trap (operation, el2_syndrome (access, fault, {transfer_register, access.size == 8}));
}

auto ScriptedCpu::trap (const Operation &operation, std::uint64_t syndrome) -> After {
    hal::Cpu &hal = processor_.hal ();
    hal.write<esr_el2> (syndrome);
    hal.write<elr_el2> (current_->pc_ + preferred_return (operation));
    hal.write<spsr_el2> (pstate_of (operation));
    return processor_.trap (processor_.registers ()) == Next::off ? After::off : arrive ();
}

auto ScriptedCpu::interrupt_is_el2s () -> bool {
    const auto configuration = processor_.hal ().read<hcr_el2> ();
    auto &gic                = processor_.machine ().gic ();
    return processor_.system_error_waits () == Processor::SystemError::of_el2 ||
           (hcr::irq.any (configuration) && gic.irq_pending (processor_.index ())) ||
           (hcr::fiq.any (configuration) && gic.fiq_pending (processor_.index ()));
}

auto ScriptedCpu::interrupt () -> After {
    // The world's next instruction isn't executed yet: it's the one to return to.
    processor_.hal ().write<elr_el2> (current_->pc_);
    processor_.hal ().write<spsr_el2> (pstate_of (*current_->operation_));
    auto &registers  = processor_.registers ();
    const bool error = processor_.system_error_waits () == Processor::SystemError::of_el2;
    const auto next  = error ? processor_.system_error (registers) : processor_.interrupt (registers);
    return next == Next::off ? After::off : arrive ();
}

}  // namespace ravelin::sim
