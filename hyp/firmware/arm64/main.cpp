// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/guest_calls.h"
#include "hyp/arm64/panic.hpp"
#include "hyp/firmware/arm64/layout.h"
#include "hyp/firmware/arm64/own_memory.hpp"
#include "hyp/firmware/boot.hpp"
#include "hyp/firmware/boot_key.hpp"
#include "hyp/firmware/host_tree.hpp"

#include <cstddef>

using namespace ravelin;
using namespace ravelin::firmware;

// Set by image.ld, and by start.S.
extern "C" {
extern std::byte firmware_start[];
extern std::byte firmware_data[];
extern std::byte firmware_end[];
extern std::byte firmware_tables[];
void firmware_store_byte (std::uint64_t address, std::uint8_t byte);
}

namespace {
// The firmware runs once, on one vCPU.
constinit hal::Cpu cpu{CpuIndex{0}};

[[nodiscard]] auto address_of (const std::byte *symbol) -> std::uint64_t {
    return reinterpret_cast<std::uint64_t> (symbol);
}

[[nodiscard]] auto own_memory () -> OwnMemory & {
    constexpr std::uint64_t bytes = std::uint64_t{FIRMWARE_TABLE_PAGES} * page_size;
    static OwnMemory instance{cpu, {Pa{address_of (firmware_tables)}, bytes}};
    return instance;
}

/// Says something on a UART, whose data register is the first of both kinds. [ARM DDI 0183, 3.3.1; 16550, THR]
void say (const Uart &uart, std::string_view text) {
    for (const char character : text) {
        firmware_store_byte (uart.device.registers.start.value (), static_cast<std::uint8_t> (character));
    }
}

/// Tells whoever looks at the VM's console why it doesn't start. Nothing but words goes to where the host's tree says.
void tell_people (const ravelin_boot_parameters &parameters, ravelin_refusal why) {
    const auto uart = find_uart (own_memory (), Vm{parameters});
    if (uart.kind == Uart::Kind::none) { return; }
    say (uart, "Ravelin: this VM doesn't start: ");
    say (uart, text_of (why));
    say (uart, "\r\n");
}

/// Tells the host why, and never comes back.
[[noreturn]] void refuse_to_boot (ravelin_refusal why) {
    for (;;) {
        register std::uint64_t x0 asm ("x0") = RAVELIN_GUEST_REFUSE;
        register std::uint64_t x1 asm ("x1") = why;
        register std::uint64_t x2 asm ("x2") = 0;
        register std::uint64_t x3 asm ("x3") = 0;
        asm volatile ("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
    }
}
}  // namespace

// What hyp/arm64/runtime.cpp, which serves here too, calls when its caller broke a rule.
namespace ravelin::arm64 {
void panic (std::string_view /*why*/) {
    refuse_to_boot (RAVELIN_REFUSED_FAULT);
}
}  // namespace ravelin::arm64

// What the assembly calls. The arguments are in the comments there.
extern "C" {
auto firmware_map (std::uint64_t base) -> std::uint64_t {
    auto &memory    = own_memory ();
    const auto data = address_of (firmware_data);
    memory.map ({Ipa{base}, data - base}, OwnMemory::Kind::code);
    memory.map ({Ipa{data}, address_of (firmware_end) - data}, OwnMemory::Kind::memory);
    return memory.root ().value ();
}

/// X0 and X1 as start.S takes them.
struct Entered {
    std::uint64_t kernel;
    std::uint64_t tree;
};

auto firmware_boot (std::uint64_t base) -> Entered {
    const auto &parameters = *reinterpret_cast<const ravelin_boot_parameters *> (base);
    const auto kernel =
        boot (own_memory (), Ipa{base}, parameters, {.key = boot_key::point, .generation = boot_key::generation});
    if (!kernel) {
        tell_people (parameters, kernel.error ());
        refuse_to_boot (kernel.error ());
    }
    own_memory ().clean ();
    return {kernel->image.kernel.start.value (), kernel->tree.start.value ()};
}

[[noreturn]] void firmware_fault () {
    refuse_to_boot (RAVELIN_REFUSED_FAULT);
}
}
