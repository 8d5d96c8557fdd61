// SPDX-License-Identifier: BSD-2-Clause
#include "console.hpp"
#include "hyp/arm64/panic.hpp"
#include "machine.hpp"
#include "program.hpp"
#include "report.hpp"

#include <libfdt.h>

using namespace el1;

namespace {
constinit Machine the_machine;
}  // namespace

namespace el1 {
auto machine () -> const Machine & {
    return the_machine;
}
}  // namespace el1

// What hyp/arm64/runtime.cpp, which serves here too, calls when its caller broke a rule.
namespace ravelin::arm64 {
void panic (std::string_view why) {
    give_up (why);
}
}  // namespace ravelin::arm64

// What the assembly calls. The arguments are in the comments there.
extern "C" {
[[noreturn]] void el1_main (const void *tree) {
    open_console (find_board (tree).uart);
    if (fdt_check_header (tree) != 0) { give_up ("there's no device tree"); }
    the_machine = read_machine (tree);
    if (!the_machine.is_complete) {
        give_up ("the device tree has more CPUs or memory than this program can deal with");
    }
    finish (run_program ());
}

[[noreturn]] void el1_unexpected (std::uint64_t vector) {
    std::uint64_t esr = 0;
    std::uint64_t far = 0;
    std::uint64_t elr = 0;
    asm volatile ("mrs %0, esr_el1\n\tmrs %1, far_el1\n\tmrs %2, elr_el1" : "=r"(esr), "=r"(far), "=r"(elr));
    print ("vector ", vector, ", ESR_EL1 ", Hex{esr}, ", FAR_EL1 ", Hex{far}, ", ELR_EL1 ", Hex{elr}, "\n");
    give_up ("it took an exception");
}
}
