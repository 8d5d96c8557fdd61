// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "fuzz/call_name.hpp"
#include "fuzz/trap_log.hpp"
#include "fuzz/vm_arena.hpp"
#include "hyp/abi/guest_calls.h"
#include "hyp/abi/vm_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace ravelin::fuzz {
namespace {

using testing::StartsWith;

TEST (TrapLog, has_a_line_for_each_trap) {
    std::ostringstream text;
    TrapLog log{text};
    VmArena arena{&log};
    EXPECT_EQ (arena.host_call (arena.cpu (1), {RAVELIN_VM_ADD_RAM, 7, 0, 0, 3}), RAVELIN_INVALID);
    EXPECT_EQ (text.str (), "CPU 1, host: hvc VM_ADD_RAM(0x7, 0x0, 0x0, 0x3) -> host: 0xfffffffffffffffe, 0x7\n");
    arena.interrupt (arena.cpu (0));
    EXPECT_THAT (text.str ().substr (text.str ().find ('\n') + 1), StartsWith ("CPU 0, host: interrupt() -> host: "));
}

/// Who looks at traps is still told of them, and of what happens in them.
TEST (TrapLog, leaves_the_machine_held_to_the_specification) {
    std::ostringstream text;
    TrapLog log{text};
    VmArena arena{&log};
    const auto make = [&arena] {
        return arena.host_call (arena.cpu (0), {RAVELIN_VM_CREATE, VmArena::host_ram, 40 | RAVELIN_VM_PROTECTED, 1});
    };
    EXPECT_EQ (make (), RAVELIN_SUCCESS);
    EXPECT_EQ (make (), RAVELIN_DENIED);
    static_cast<void> (arena.finish ());  // the specification knows that there is a VM to end
    EXPECT_EQ (make (), RAVELIN_SUCCESS);
}

TEST (TrapLog, names_calls_by_who_makes_them) {
    EXPECT_EQ (call_name (RAVELIN_VM_DONATE, false), "VM_DONATE");
    EXPECT_EQ (call_name (RAVELIN_GUEST_MEMINFO, true), "GUEST_MEMINFO");
    EXPECT_EQ (call_name (RAVELIN_GUEST_MEMINFO, false), "TRAP_COUNT");
    EXPECT_EQ (call_name (RAVELIN_VM_DONATE, true), "0xc6000013");
}

}  // namespace
}  // namespace ravelin::fuzz
