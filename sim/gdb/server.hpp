// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/gdb/connection.hpp"
#include "sim/gdb/debugged_machine.hpp"
#include "sim/gdb/packet.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace ravelin::sim::gdb {

/// Answers a debugger that speaks gdb's Remote Serial Protocol. Each CPU is a thread, numbered from 1; all stand still,
/// or all run. What a debugger asks that this doesn't know is answered by an empty packet, as the protocol has it.
class Server {
  public:
    /// Both outlive the server.
    Server (DebuggedMachine &machine, Connection &connection) : machine_{machine}, connection_{connection} {}

    /// How a session has ended.
    enum class End : std::uint8_t {
        detached,  // or the debugger has gone: the machine is to run on
        killed,    // the machine is to end
        over,      // the machine has come to its end, which the debugger knows
    };

    /// Serves until the session ends.
    [[nodiscard]] auto serve () -> End;

    /// The outcome of a machine that is over.
    [[nodiscard]] auto outcome () const -> Outcome { return outcome_; }

  private:
    /// Takes what has come; false: the debugger has gone.
    [[nodiscard]] auto receive (std::optional<std::chrono::milliseconds> patience) -> bool;
    [[nodiscard]] auto interrupted () -> bool;
    void answer (std::string_view text) { connection_.send (framed (text)); }

    void handle (std::string_view command);
    [[nodiscard]] auto reply_to (std::string_view command) -> std::string;
    [[nodiscard]] auto reply_to_query (std::string_view query) -> std::string;
    void resume (std::optional<std::uint32_t> stepping);
    void resume_as_told (std::string_view actions);
    [[nodiscard]] auto description (std::string_view range) const -> std::string;
    [[nodiscard]] auto all_registers () -> std::string;
    [[nodiscard]] auto set_all_registers (std::string_view text) -> std::string;
    [[nodiscard]] auto one_register (std::string_view number) -> std::string;
    [[nodiscard]] auto set_register (std::string_view setting) -> std::string;
    [[nodiscard]] auto read_memory (std::string_view range) -> std::string;
    [[nodiscard]] auto write_memory (std::string_view setting) -> std::string;
    [[nodiscard]] auto set_breakpoint (std::string_view point, bool on) -> std::string;
    [[nodiscard]] auto choose_thread (std::string_view thread) -> std::string;

    DebuggedMachine &machine_;
    Connection &connection_;
    PacketReader reader_;
    std::deque<Packet> packets_;  // that have come
    std::uint32_t cpu_{};         // that commands are about
    DebuggedMachine::Space space_{DebuggedMachine::Space::translated};
    std::string last_stop_{"T05thread:01;"};
    std::optional<End> end_;
    Outcome outcome_{};
};

}  // namespace ravelin::sim::gdb
