// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim::gdb {

/// What comes from a debugger.  [GDB manual, E.1, Remote Serial Protocol]
struct Packet {
    enum class Kind : std::uint8_t {
        command,    // in text
        damaged,    // its checksum is wrong: to be sent again
        interrupt,  // Ctrl-C
    };

    Kind kind{};
    std::string text{};
};

/// Finds packets in what comes, byte after byte. Acknowledgements are dropped: the connection loses nothing.
class PacketReader {
  public:
    /// The packet that @p byte ends, if it does.
    [[nodiscard]] auto take (char byte) -> std::optional<Packet>;

  private:
    enum class State : std::uint8_t {
        between,
        text,
        checksum,
    };

    State state_{State::between};
    std::string text_;
    std::string checksum_;
};

/// @p text as a packet.
[[nodiscard]] auto framed (std::string_view text) -> std::string;

/// Two hexadecimal digits for each byte.
[[nodiscard]] auto to_hex (std::span<const std::byte> bytes) -> std::string;

/// The other way; nothing if @p text isn't that.
[[nodiscard]] auto from_hex (std::string_view text) -> std::optional<std::vector<std::byte>>;

/// The low @p size bytes of @p value, least first, in hexadecimal.
[[nodiscard]] auto word_to_hex (std::uint64_t value, std::size_t size) -> std::string;

/// The other way, for at most 8 bytes.
[[nodiscard]] auto word_from_hex (std::string_view text) -> std::optional<std::uint64_t>;

/// A number in hexadecimal, as addresses are.
[[nodiscard]] auto number_from_hex (std::string_view text) -> std::optional<std::uint64_t>;

}  // namespace ravelin::sim::gdb
