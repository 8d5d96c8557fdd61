// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"
#include "sim/machine/scripted_cpu.hpp"
#include "sim/machine/scripted_host.hpp"
#include "sim/machine/violation.hpp"
#include "sim/models/mmu_registers.hpp"

namespace ravelin::sim
{

using namespace hal::sysreg;
using namespace scripted_host;

namespace
{
constexpr std::uint64_t hvc_syndrome = 0x16UL << 26 | 1UL << 25;  // EC: HVC; IL
constexpr std::uint64_t smc_syndrome = 0x17UL << 26 | 1UL << 25;  // EC: SMC; IL
constexpr std::uint64_t wfi_syndrome = 0x01UL << 26 | 1UL << 25;  // EC: WFI or WFE; IL

// The register that loads and stores move their data by, any but X0.
constexpr unsigned transfer_register = 5;

[[nodiscard]] auto low_bytes (std::uint64_t value, unsigned size) -> std::uint64_t
{
    return size >= 8 ? value : value & ((1ULL << 8 * size) - 1);
}
}  // namespace

auto ScriptedCpu::pstate_of (const Operation &operation) const -> std::uint64_t
{
    return operation.access.from_el0 ? el0 : el1h;
}

auto ScriptedCpu::mmu_registers () -> MmuRegisters
{
    MmuRegisters registers = stage1_;
    registers.sctlr_el1    = cpu_.hal ().read<sctlr_el1> ();
    registers.hcr_el2      = cpu_.hal ().read<hcr_el2> ();
    registers.vtcr_el2     = cpu_.hal ().read<vtcr_el2> ();
    registers.vttbr_el2    = cpu_.hal ().read<vttbr_el2> ();
    return registers;
}

auto ScriptedCpu::perform (Operation &operation) -> After
{
    switch (operation.kind)
    {
    case Operation::Kind::nop:     return After::proceed;
    case Operation::Kind::hvc:
    case Operation::Kind::smc:     return perform_call (operation);
    case Operation::Kind::access:  return perform_access (operation);
    case Operation::Kind::trapped: return trap (operation, operation.value, 0);
    case Operation::Kind::wfi:     return perform_wfi (operation);
    }
    return After::proceed;
}

auto ScriptedCpu::perform_call (Operation &operation) -> After
{
    const bool hvc = operation.kind == Operation::Kind::hvc;
    if (!hvc && !hcr::trap_smc.any (cpu_.hal ().read<hcr_el2> ()))
    {
        throw Violation{"an SMC of the host reaches firmware"};
    }
    cpu_.registers () = operation.registers;
    // HVC has been executed when it traps, a trapped SMC hasn't.
    const After after   = trap (operation, hvc ? hvc_syndrome : smc_syndrome, hvc ? instruction_size : 0);
    operation.registers = cpu_.registers ();
    if (after == After::proceed && !operation.result)
    {
        throw Violation{"EL2 makes a call of the host an exception with ESR_EL1 " +
                        hex (operation.result.error ().esr)};
    }
    return after;
}

auto ScriptedCpu::perform_wfi (Operation &operation) -> After
{
    const bool traps = hcr::trap_wfi.any (cpu_.hal ().read<hcr_el2> ());
    return traps ? trap (operation, wfi_syndrome, 0) : After::wait;
}

auto ScriptedCpu::perform_access (Operation &operation) -> After
{
    const auto where = mmu_.translate (mmu_registers (), operation.access);
    if (!where)
    {
        return fault (operation, where.error ());
    }
    const auto value = access_memory (operation, *where);
    if (!value)
    {
        const bool el2 = hcr::external_aborts.any (cpu_.hal ().read<hcr_el2> ());
        return fault (operation, MmuFault{.type = FaultType::external, .second_stage = el2});
    }
    operation.result = *value;
    return After::proceed;
}

auto ScriptedCpu::access_memory (const Operation &operation, const Translation &where)
    -> std::optional<std::uint64_t>
{
    Bus &bus          = cpu_.machine ().bus ();
    const auto access = operation.access;
    if (access.kind != AccessKind::write)
    {
        return bus.read (cpu_.index (), where.pa, access.size);
    }
    const bool answered = bus.write (cpu_.index (), where.pa, access.size, operation.value);
    return answered ? std::optional<std::uint64_t>{0} : std::nullopt;
}

auto ScriptedCpu::fault (Operation &operation, const MmuFault &fault) -> After
{
    const MmuAccess &access = operation.access;
    hal::Cpu &hal           = cpu_.hal ();
    if (!fault.second_stage)
    {
        const Abort abort{el1_syndrome (access, fault), access.va.value ()};
        hal.write<esr_el1> (abort.esr);
        hal.write<far_el1> (abort.far);
        operation.result = std::unexpected{abort};
        return After::proceed;
    }
    const std::uint64_t page = fault.ipa.value () / page_size << 4;
    hal.write<far_el2> (access.va.value ());
    hal.write<hpfar_el2> (fault.tells_ipa () ? page : cpu_.machine ().random ().next ());

    auto &data = cpu_.registers ().x[transfer_register];
    data       = access.kind == AccessKind::write ? operation.value : data;
    const After after =
        trap (operation, el2_syndrome (access, fault, {transfer_register, access.size == 8}), 0);
    if (after == After::proceed && operation.result)
    {
        operation.result = low_bytes (data, access.size);
    }
    return after;
}

auto ScriptedCpu::trap (Operation &operation, std::uint64_t syndrome, std::uint64_t preferred_return) -> After
{
    hal::Cpu &hal     = cpu_.hal ();
    const auto pstate = pstate_of (operation);
    hal.write<esr_el2> (syndrome);
    hal.write<elr_el2> (pc_ + preferred_return);
    hal.write<spsr_el2> (pstate);
    operation.result = 0;
    if (cpu_.trap (cpu_.registers ()) == Next::off)
    {
        return After::off;
    }
    const auto target = hal.read<elr_el2> ();
    if (target == vectors + (operation.access.from_el0 ? from_el0 : from_el1h))
    {
        return take_injected (operation, preferred_return);
    }
    if (hal.read<spsr_el2> () != pstate)
    {
        throw Violation{"EL2 changes the host's PSTATE to " + hex (hal.read<spsr_el2> ())};
    }
    if (target != pc_ && target != pc_ + instruction_size)
    {
        throw Violation{"EL2 sends the host from " + hex (pc_) + " to " + hex (target)};
    }
    return target == pc_ ? After::repeat : After::proceed;
}

auto ScriptedCpu::take_injected (Operation &operation, std::uint64_t preferred_return) -> After
{
    hal::Cpu &hal = cpu_.hal ();
    if (hal.read<elr_el1> () != pc_ + preferred_return || hal.read<spsr_el1> () != pstate_of (operation) ||
        (hal.read<spsr_el2> () & mode_bits) != (el1h & mode_bits))
    {
        throw Violation{"EL2 injects an exception that doesn't come from where the host was"};
    }
    operation.result = std::unexpected{Abort{hal.read<esr_el1> (), hal.read<far_el1> ()}};
    return After::proceed;
}

}  // namespace ravelin::sim
