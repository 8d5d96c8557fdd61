// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "fault.hpp"
#include "guest.hpp"

using namespace guest;

// Loads and stores outside RAM: those that say what they are become the host's, all others an abort.

namespace {
constexpr std::uint64_t word = 0x8899'aabb'ccdd'eeff;

// NOLINTBEGIN(bugprone-macro-parentheses): asm takes its text without
/// Checks what @p instruction makes of a register of all ones at the scratch device.
#define EXPECT_LOAD(instruction, expected)                                                                             \
    do {                                                                                                               \
        std::uint64_t value = ~0ULL;                                                                                   \
        asm volatile (instruction : "+r"(value) : "r"(std::uint64_t{GUEST_SCRATCH}) : "memory");                       \
        check_equal (instruction, value, expected);                                                                    \
    } while (false)

/// Checks what @p instruction makes of the scratch device's first word, which was the one above.
#define EXPECT_STORE(instruction, expected)                                                                            \
    do {                                                                                                               \
        store (GUEST_SCRATCH, word);                                                                                   \
        asm volatile (instruction ::"r"(0x0123'4567'0f1e'2d3cULL), "r"(std::uint64_t{GUEST_SCRATCH}) : "memory");      \
        check_equal (instruction, load (GUEST_SCRATCH), expected);                                                     \
    } while (false)

/// Checks that @p instruction is an abort for @p address, and writes if it is a store.
#define EXPECT_ABORT(instruction, address, writes)                                                                     \
    do {                                                                                                               \
        std::uint64_t base = (address);                                                                                \
        const Fault fault  = fault_of ([&] {                                                                           \
            asm volatile (instruction : "+r"(base)::"memory", "x2", "x3", "x4", "cc");                                \
        });                                                                                                           \
        check (instruction, is_abort (fault, data_abort_class, external_abort, (address)) &&                           \
                                fault.is_write () == (writes) && base == (address));                                   \
    } while (false)

// NOLINTEND(bugprone-macro-parentheses)

void loads () {
    store (GUEST_SCRATCH, word);
    EXPECT_LOAD ("ldrb %w0, [%1]", 0xff);
    EXPECT_LOAD ("ldrb %w0, [%1, #1]", 0xee);
    EXPECT_LOAD ("ldrsb %w0, [%1]", 0xffff'ffff);
    EXPECT_LOAD ("ldrsb %0, [%1]", 0xffff'ffff'ffff'ffff);
    EXPECT_LOAD ("ldrsb %0, [%1, #7]", 0xffff'ffff'ffff'ff88);
    EXPECT_LOAD ("ldrh %w0, [%1]", 0xeeff);
    EXPECT_LOAD ("ldrh %w0, [%1, #6]", 0x8899);
    EXPECT_LOAD ("ldrsh %w0, [%1]", 0xffff'eeff);
    EXPECT_LOAD ("ldrsh %0, [%1]", 0xffff'ffff'ffff'eeff);
    EXPECT_LOAD ("ldr %w0, [%1]", 0xccdd'eeff);
    EXPECT_LOAD ("ldr %w0, [%1, #4]", 0x8899'aabb);
    EXPECT_LOAD ("ldrsw %0, [%1]", 0xffff'ffff'ccdd'eeff);
    EXPECT_LOAD ("ldr %0, [%1]", word);
    EXPECT_LOAD ("ldar %w0, [%1]", 0xccdd'eeff);
    EXPECT_LOAD ("ldr xzr, [%1]", ~0ULL);
}

void positive_loads () {
    store (GUEST_SCRATCH, 0x0123'4567'0f1e'2d3c);
    EXPECT_LOAD ("ldrsb %w0, [%1]", 0x3c);
    EXPECT_LOAD ("ldrsh %0, [%1]", 0x2d3c);
    EXPECT_LOAD ("ldrsw %0, [%1]", 0x0f1e'2d3c);
}

void stores () {
    EXPECT_STORE ("strb %w0, [%1]", 0x8899'aabb'ccdd'ee3c);
    EXPECT_STORE ("strb %w0, [%1, #3]", 0x8899'aabb'3cdd'eeff);
    EXPECT_STORE ("strh %w0, [%1]", 0x8899'aabb'ccdd'2d3c);
    EXPECT_STORE ("strh %w0, [%1, #6]", 0x2d3c'aabb'ccdd'eeff);
    EXPECT_STORE ("str %w0, [%1]", 0x8899'aabb'0f1e'2d3c);
    EXPECT_STORE ("str %w0, [%1, #4]", 0x0f1e'2d3c'ccdd'eeff);
    EXPECT_STORE ("str %0, [%1]", 0x0123'4567'0f1e'2d3c);
    EXPECT_STORE ("stlr %w0, [%1]", 0x8899'aabb'0f1e'2d3c);
    EXPECT_STORE ("strb wzr, [%1]", 0x8899'aabb'ccdd'ee00);
    EXPECT_STORE ("str xzr, [%1]", 0);
}

void aborts () {
    EXPECT_ABORT ("ldp x2, x3, [%0]", GUEST_SCRATCH, false);
    EXPECT_ABORT ("ldp w2, w3, [%0]", GUEST_SCRATCH, false);
    EXPECT_ABORT ("stp x2, x3, [%0]", GUEST_SCRATCH, true);
    EXPECT_ABORT ("ldr x2, [%0], #8", GUEST_SCRATCH, false);
    EXPECT_ABORT ("ldxr x2, [%0]", GUEST_SCRATCH, false);
    EXPECT_ABORT ("ldaxrb w2, [%0]", GUEST_SCRATCH, false);
    EXPECT_ABORT ("str x2, [%0], #8", GUEST_SCRATCH, true);
    EXPECT_ABORT ("ldp x2, x3, [%0]", GUEST_NOTHING, false);
    EXPECT_ABORT ("str x2, [%0], #8", GUEST_NOTHING, true);
}

void fetch () {
    const Fault fault = fault_of ([] { reinterpret_cast<void (*) ()> (GUEST_NOTHING) (); });
    check ("a fetch from outside RAM is an abort",
           is_abort (fault, code_abort_class, external_abort, GUEST_NOTHING) && fault.elr == GUEST_NOTHING);
}
}  // namespace

void guest::run (const Start & /*start*/) {
    print ("loads from a device\n");
    loads ();
    positive_loads ();
    print ("stores to a device\n");
    stores ();
    print ("what the host can't serve is an abort\n");
    aborts ();
    fetch ();
}
