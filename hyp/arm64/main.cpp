// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/arm64/el2_tables.hpp"
#include "hyp/arm64/layout.h"
#include "hyp/arm64/panic.hpp"
#include "hyp/arm64/sections.hpp"
#include "hyp/core/hypervisor.hpp"

#include <array>
#include <utility>

using namespace ravelin;

static_assert (RAVELIN_MAX_CPUS == max_cpus);
static_assert (RAVELIN_FRAME_SIZE >= sizeof (Registers) && RAVELIN_FRAME_SIZE % 16 == 0);
static_assert (RAVELIN_STACK_TOP % 16 == 0 && RAVELIN_STACK_TOP >= sizeof (Registers *));
static_assert (RAVELIN_STACK_GUARD == page_size && RAVELIN_STACK_SIZE % page_size == 0);
static_assert (std::to_underlying (Next::resume) == 0, "the vectors go back at once on zero");

constinit std::array<std::uint64_t, max_cpus> ravelin_affinities{~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL, ~0UL};

namespace {
// The machine has one of each: what a test keeps in a Machine of its own.
constinit Hypervisor hypervisor;
constinit std::array cpus{hal::Cpu{CpuIndex{0}}, hal::Cpu{CpuIndex{1}}, hal::Cpu{CpuIndex{2}}, hal::Cpu{CpuIndex{3}},
                          hal::Cpu{CpuIndex{4}}, hal::Cpu{CpuIndex{5}}, hal::Cpu{CpuIndex{6}}, hal::Cpu{CpuIndex{7}}};
static_assert (cpus.size () == max_cpus);

/// TPIDR_EL2 says which CPU this is, from here on, and that where its stack is.
auto become (std::uint64_t index, std::uint64_t stack) -> hal::Cpu & {
    hal::Cpu &cpu = cpus[index];
    cpu.set_stack (stack);
    asm volatile ("msr tpidr_el2, %0" ::"r"(&cpu));
    return cpu;
}

}  // namespace

namespace ravelin::arm64 {
void panic (std::string_view why) {
    hal::Cpu *cpu = nullptr;
    asm volatile ("mrs %0, tpidr_el2" : "=r"(cpu));
    hypervisor.console ().write (*cpu, "Ravelin: panic: ", why, "; stopped\n");
    halt ();
}
}  // namespace ravelin::arm64

// What the assembly calls. The arguments are in the comments there.
extern "C" {
void ravelin_map_image (std::uint64_t image, std::uint64_t current_el) {
    constexpr unsigned current_el_shift = 2;

    hal::Cpu &cpu = cpus[0];
    Console console{last_resort_at (Pa{image})};
    if (current_el != RAVELIN_CURRENT_EL2) {
        console.write (cpu, "Ravelin: entered at EL", Decimal{current_el >> current_el_shift},
                       ", but it needs EL2: start it as a kernel, with virtualization on; stopped\n");
        halt ();
    }
    if (!arm64::map_image (cpu)) {
        console.write (cpu, "Ravelin: the tables for its own image are too small; stopped\n");
        halt ();
    }
}

auto ravelin_boot (std::uint64_t image, std::uint64_t device_tree, std::uint64_t stack) -> Registers * {
    hal::Cpu &cpu    = become (0, stack);
    Registers &first = hypervisor.registers (cpu);
    const Pa end     = arm64::address_of (image_end);
    const PaRange pool{end, ImageLayout::at (Pa{image}).own.end () - end};

    if (!hypervisor.boot (cpu, first,
                          {.image       = Pa{image},
                           .pool        = pool,
                           .firmware    = arm64::between (firmware_image, firmware_image_end),
                           .device_tree = Pa{device_tree}})) {
        halt ();
    }
    return &first;
}

auto ravelin_boot_secondary (std::uint64_t index, std::uint64_t stack) -> Registers * {
    hal::Cpu &cpu    = become (index, stack);
    Registers &first = hypervisor.registers (cpu);
    hypervisor.boot_secondary (cpu);
    hypervisor.park (cpu, first);
    return &first;
}

auto ravelin_synchronous (hal::Cpu *cpu, Registers *registers) -> Next {
    return hypervisor.synchronous (*cpu, *registers);
}

auto ravelin_interrupt (hal::Cpu *cpu) -> Next {
    return hypervisor.interrupt (*cpu);
}

auto ravelin_system_error (hal::Cpu *cpu) -> Next {
    return hypervisor.system_error (*cpu);
}

auto ravelin_proceed (hal::Cpu *cpu, Registers *registers, Next next) -> Registers * {
    if (next == Next::off) {
        hypervisor.park (*cpu, *registers);
        return registers;
    }
    return &hypervisor.change_world (*cpu);
}

[[noreturn]] void ravelin_own_fault (std::uint64_t vector, std::uint64_t stack_pointer, const Registers *frame) {
    hal::Cpu *cpu = nullptr;
    asm volatile ("mrs %0, tpidr_el2" : "=r"(cpu));

    auto &console    = hypervisor.console ();
    const auto print = [&] (std::string_view name, std::uint64_t value) {
        console.write (*cpu, name, " ", value, "\n");
    };
    console.write (*cpu, "Ravelin: panic: an exception that EL2 took itself\n");
    print ("vector", vector);
    print ("CPU", cpu->index ().value ());
    print ("ESR_EL2", cpu->read<hal::sysreg::esr_el2> ());
    print ("ELR_EL2", cpu->read<hal::sysreg::elr_el2> ());
    print ("ELR_EL2 - image", cpu->read<hal::sysreg::elr_el2> () - arm64::address_of (image_start).value ());
    print ("FAR_EL2", cpu->read<hal::sysreg::far_el2> ());
    print ("SPSR_EL2", cpu->read<hal::sysreg::spsr_el2> ());
    print ("SP", stack_pointer);
    for (unsigned i = 0; i < frame->x.size (); ++i) {
        console.write (*cpu, "X", Decimal{i}, " ", frame->x[i], "\n");
    }
    console.write (*cpu, "Ravelin: stopped\n");
    halt ();
}
}
