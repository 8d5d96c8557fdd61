// SPDX-License-Identifier: BSD-2-Clause
#include "sim/gdb/packet.hpp"

#include <gtest/gtest.h>
#include <string_view>
#include <vector>

namespace ravelin::sim::gdb {
namespace {

[[nodiscard]] auto packets_of (std::string_view bytes) -> std::vector<Packet> {
    PacketReader reader;
    std::vector<Packet> packets;
    for (const char byte : bytes) {
        if (auto packet = reader.take (byte)) { packets.push_back (*packet); }
    }
    return packets;
}

TEST (GdbPacket, is_found_among_acknowledgements) {
    const auto packets = packets_of ("+$g#67-$m0,4#fd");
    ASSERT_EQ (packets.size (), 2U);
    EXPECT_EQ (packets[0].kind, Packet::Kind::command);
    EXPECT_EQ (packets[0].text, "g");
    EXPECT_EQ (packets[1].text, "m0,4");
}

TEST (GdbPacket, that_is_damaged_says_so) {
    const auto packets = packets_of ("$g#68$g#67");
    ASSERT_EQ (packets.size (), 2U);
    EXPECT_EQ (packets[0].kind, Packet::Kind::damaged);
    EXPECT_EQ (packets[1].kind, Packet::Kind::command);
}

TEST (GdbPacket, is_an_interrupt_between_others_only) {
    const auto packets = packets_of ("\x03$M0,1:\x03#cb");
    ASSERT_EQ (packets.size (), 2U);
    EXPECT_EQ (packets[0].kind, Packet::Kind::interrupt);
    EXPECT_NE (packets[1].kind, Packet::Kind::interrupt);
}

TEST (GdbPacket, that_is_sent_has_a_checksum) {
    EXPECT_EQ (framed ("OK"), "$OK#9a");
    EXPECT_EQ (framed (""), "$#00");
}

TEST (GdbPacket, has_words_with_the_lowest_byte_first) {
    EXPECT_EQ (word_to_hex (0x1234, 4), "34120000");
    EXPECT_EQ (word_from_hex ("34120000"), 0x1234U);
    EXPECT_EQ (word_from_hex ("341"), std::nullopt);
    EXPECT_EQ (word_from_hex ("xx"), std::nullopt);
    EXPECT_EQ (number_from_hex ("1234"), 0x1234U);
    EXPECT_EQ (number_from_hex (""), std::nullopt);
    EXPECT_EQ (number_from_hex ("10000000000000000"), std::nullopt);
}

}  // namespace
}  // namespace ravelin::sim::gdb
