// SPDX-License-Identifier: BSD-2-Clause
#include "../../runtime/layout.h"
#include "access.hpp"
#include "fault.hpp"
#include "guest.hpp"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"

#include <array>

using namespace guest;
namespace sysreg = ravelin::hal::sysreg;

// A guest that translates addresses itself: its own faults are its own, and a walk that leaves RAM is an
// abort.

namespace {
using Table = std::array<std::uint64_t, 512>;

// Descriptors.  [ARM DDI 0487, D8.3]
constexpr std::uint64_t table     = 3;
constexpr std::uint64_t page      = 3;
constexpr std::uint64_t block     = 1;
constexpr std::uint64_t device    = 1ULL << 2;  // AttrIndx, as EL1_MAIR has them
constexpr std::uint64_t read_only = 1ULL << 7;  // AP[2]
constexpr std::uint64_t shared    = 3ULL << 8;  // inner shareable
constexpr std::uint64_t accessed  = 1ULL << 10;

constexpr std::uint64_t page_bytes  = 4096;
constexpr std::uint64_t block_bytes = page_bytes * 512;
constexpr std::uint64_t ram_blocks  = GUEST_RAM_SIZE / block_bytes;

// Behind RAM's blocks comes a table of pages.
constexpr std::uint64_t window    = GUEST_RAM + GUEST_RAM_SIZE;
constexpr std::uint64_t writable  = window;
constexpr std::uint64_t constant  = window + page_bytes;
constexpr std::uint64_t absent    = window + 2 * page_bytes;
constexpr std::uint64_t high_half = 0xffff'ff80'0000'0000;

alignas (4096) constinit Table level1{};
alignas (4096) constinit Table level2{};
alignas (4096) constinit Table level3{};

[[nodiscard]] auto address_of (const Table &of) -> std::uint64_t {
    return reinterpret_cast<std::uint64_t> (&of);
}

void make_tables () {
    level1[0] = device | accessed | block;  // the devices' GiB
    level1[1] = address_of (level2) | table;
    for (std::uint64_t i = 0; i < ram_blocks; ++i) {
        level2[i] = (GUEST_RAM + i * block_bytes) | shared | accessed | block;
    }
    level2[ram_blocks] = address_of (level3) | table;
    level3[0]          = GUEST_PAGE | shared | accessed | page;
    level3[1]          = GUEST_PAGE | shared | accessed | read_only | page;
}

void forget_translations () {
    asm volatile ("dsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::: "memory");
}

void turn_on () {
    el1::write<sysreg::mair_el1> (EL1_MAIR);
    el1::write<sysreg::tcr_el1> (EL1_TCR);
    el1::write<sysreg::ttbr0_el1> (address_of (level1));
    el1::write<sysreg::ttbr1_el1> (GUEST_NOTHING);
    forget_translations ();
    asm volatile ("ic iallu\n\tdsb nsh\n\tisb" ::: "memory");
    el1::write<sysreg::sctlr_el1> (EL1_SCTLR_ON);
}

[[nodiscard]] auto is_own_fault (const Fault &fault, std::uint64_t kind, std::uint64_t address) -> bool {
    return is_abort (fault, data_abort_class, kind | fault_level, address);
}

void own_faults () {
    constexpr std::uint64_t number = 0x7374'6167'6531;
    store (writable, number);
    check ("two addresses lead to one page", load (constant) == number && load (GUEST_PAGE) == number);
    const Fault write = fault_of ([] { store (constant, 1); });
    check ("a store to a read-only page is a permission fault",
           is_own_fault (write, permission_fault, constant) && write.is_write ());
    check ("it stored nothing", load (writable) == number);
    check ("a load from nowhere is a translation fault",
           is_own_fault (fault_of ([] { static_cast<void> (load (absent)); }), translation_fault, absent));
    level3[2] = (GUEST_PAGE + page_bytes) | shared | accessed | page;
    forget_translations ();
    check ("a page that is mapped then is there", load (absent) == 0);
    level3[2] = 0;
    forget_translations ();
    check ("and gone when it is unmapped",
           is_own_fault (fault_of ([] { static_cast<void> (load (absent)); }), translation_fault, absent));
}

void translation_instruction () {
    constexpr std::uint64_t address_mask = 0xffff'ffff'f000;
    asm volatile ("at s1e1r, %0\n\tisb" ::"r"(writable) : "memory");
    const auto there = el1::read<sysreg::par_el1> ();
    asm volatile ("at s1e1w, %0\n\tisb" ::"r"(constant) : "memory");
    const auto denied = el1::read<sysreg::par_el1> ();
    check ("AT finds a page", (there & 1) == 0 && (there & address_mask) == GUEST_PAGE);
    check ("AT finds that a store isn't permitted", (denied & 1) == 1);
}

void exclusives () {
    constexpr std::uint64_t times = 100;
    store (writable, 0);
    for (std::uint64_t i = 0; i < times; ++i) {
        std::uint64_t value  = 0;
        std::uint32_t failed = 1;
        asm volatile ("1: ldxr %0, [%2]\n\tadd %0, %0, #1\n\tstxr %w1, %0, [%2]\n\tcbnz %w1, 1b"
                      : "=&r"(value), "=&r"(failed)
                      : "r"(writable)
                      : "memory");
    }
    check ("exclusives work", load (writable) == times);
}

void walk_outside_ram () {
    const Fault fault   = fault_of ([] { static_cast<void> (load (high_half)); });
    const auto status   = fault.status ();
    const bool is_abort = status == external_abort || (status & ~fault_level) == external_on_walk;
    check ("a walk of tables outside RAM is an abort", fault.count == 1 && fault.vector == synchronous_vector &&
                                                           fault.exception_class () == data_abort_class &&
                                                           fault.far == high_half && is_abort);
}
}  // namespace

void guest::run (const Start & /*start*/) {
    make_tables ();
    turn_on ();
    check ("the guest lives with its MMU and caches on", true);
    own_faults ();
    translation_instruction ();
    exclusives ();
    walk_outside_ram ();
}
