// SPDX-License-Identifier: BSD-2-Clause
#include "sim/unicorn/el2_registers.hpp"

#include "hyp/host/syndrome.hpp"

namespace ravelin::sim
{

namespace
{
using namespace hal::sysreg;

/// A list of registers that a function template can be applied to.
template <hal::SystemRegister... Each>
struct Registers
{
    template <class Function>
    static void each (Function &&function)
    {
        (function.template operator()<Each> (), ...);
    }
};

/// EL1's own, which Unicorn changes while it executes.
using HeldByEl1 = Registers<sctlr_el1, vbar_el1, esr_el1, far_el1, spsr_el1, elr_el1>;

/// Only EL2 writes these, and Unicorn obeys them. Its timers aren't used: CNTVOFF_EL2 is the timer model's.
using HeldByEl2 =
    Registers<vpidr_el2, vmpidr_el2, mdcr_el2, cptr_el2, hstr_el2, vttbr_el2, vtcr_el2, hcr_el2, cnthctl_el2>;
}  // namespace

void El2Registers::enter_el2 (const Emulator &emulator, hal::Cpu &cpu)
{
    HeldByEl1::each (
        [&]<hal::SystemRegister Which> ()
        {
            const auto value              = emulator.read (Which);
            known_[hal::index_of (Which)] = value;
            cpu.write<Which> (value);
        });
}

void El2Registers::set_syndrome (const Emulator &emulator, hal::Cpu &cpu, const ExceptionRecord &exception)
{
    using enum esr::Class;
    cpu.write<esr_el2> (exception.syndrome);
    cpu.write<elr_el2> (emulator.pc ());
    cpu.write<spsr_el2> (emulator.pstate ());
    const auto kind = esr::class_of (exception.syndrome);
    if (kind == data_abort_lower || kind == code_abort_lower)
    {
        cpu.write<far_el2> (exception.address);
        cpu.write<hpfar_el2> (exception.ipa_page);
    }
}

void El2Registers::leave_el2 (Emulator &emulator, hal::Cpu &cpu)
{
    const auto give = [&]<hal::SystemRegister Which> ()
    {
        const auto value = cpu.read<Which> ();
        auto &known      = known_[hal::index_of (Which)];
        if (!complete_ || known != value)
        {
            emulator.write (Which, value);
            known = value;
        }
    };
    HeldByEl1::each (give);
    HeldByEl2::each (give);
    complete_ = true;

    if (const auto dropped = cpu.translations_dropped (); dropped != translations_dropped_)
    {
        emulator.forget_addresses ();
        // A page that has changed hands holds other code.
        emulator.forget_code ();
        translations_dropped_ = dropped;
    }
    emulator.set_pstate (cpu.read<spsr_el2> ());
    emulator.set_pc (cpu.read<elr_el2> ());
}

}  // namespace ravelin::sim
