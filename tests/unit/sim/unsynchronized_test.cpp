// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/models/unsynchronized.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>

namespace ravelin::test {
namespace {

using namespace hal::sysreg;

class Unsynchronized : public testing::Test {
  protected:
    Unsynchronized () { begin (); }

    void begin () { cpu.begin_trap (stage2); }

    HostMachine host{HostMachine::booted (sim::BoardName::virt)};
    hal::Cpu &cpu{host.machine ().cpu (0U).hal ()};
    sim::Stage2 stage2{cpu.read<vtcr_el2> (), cpu.read<vttbr_el2> ()};
    hal::FpState fp{};
};

TEST_F (Unsynchronized, fp_registers_wait_for_cptr) {
    EXPECT_NO_THROW (cpu.save_fp (fp));
    cpu.write<cptr_el2> (0x33ff);
    EXPECT_THROW (cpu.save_fp (fp), sim::Violation);
    EXPECT_THROW (cpu.load_fp (fp), sim::Violation);
    EXPECT_THROW (static_cast<void> (cpu.read<fpcr> ()), sim::Violation);
    EXPECT_THROW (cpu.write<fpsr> (0), sim::Violation);
    cpu.isb ();
    EXPECT_NO_THROW (cpu.save_fp (fp));
    EXPECT_NO_THROW (cpu.write<fpcr> (0));
}

TEST_F (Unsynchronized, par_waits_for_at) {
    cpu.at_s1e1r (Va{0});
    EXPECT_THROW (static_cast<void> (cpu.read<par_el1> ()), sim::Violation);
    cpu.isb ();
    EXPECT_NO_THROW (static_cast<void> (cpu.read<par_el1> ()));
    cpu.at_s1e1r (Va{0});
    cpu.write<par_el1> (1);
    EXPECT_NO_THROW (static_cast<void> (cpu.read<par_el1> ())) << "what was written there since";
}

TEST_F (Unsynchronized, trap_begins_and_ends_with_what_was_before) {
    cpu.write<cptr_el2> (0x33ff);
    cpu.at_s1e1r (Va{0});
    cpu.end_trap ();
    EXPECT_NO_THROW (cpu.save_fp (fp));
    EXPECT_NO_THROW (static_cast<void> (cpu.read<par_el1> ()));
    cpu.write<cptr_el2> (0x33ff);
    begin ();
    EXPECT_NO_THROW (cpu.save_fp (fp));
}

}  // namespace
}  // namespace ravelin::test
