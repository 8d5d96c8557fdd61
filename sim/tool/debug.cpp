// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/debug.hpp"

#include "sim/gdb/connection.hpp"
#include "sim/gdb/debugged_machine.hpp"
#include "sim/gdb/server.hpp"

#include <iostream>

namespace ravelin::sim {

auto run_under_debugger (Machine &machine, UnicornCpus &engines, std::uint16_t port) -> DebugEnd {
    gdb::Listener listener{port};
    std::cerr << "ravelin-sim: the machine waits for a debugger:\ngdb-multiarch -ex 'target remote 127.0.0.1:"
              << listener.port () << "'\n";
    auto connection = listener.accept ();
    gdb::DebuggedMachine debugged{machine, engines};
    debugged.start ();
    gdb::Server server{debugged, connection};
    switch (server.serve ()) {
    case gdb::Server::End::detached: return DebugEnd::detached;
    case gdb::Server::End::killed:   return DebugEnd::killed;
    case gdb::Server::End::over:     break;
    }
    const bool ended = server.outcome () == Outcome::off || server.outcome () == Outcome::reset;
    return ended ? DebugEnd::over : DebugEnd::failed;
}

}  // namespace ravelin::sim
