// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace attacks {

/// What the host lets its victim do. To what, and with what, are two more words that the victim asks for; what came of
/// it is the word that it asks the next order with.
enum class Order : std::uint64_t {
    none,              // ask again
    load,              // the double word at the first
    store,             // the second to the double word at the first
    load_word,         // the same, 32 bits: for devices
    store_word,        //
    load_byte,         // all of the register that a byte at the first was loaded into
    store_byte,        // the lowest byte of the second, by a register that holds all of it
    call,              // the hypervisor: function and argument; its X0
    run,               // what is at the first, a function without arguments; what it returns
    run_new,           // the same, of code in a page that has just come: there's nothing old to forget
    keep_registers,    // fills X0-X30 and leaves them by the instruction that the first names; how many changed
    keep_fp,           // fills V0-V31, FPCR and FPSR with numbers made of the first
    count_changed_fp,  // whether they aren't these any more
    keep_el1,          // fills registers of EL1, and leaves them; how many changed
    set_timer,         // CNTV_CVAL_EL0, with the timer off
    read_timer,        // CNTV_CVAL_EL0
    read_count,        // CNTVCT_EL0
    read_features,     // ID_AA64PFR0_EL1, into a register that holds the first
    count_exceptions,  // stores to the first with debug exceptions allowed; how many exceptions came
    own_a_word,        // stores to the first for ever, and reads back; an answer only if something else came back
    take_interrupt,    // what GICC_IAR of its GIC says, and ends it
};

/// Instructions by which Order::keep_registers leaves them.
enum class Way : std::uint64_t {
    store,  // STR X1 to GUEST_SCRATCH
    load,   // LDR X2 from GUEST_SCRATCH
    wait,   // WFI
};

/// What Order::keep_registers has in X @p number; X0 is an address if the way is a store or a load.
[[nodiscard]] constexpr auto register_secret (unsigned number) -> std::uint64_t {
    return 0x5ec2'e700'0000'0000 + number;
}

/// What a victim keeps from its host.
inline constexpr std::uint64_t secret = 0x5ec2'e75e'c2e7'5ec2;

/// What the host tries to make of it.
inline constexpr std::uint64_t forged = 0xf026'edf0'26ed'f026;

}  // namespace attacks
