// SPDX-License-Identifier: BSD-2-Clause
#include "access.hpp"
#include "guest.hpp"
#include "hyp/abi/psci.h"
#include "hyp/hal/system_register.hpp"
#include "system_register.hpp"
#include "through.hpp"

#include <array>

using namespace guest;
using ravelin::hal::SystemRegister;
namespace sysreg = ravelin::hal::sysreg;

// Whatever brings the vCPU to EL2 or to the host, all its registers are as they were.

namespace {
/// A register of EL1, and what it holds: what it reads after a value was written, which may lack some bits.
struct Slot {
    std::string_view name;
    std::uint64_t value;  // to write
    std::uint64_t (*get) ();
    void (*set) (std::uint64_t);
};

template <SystemRegister R>
[[nodiscard]] constexpr auto slot (std::string_view name, std::uint64_t value) -> Slot {
    return {name, value, el1::read<R>, el1::write<R>};
}

// With the MMU off, and before an exception comes, none of them matters to the guest.
constexpr std::array slots{
    slot<sysreg::sctlr_el1> ("SCTLR_EL1", 0x34d0'ca00),
    slot<sysreg::cpacr_el1> ("CPACR_EL1", 0x30'0000),
    slot<sysreg::csselr_el1> ("CSSELR_EL1", 2),
    slot<sysreg::ttbr0_el1> ("TTBR0_EL1", 0x5a00'0000'4123'4000),
    slot<sysreg::ttbr1_el1> ("TTBR1_EL1", 0x00a5'0000'4432'1000),
    slot<sysreg::tcr_el1> ("TCR_EL1", 0x4'b519'3519),
    slot<sysreg::spsr_el1> ("SPSR_EL1", 0xa000'03c5),
    slot<sysreg::elr_el1> ("ELR_EL1", 0x1234'5678'9abc'def0),
    slot<sysreg::sp_el0> ("SP_EL0", 0x0fed'cba9'8765'4320),
    slot<sysreg::afsr0_el1> ("AFSR0_EL1", 0x1111'1111),
    slot<sysreg::afsr1_el1> ("AFSR1_EL1", 0x2222'2222),
    slot<sysreg::esr_el1> ("ESR_EL1", 0x5600'1234),
    slot<sysreg::far_el1> ("FAR_EL1", 0xaaaa'5555'cccc'3333),
    slot<sysreg::par_el1> ("PAR_EL1", 0xff00'0000'4567'8b80),
    slot<sysreg::mair_el1> ("MAIR_EL1", 0x0044'04ff'bb44'04ff),
    slot<sysreg::amair_el1> ("AMAIR_EL1", 0x3333'3333),
    slot<sysreg::vbar_el1> ("VBAR_EL1", 0x4444'4444'4444'4800),
    slot<sysreg::contextidr_el1> ("CONTEXTIDR_EL1", 0x5555'6666),
    slot<sysreg::tpidr_el1> ("TPIDR_EL1", 0x7777'8888'9999'aaaa),
    slot<sysreg::tpidr_el0> ("TPIDR_EL0", 0x0102'0304'0506'0708),
    slot<sysreg::tpidrro_el0> ("TPIDRRO_EL0", 0x1122'3344'5566'7788),
    slot<sysreg::cntkctl_el1> ("CNTKCTL_EL1", 0x3),
};

using Values = std::array<std::uint64_t, slots.size ()>;

[[nodiscard]] auto values () -> Values {
    Values found{};
    for (std::size_t i = 0; i < slots.size (); ++i) {
        found[i] = slots[i].get ();
    }
    return found;
}

void set_values (const Values &wanted) {
    for (std::size_t i = 0; i < slots.size (); ++i) {
        slots[i].set (wanted[i]);
    }
}

[[nodiscard]] auto patterns () -> Values {
    Values wanted{};
    for (std::size_t i = 0; i < slots.size (); ++i) {
        wanted[i] = slots[i].value;
    }
    return wanted;
}

/// What brings the vCPU out, and the registers that are then allowed to differ, a bit each.
struct Exit {
    std::string_view name;
    Through &through;
    std::uint64_t x0;
    std::uint32_t results;
};

constexpr std::array exits{
    Exit{"a store to a device", through_store, GUEST_SCRATCH, 0},
    Exit{"a load from a device", through_load, GUEST_SCRATCH, 1U << 2},
    Exit{"a page that isn't there", through_store, GUEST_PAGE, 0},
    Exit{"a wait for an interrupt", through_wait, 0, 0},
    Exit{"a call", through_call, PSCI_VERSION, 1U << 0},
};

void keeps_registers (const Exit &exit) {
    constexpr std::uint64_t pattern = 0x0101'0101'0101'0101;
    constexpr std::uint64_t flags   = 0x6000'0000;
    Registers in;
    Registers out;
    for (std::size_t i = 0; i < in.x.size (); ++i) {
        in.x[i] = pattern * (i + 1);
    }
    in.x[0] = exit.x0;
    in.nzcv = flags;

    const Values own = values ();
    set_values (patterns ());
    const Values before = values ();
    exit.through (&in, &out);
    const Values after = values ();
    set_values (own);

    print (exit.name);
    print ("\n");
    bool same = out.nzcv == in.nzcv;
    for (std::size_t i = 0; i < in.x.size (); ++i) {
        same &= out.x[i] == in.x[i] || (exit.results >> i & 1) != 0;
    }
    check ("X0-X30, SP and NZCV are as they were", same);
    for (std::size_t i = 0; i < slots.size (); ++i) {
        check_equal (slots[i].name, after[i], before[i]);
    }
}
}  // namespace

void guest::run (const Start & /*start*/) {
    const Values first = values ();
    check ("registers start as zero", first[3] == 0 && first[7] == 0 && first[9] == 0 && first[19] == 0);
    for (const Exit &exit : exits) {
        keeps_registers (exit);
    }
}
