// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/abi/host_calls.h"
#include "hyp/abi/psci.h"
#include "sim/gdb/server.hpp"
#include "sim/machine/violation.hpp"
#include "tests/unit/unicorn/running_host.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <vector>

namespace ravelin::sim::gdb {
namespace {
using ravelin::test::RunningHost;
namespace a64 = ravelin::test::a64;

/// The debugger's side: what it sends is there before the server looks.
class Client {
  public:
    explicit Client (std::uint16_t port) : socket_{socket (AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family      = AF_INET;
        address.sin_port        = htons (port);
        address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
        if (connect (socket_.file (), reinterpret_cast<sockaddr *> (&address), sizeof address) != 0) {
            throw std::system_error{errno, std::generic_category (), "connecting"};
        }
    }

    void send (std::string_view text) {
        ASSERT_EQ (::send (socket_.file (), text.data (), text.size (), 0), static_cast<ssize_t> (text.size ()));
    }

    /// The texts of all packets that the server has sent, once it's gone.
    [[nodiscard]] auto answers () -> std::vector<std::string> {
        std::vector<std::string> texts;
        PacketReader reader;
        char byte = 0;
        while (recv (socket_.file (), &byte, 1, 0) == 1) {
            if (const auto packet = reader.take (byte)) { texts.push_back (packet->text); }
        }
        return texts;
    }

  private:
    Socket socket_;
};

/// A host whose debugger asks all these questions, one after another.
struct Session {
    Session (const a64::Code &program, const std::vector<std::string> &commands, const MachineOptions &options = {})
        : host{program, options} {
        Listener listener{0};
        Client client{listener.port ()};
        for (const std::string &command : commands) {
            client.send (command == "\x03" ? command : framed (command));
        }
        {
            auto connection = listener.accept ();
            DebuggedMachine machine{host.machine (), host.cpus ()};
            machine.start ();
            Server server{machine, connection};
            end = server.serve ();
        }
        answers = client.answers ();
    }

