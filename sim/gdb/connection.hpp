// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ravelin::sim::gdb {

/// A socket, closed at the end of its life.
class Socket {
  public:
    explicit Socket (int file) : file_{file} {}
    Socket (Socket &&other) noexcept : file_{std::exchange (other.file_, -1)} {}
    auto operator= (Socket &&) -> Socket & = delete;
    ~Socket ();

    [[nodiscard]] auto file () const -> int { return file_; }

  private:
    int file_;
};

/// A debugger that has connected.
class Connection {
  public:
    explicit Connection (Socket socket) : socket_{std::move (socket)} {}

    /// What has come; waits for something at most so long, or for ever. Empty: nothing has. Nothing: the other side has
    /// gone.
    [[nodiscard]] auto receive (std::optional<std::chrono::milliseconds> patience) -> std::optional<std::string>;

    /// Sends all of @p text, if the other side is there.
    void send (std::string_view text);

  private:
    Socket socket_;
};

/// Waits for debuggers of this computer.
class Listener {
  public:
    /// @param port  of TCP; 0: any that is free
    /// Throws std::system_error if it isn't free.
    explicit Listener (std::uint16_t port);

    [[nodiscard]] auto port () const -> std::uint16_t { return port_; }

    /// The next one that comes.
    [[nodiscard]] auto accept () -> Connection;

  private:
    Socket socket_;
    std::uint16_t port_{};
};

}  // namespace ravelin::sim::gdb
