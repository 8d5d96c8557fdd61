// SPDX-License-Identifier: BSD-2-Clause
#include "probe.hpp"

#include "trap_counts.hpp"

using namespace el1;

namespace forbidden {

namespace {
// ESR_EL1 of an abort.  [ARM DDI 0487, D17.2.37]
constexpr std::uint64_t instruction_length = 1U << 25;  // IL: 32 bits
constexpr std::uint64_t writes             = 1U << 6;   // WnR
constexpr std::uint64_t alignment_fault    = 0x21;      // DFSC
constexpr std::uint64_t external_abort     = 0x10;      // IFSC

/// The vector that an exception from @p level takes.  [table D1-5]
[[nodiscard]] auto vector_from (Level level) -> std::uint64_t {
    switch (level) {
    case Level::el1t: return 0;
    case Level::el1h: return 4;
    case Level::el0:  return 8;
    default:          return 12;
    }
}

[[nodiscard]] auto is_el0 (Level level) -> bool {
    return level == Level::el0 || level == Level::el0_aarch32;
}

[[nodiscard]] auto syndrome (Class of_class, std::uint64_t rest) -> std::uint64_t {
    return static_cast<std::uint64_t> (of_class) << 26 | instruction_length | rest;
}

/// Every register has a value of its own, which AArch32 has room for too.
[[nodiscard]] auto fill_registers (Level level) -> Context {
    constexpr std::uint64_t pattern = 0x5a01'0101'0101'0101;
    constexpr std::uint64_t low     = 0xffff'ffff;
    Context context;
    for (std::size_t i = 0; i < context.x.size (); ++i) {
        context.x[i] = pattern * (i + 1) & (level == Level::el0_aarch32 ? low : ~0ULL);
    }
    return context;
}

void expect_registers (Test &test, const Context &before, const Context &after, Level level) {
    constexpr std::size_t aarch32_registers = 15;  // R0-R14: those above are of other modes
    const auto count                        = level == Level::el0_aarch32 ? aarch32_registers : before.x.size ();
    for (std::size_t i = 0; i < count; ++i) {
        test.equal_register (i, after.x[i], before.x[i]);
    }
    test.equal ("SP_EL0", after.sp, before.sp);
}

/// What holds for every abort: it was taken from @p level, at the instruction at @p place.
void expect_taken_from (Test &test, const Context &after, Level level, std::uint64_t place) {
    constexpr std::uint64_t mode = 0x1f;
    test.equal ("the vector", after.vector, vector_from (level));
    test.equal ("ELR_EL1", after.elr, place);
    test.equal ("SPSR_EL1.M", after.spsr & mode, static_cast<std::uint64_t> (level));
}
}  // namespace

void expect_data_abort (Test &test, const Access &access, std::uint64_t address, Level level) {
    Context before = fill_registers (level);
    before.x[1]    = address;
    Context after  = before;

    test.about (access.text.data (), address);
    const TrapWatch watch;
    test.expect ("it faults", !run_instruction (access.instruction, level, after));
    watch.expect (test, RAVELIN_TRAP_DATA_FORBIDDEN, 1);

    const auto direction = access.is_store () ? writes : 0;
    test.equal (
        "ESR_EL1", after.esr,
        syndrome (is_el0 (level) ? Class::data_abort_lower : Class::data_abort_same, direction | alignment_fault));
    test.equal ("FAR_EL1", after.far, address + access.offset);
    expect_taken_from (test, after, level, instruction_address (level));
    expect_registers (test, before, after, level);
}

void expect_code_abort (Test &test, std::uint64_t address, std::uint64_t faulting, Level level) {
    const Context before = fill_registers (level);
    Context after        = before;

    test.about ("fetch from", faulting);
    const TrapWatch watch;
    run_code (address, level, after);
    watch.expect (test, RAVELIN_TRAP_CODE_FORBIDDEN, 1);

    test.equal ("ESR_EL1", after.esr,
                syndrome (is_el0 (level) ? Class::code_abort_lower : Class::code_abort_same, external_abort));
    test.equal ("FAR_EL1", after.far, faulting);
    expect_taken_from (test, after, level, faulting);
    expect_registers (test, before, after, level);
}

void expect_undefined (Test &test, std::uint32_t instruction, Level level) {
    const Context before = fill_registers (level);
    Context after        = before;

    test.about ("instruction", instruction);
    test.expect ("it faults", !run_instruction (instruction, level, after));
    test.equal ("ESR_EL1", after.esr, syndrome (Class::unknown, 0));
    expect_taken_from (test, after, level, instruction_address (level));
    expect_registers (test, before, after, level);
}

}  // namespace forbidden
