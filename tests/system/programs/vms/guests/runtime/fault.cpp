// SPDX-License-Identifier: BSD-2-Clause
#include "fault.hpp"

using namespace guest;

namespace {
constinit bool expected = false;
constinit Fault last{};

[[noreturn]] void unexpected (const Fault &fault) {
    print ("vector ");
    print_hex (fault.vector);
    print (", ESR_EL1 ");
    print_hex (fault.esr);
    print (", FAR_EL1 ");
    print_hex (fault.far);
    print (", ELR_EL1 ");
    print_hex (fault.elr);
    print ("\n");
    check ("no exception came that wasn't waited for", false);
    finish ();
}
}  // namespace

namespace guest {
void expect_faults () {
    last     = {};
    expected = true;
}

auto end_of_faults () -> Fault {
    expected = false;
    return last;
}
}  // namespace guest

extern "C" {
// start.S. Returns where the guest goes on.
auto guest_exception (std::uint64_t vector, std::uint64_t x30) -> std::uint64_t {
    constexpr std::uint64_t instruction = 4;
    Fault fault{.count = last.count + 1, .vector = vector};
    asm volatile ("mrs %0, esr_el1\n\tmrs %1, far_el1\n\tmrs %2, elr_el1"
                  : "=r"(fault.esr), "=r"(fault.far), "=r"(fault.elr));
    if (!expected) { unexpected (fault); }
    last = fault;
    return fault.exception_class () == code_abort_class ? x30 : fault.elr + instruction;
}
}
