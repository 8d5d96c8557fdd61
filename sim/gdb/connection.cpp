// SPDX-License-Identifier: BSD-2-Clause
#include "sim/gdb/connection.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace ravelin::sim::gdb {

namespace {
/// @p result of a system call, if it isn't an error.
auto checked (int result, const std::string &what) -> int {
    if (result < 0) { throw std::system_error{errno, std::generic_category (), what}; }
    return result;
}
}  // namespace

Socket::~Socket () {
    if (file_ >= 0) { close (file_); }
}

auto Connection::receive (std::optional<std::chrono::milliseconds> patience) -> std::optional<std::string> {
    pollfd input{.fd = socket_.file (), .events = POLLIN, .revents = 0};
    const int ready = poll (&input, 1, patience ? static_cast<int> (patience->count ()) : -1);
    if (ready < 0 && errno != EINTR) { checked (ready, "waiting for the debugger"); }
    if (ready <= 0) { return std::string{}; }
    std::array<char, 4096> buffer{};
    const auto count = read (socket_.file (), buffer.data (), buffer.size ());
    if (count <= 0) { return std::nullopt; }
    return std::string{buffer.data (), static_cast<std::size_t> (count)};
}

void Connection::send (std::string_view text) {
    while (!text.empty ()) {
        const auto count = ::send (socket_.file (), text.data (), text.size (), MSG_NOSIGNAL);
        if (count < 0) {
            return;  // receive() will tell that the other side has gone
        }
        text.remove_prefix (static_cast<std::size_t> (count));
    }
}

Listener::Listener (std::uint16_t port)
    : socket_{checked (socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "opening a socket for the debugger")} {
    const int yes = 1;
    checked (setsockopt (socket_.file (), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), "preparing a socket");
    sockaddr_in address{};
    address.sin_family      = AF_INET;
    address.sin_port        = htons (port);
    address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    auto *const generic     = reinterpret_cast<sockaddr *> (&address);
    socklen_t size          = sizeof address;
    checked (bind (socket_.file (), generic, size), "port " + std::to_string (port) + " for the debugger");
    checked (listen (socket_.file (), 1), "waiting for the debugger");
    checked (getsockname (socket_.file (), generic, &size), "asking for the port");
    port_ = ntohs (address.sin_port);
}

auto Listener::accept () -> Connection {
    Socket socket{checked (::accept (socket_.file (), nullptr, nullptr), "waiting for the debugger")};
    // Packets are small, and each is waited for.
    const int yes = 1;
    checked (setsockopt (socket.file (), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), "preparing a socket");
    return Connection{std::move (socket)};
}

}  // namespace ravelin::sim::gdb
