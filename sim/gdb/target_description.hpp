// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/gdb/debugged_machine.hpp"

#include <string>

namespace ravelin::sim::gdb {

/// Bytes of a register, as the description has it.
[[nodiscard]] constexpr auto size_of_register (std::size_t which) -> std::size_t {
    return which == DebuggedMachine::cpsr ? 4 : 8;
}

/// What registers there are, for gdb.  [GDB manual, G.5.1, AArch64 Features]
[[nodiscard]] inline auto target_description () -> std::string {
    std::string text = R"(<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0">)"
                       R"(<architecture>aarch64</architecture><feature name="org.gnu.gdb.aarch64.core">)";
    for (std::size_t i = 0; i < DebuggedMachine::sp; ++i) {
        text += R"(<reg name="x)" + std::to_string (i) + R"(" bitsize="64"/>)";
    }
    return text + R"(<reg name="sp" bitsize="64" type="data_ptr"/><reg name="pc" bitsize="64" type="code_ptr"/>)"
                  R"(<reg name="cpsr" bitsize="32"/></feature></target>)";
}

}  // namespace ravelin::sim::gdb
