// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/syndrome.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {

namespace {
using namespace a64;
using namespace hal::sysreg;

constexpr hal::SystemRegister sp_el0{3, 0, 4, 1, 0};

constexpr std::uint64_t el0_masked = 0x3c0;
constexpr std::uint64_t el1h       = 0x3c5;

constexpr std::uint64_t kernel_stack = RunningHost::data + 0x1000;
constexpr std::uint64_t user_stack   = RunningHost::data + 0x2000;

/// Code that goes to EL0, to the instruction behind it.
[[nodiscard]] auto to_el0 () -> Code {
    constexpr std::uint64_t instructions = 6 + 4 + 1 + 4 + 1 + 4 + 1 + 4 + 1 + 1;
    return with_vectors ()
        .set (1, kernel_stack)
        .then ({mov_sp (1)})
        .set (1, user_stack)
        .then ({msr (sp_el0, 1)})
        .set (1, el0_masked)
        .then ({msr (spsr_el1, 1)})
        .set (1, RunningHost::code + instructions * 4)
        .then ({msr (elr_el1, 1), eret});
}
}  // namespace

TEST (UnicornException, svc_takes_el0_to_its_vector_at_el1) {
    RunningHost host{to_el0 ().then ({svc (7), loop})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    constexpr std::uint64_t svc_seven = 0x15UL << 26 | 1UL << 25 | 7;
    EXPECT_EQ (host.vector (), 0x400U);
    EXPECT_EQ (host.read (esr_el1), svc_seven);
    EXPECT_EQ (host.read (spsr_el1), el0_masked);
    EXPECT_EQ (host.emulator ().pstate (), el1h);
}

TEST (UnicornException, each_exception_level_has_its_stack_pointer) {
    RunningHost host{to_el0 ().then ({mov_from_sp (2), svc (0), loop})};

    host.run ();

    EXPECT_EQ (host.x (2), user_stack);
    EXPECT_EQ (host.emulator ().read (UC_ARM64_REG_SP), kernel_stack);
    EXPECT_EQ (host.read (sp_el0), user_stack);
}

TEST (UnicornException, trap_from_el0_goes_back_to_el0_with_its_stack_pointer) {
    // What EL2 injects is an exception at EL1; SVC then shows that EL0 had been left as it was.
    RunningHost host{to_el0 ().set (1, RunningHost::ravelin).then ({ldr_w (2, 1), loop})};

    host.run ();

    EXPECT_EQ (host.vector (), 0x400U);
    EXPECT_EQ (esr::class_of (host.read (esr_el1)), esr::Class::data_abort_lower);
    EXPECT_EQ (host.read (spsr_el1), el0_masked);
    EXPECT_EQ (host.read (sp_el0), user_stack);
    EXPECT_EQ (host.emulator ().read (UC_ARM64_REG_SP), kernel_stack);
}

TEST (UnicornException, exception_on_the_el0_stack_pointer_has_its_own_vector) {
    RunningHost host{with_vectors ().then ({use_el0_stack, svc (1), loop})};

    host.run ();

    EXPECT_EQ (host.vector (), 0x000U);
}

TEST (UnicornException, undefined_instruction_goes_to_el1) {
    RunningHost host{with_vectors ().then ({udf})};

    host.run ();

    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), 1U << 25);
    EXPECT_EQ (host.read (elr_el1), RunningHost::code + 6 * 4);
}

TEST (UnicornException, bus_that_does_not_answer_is_an_external_abort_at_the_very_instruction) {
    RunningHost host{with_vectors ()
                         .set (1, RunningHost::nothing)
                         .set (5, 0)
                         .then ({add (5, 5, 1), ldr_w (2, 1), add (5, 5, 1), loop})};

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    EXPECT_EQ (host.vector (), 0x200U);
    EXPECT_EQ (host.read (esr_el1), 0x25UL << 26 | 1UL << 25 | esr::external_abort);
    EXPECT_EQ (host.read (far_el1), RunningHost::nothing);
    EXPECT_EQ (host.read (elr_el1), RunningHost::code + 15 * 4);
    EXPECT_EQ (host.x (5), 1U);
}

TEST (UnicornException, store_to_a_bus_that_does_not_answer_says_that_it_was_one) {
    RunningHost host{with_vectors ().set (1, RunningHost::nothing).then ({str_w (2, 1), loop})};

    host.run ();

    EXPECT_TRUE (esr::write.any (host.read (esr_el1)));
    EXPECT_EQ (esr::fault_status.get (host.read (esr_el1)), esr::external_abort);
}

TEST (UnicornException, after_an_external_abort_the_hypervisors_stage2_is_back) {
    // The vector's own page would be unreachable if it weren't.
    RunningHost host{with_vectors ().set (1, RunningHost::nothing).then ({ldp (2, 3, 1), loop})};
    const auto &hal = host.machine ().cpu (0U).hal ();

    EXPECT_EQ (host.run (), sim::Outcome::asleep);

    auto &cpu = const_cast<hal::Cpu &> (hal);
    EXPECT_EQ (host.read (vtcr_el2), cpu.read<vtcr_el2> ());
    EXPECT_EQ (host.read (hcr_el2), cpu.read<hcr_el2> ());
}

TEST (UnicornException, code_that_only_faults_does_not_stop_the_clock) {
    // Without vectors: each exception leads to the next.
    RunningHost host{Code{}.set (9, RunningHost::ravelin).then ({msr (vbar_el1, 9), isb, udf})};

    EXPECT_EQ (host.run (10), sim::Outcome::time_over);
}

}  // namespace ravelin::test
