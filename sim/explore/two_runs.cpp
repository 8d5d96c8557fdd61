// SPDX-License-Identifier: BSD-2-Clause
#include "sim/explore/two_runs.hpp"

#include "hyp/host/traps.hpp"
#include "sim/check/real_machine.hpp"
#include "sim/explore/canonical.hpp"
#include "sim/explore/expected.hpp"

#include <string>

namespace ravelin::sim::explore {

using namespace hal::sysreg;

namespace {
[[noreturn]] void tell (const std::string &what) {
    differ ("what VM 0 alone knows makes a difference for others: " + what);
}

[[nodiscard]] auto is_vm_0s (ExploredMachine &machine, unsigned cpu) -> bool {
    return machine.guest_on (cpu) == 0U;
}

/// System registers of a CPU that somebody else has, and the FP registers if he may use them.
void compare_registers (ExploredMachine &one, ExploredMachine &other, unsigned cpu) {
    auto &hal        = one.machine ().cpu (cpu).hal ();
    const auto left  = hal.keep ();
    const auto right = other.machine ().cpu (cpu).hal ().keep ();
    for (std::size_t i = 0; i < left.registers.size (); ++i) {
        if (left.registers[i] != right.registers[i]) {
            tell ("system register " + std::to_string (i) + " of CPU " + std::to_string (cpu) + " has " +
                  hex (left.registers[i]) + " and " + hex (right.registers[i]));
        }
    }
    if (!cptr::tfp.any (hal.read<cptr_el2> ()) && left.fp.halves != right.fp.halves) {
        tell ("FP registers of CPU " + std::to_string (cpu));
    }
}

/// Whether the page is VM 0's, or lent by it: it may put in there what it likes.
[[nodiscard]] auto is_vm_0s_page (ExploredMachine &machine, unsigned page) -> bool {
    const auto owner   = real::owner_of (machine.machine (), Layout::data (page).value () / page_size);
    const Vm *const vm = machine.vm (0);
    return vm != nullptr && owner.owner == spec::Owner::vm && machine.handle (0) == owner.vm;
}
}  // namespace

void hold_alike (ExploredMachine &one, ExploredMachine &other, const Step &step) {
    const auto &left  = one.seen_on (step.cpu);
    const auto &right = other.seen_on (step.cpu);
    if (is_vm_0s (one, step.cpu) != is_vm_0s (other, step.cpu)) { tell ("who goes on"); }
    if (!is_vm_0s (one, step.cpu) && left != right) { tell ("general-purpose registers, or where a CPU goes on"); }
    if (!is_vm_0s (one, step.cpu) && one.operations_on (step.cpu) != other.operations_on (step.cpu)) {
        tell ("it takes " + std::to_string (one.operations_on (step.cpu)) + " operations at EL2, or " +
              std::to_string (other.operations_on (step.cpu)));
    }
    for (unsigned cpu = 0; cpu < one.scope ().cpus; ++cpu) {
        if (!is_vm_0s (one, cpu)) { compare_registers (one, other, cpu); }
    }
    for (unsigned page = 0; page < one.scope ().pages; ++page) {
        if (!is_vm_0s_page (one, page) && one.word_of (page) != other.word_of (page)) {
            tell ("what is in data page " + std::to_string (page));
        }
    }
    if (key_of (one) != key_of (other)) { tell ("the state"); }
}

void TwoRuns::take (const Step &step) {
    static_cast<void> (one_.take (step));
    static_cast<void> (other_.take (step));
    hold_alike (one_, other_, step);
}

}  // namespace ravelin::sim::explore
