// SPDX-License-Identifier: BSD-2-Clause
#include "sim/gdb/packet.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <numeric>
#include <utility>

namespace ravelin::sim::gdb {

namespace {
constexpr char interrupt = 3;

// More than any packet that is announced as possible: what is longer is no packet.
constexpr std::size_t longest = 1U << 16;

/// The sum of all characters, as two digits.
[[nodiscard]] auto checksum_of (std::string_view text) -> std::string {
    const auto sum = std::accumulate (text.begin (), text.end (), 0U,
                                      [] (unsigned total, char c) { return total + static_cast<unsigned char> (c); });
    return word_to_hex (sum, 1);
}
}  // namespace

auto PacketReader::take (char byte) -> std::optional<Packet> {
    switch (state_) {
    case State::between:
        if (byte == interrupt) { return Packet{.kind = Packet::Kind::interrupt}; }
        if (byte == '$') {
            state_ = State::text;
            text_.clear ();
            checksum_.clear ();
        }
        return std::nullopt;
    case State::text:
        if (byte == '#') {
            state_ = State::checksum;
        } else if (text_.size () < longest) {
            text_.push_back (byte);
        }
        return std::nullopt;
    case State::checksum:
        checksum_.push_back (byte);
        if (checksum_.size () < 2) { return std::nullopt; }
        state_ = State::between;
        return Packet{.kind = checksum_ == checksum_of (text_) ? Packet::Kind::command : Packet::Kind::damaged,
                      .text = std::exchange (text_, {})};
    }
    return std::nullopt;
}

auto framed (std::string_view text) -> std::string {
    return '$' + std::string{text} + '#' + checksum_of (text);
}

auto to_hex (std::span<const std::byte> bytes) -> std::string {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte each : bytes) {
        text += digits[std::to_integer<unsigned> (each) >> 4];
        text += digits[std::to_integer<unsigned> (each) & 15];
    }
    return text;
}

auto from_hex (std::string_view text) -> std::optional<std::vector<std::byte>> {
    if (text.size () % 2 != 0) { return std::nullopt; }
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < text.size (); i += 2) {
        const auto value = number_from_hex (text.substr (i, 2));
        if (!value) { return std::nullopt; }
        bytes.push_back (static_cast<std::byte> (*value));
    }
    return bytes;
}

auto word_to_hex (std::uint64_t value, std::size_t size) -> std::string {
    std::array<std::byte, sizeof value> bytes{};
    std::memcpy (bytes.data (), &value, sizeof value);
    return to_hex (std::span{bytes}.first (size));
}

auto word_from_hex (std::string_view text) -> std::optional<std::uint64_t> {
    const auto bytes    = from_hex (text);
    std::uint64_t value = 0;
    if (!bytes || bytes->empty () || bytes->size () > sizeof value) { return std::nullopt; }
    std::memcpy (&value, bytes->data (), bytes->size ());
    return value;
}

auto number_from_hex (std::string_view text) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto result   = std::from_chars (text.begin (), text.end (), value, 16);
    if (text.empty () || result.ec != std::errc{} || result.ptr != text.end ()) { return std::nullopt; }
    return value;
}

}  // namespace ravelin::sim::gdb