    RunningHost host;
    Server::End end{};
    std::vector<std::string> answers;
};

constexpr auto first  = RunningHost::code;
constexpr auto second = RunningHost::code + 4;

[[nodiscard]] auto hex_of (std::uint64_t value) -> std::string {
    return word_to_hex (value, 8);
}
[[nodiscard]] auto number (std::uint64_t value) -> std::string {
    return hex (value).substr (2);
}

const std::string pc = "p20";
const std::string x1 = "p1";

TEST (GdbServer, stands_before_the_first_instruction_of_the_host) {
    const Session session{a64::Code{a64::nop}, {"?", pc, "D"}};
    EXPECT_EQ (session.end, Server::End::detached);
    EXPECT_EQ (session.answers, (std::vector<std::string>{"T05thread:01;", hex_of (RunningHost::kernel), "OK"}));
}

TEST (GdbServer, stops_at_a_breakpoint_and_goes_on_from_there_instruction_by_instruction) {
    const Session session{a64::Code{a64::nop, a64::nop, a64::nop, a64::loop},
                          {"Z0," + number (second) + ",4", "c", pc, "s", pc, "vCont;s:1;c", pc, "D"}};
    EXPECT_EQ (session.answers,
               (std::vector<std::string>{"OK", "T05thread:01;", hex_of (second), "T05thread:01;", hex_of (second + 4),
                                         "T05thread:01;", hex_of (second + 8), "OK"}));
}

TEST (GdbServer, executes_the_instruction_at_a_breakpoint_when_it_goes_on) {
    // Round and round: the second time it stops at the same place.
    const Session session{a64::Code{a64::nop, 0x1400'0000 | 0x3ff'ffff},
                          {"Z1," + number (first) + ",4", "c", "c", pc, "z1," + number (first) + ",4", "s", pc, "D"}};
    EXPECT_EQ (session.answers, (std::vector<std::string>{"OK", "T05thread:01;", "T05thread:01;", hex_of (first), "OK",
                                                          "T05thread:01;", hex_of (second), "OK"}));
}

TEST (GdbServer, steps_over_a_trap_to_el2) {
    const Session session{a64::Code{}.set (0, RAVELIN_CALL_UID).then ({a64::hvc (0), a64::loop}),
                          {"s", "s", "s", "s", "s", "s", "p0", "D"}};
    EXPECT_EQ (session.answers[6], hex_of (RAVELIN_UID_0));
}

TEST (GdbServer, reads_and_writes_registers_and_memory) {
    const auto at = number (RunningHost::data);
    Session session{a64::Code{a64::nop},
                    {"P1=" + hex_of (0x1234), x1, "M" + at + ",4:78563412", "m" + at + ",4", "m0,4", "M0,1:00", "D"}};
    EXPECT_EQ (session.answers,
               (std::vector<std::string>{"OK", hex_of (0x1234), "OK", "78563412", "E01", "E01", "OK"}));
    EXPECT_EQ (session.host.word (RunningHost::data) & 0xffff'ffff, 0x1234'5678U);
}

TEST (GdbServer, executes_code_that_it_has_written) {
    const auto at = number (first);
    const Session session{a64::Code{}.set (1, 1).then ({a64::loop}),
                          {"s", "M" + at + ",4:" + word_to_hex (0xd280'0081, 4), "s", x1, "D"}};  // MOV X1, #4
    EXPECT_EQ (session.answers[3], hex_of (4));
}

TEST (GdbServer, reaches_physical_memory_past_translation) {
    const auto own = number (RunningHost::ravelin);
    const Session session{a64::Code{a64::nop}, {"m" + own + ",4", "Qqemu.PhyMemMode:1", "m" + own + ",4", "D"}};
    EXPECT_EQ (session.answers[0], "E01") << "the host doesn't reach Ravelin's memory";
    EXPECT_EQ (session.answers[2].size (), 8U);
}

TEST (GdbServer, stops_when_it_is_interrupted) {
    const Session session{a64::Code{a64::loop}, {"c", "\x03", pc, "D"}};
    EXPECT_EQ (session.answers, (std::vector<std::string>{"T02thread:01;", hex_of (first), "OK"}));
}

TEST (GdbServer, tells_that_the_machine_has_been_turned_off) {
    const Session session{a64::Code{}.set (0, PSCI_SYSTEM_OFF).then ({a64::hvc (0), a64::loop}), {"c"}};
    EXPECT_EQ (session.end, Server::End::over);
    EXPECT_EQ (session.answers, std::vector<std::string>{"W00"});
}

TEST (GdbServer, has_a_thread_for_each_cpu) {
    const Session session{a64::Code{a64::nop},
                          {"qfThreadInfo", "qsThreadInfo", "qThreadExtraInfo,2", "T2", "T3", "Hg2", pc, "Hg3", "k"},
                          {.cpus = 2}};
    const std::string text = "CPU 1, off";
    EXPECT_EQ (session.end, Server::End::killed);
    EXPECT_EQ (session.answers, (std::vector<std::string>{"m01,02", "l", to_hex (std::as_bytes (std::span{text})), "OK",
                                                          "E01", "OK", hex_of (0), "E01"}));
}

TEST (GdbServer, survives_what_makes_no_sense) {
    std::vector<std::string> commands{"",
                                      "m",
                                      "m1",
                                      "mx,4",
                                      "M",
                                      "M0,4:00",
                                      "P",
                                      "Pff=00",
                                      "p",
                                      "p99",
                                      "G12",
                                      "Z0",
                                      "Z0,",
                                      "Z2,0,4",
                                      "H",
                                      "T",
                                      "vCont",
                                      "vHop",
                                      "qHop",
                                      "!",
                                      "X0,0:",
                                      "qXfer:features:read:target.xml:ffff,10",
                                      "qXfer:features:read:target.xml:",
                                      "D"};
    const Session session{a64::Code{a64::nop}, commands};
    EXPECT_EQ (session.answers.size (), commands.size ());
    EXPECT_EQ (session.end, Server::End::detached);
}

TEST (GdbServer, describes_the_registers_in_pieces) {
    const Session session{a64::Code{a64::nop},
                          {"qXfer:features:read:target.xml:0,10", "qXfer:features:read:target.xml:10,4000", "g", "D"}};
    EXPECT_EQ (session.answers[0], "m<?xml version=\"1");
    EXPECT_TRUE (session.answers[1].starts_with ("l.0\"?>"));
    EXPECT_TRUE (session.answers[1].ends_with ("</target>"));
    EXPECT_EQ (session.answers[2].size (), 33U * 16 + 8);
}

}  // namespace
}  // namespace ravelin::sim::gdb
