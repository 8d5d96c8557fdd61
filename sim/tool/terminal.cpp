// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/terminal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace ravelin::sim {

namespace {
constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGPIPE};

// A signal's handler has no other way to reach them.
std::optional<termios> settings_before;

void restore () {
    if (settings_before) { tcsetattr (STDIN_FILENO, TCSANOW, &*settings_before); }
}

void restore_and_die (int signal) {
    restore ();
    // The default action was put back before this was called.
    raise (signal);
}

void set_handlers (void (*handler) (int)) {
    for (const int signal : signals) {
        struct sigaction action = {};
        action.sa_handler       = handler;
        action.sa_flags         = static_cast<int> (SA_RESETHAND | SA_NODEFER);
        sigaction (signal, &action, nullptr);
    }
}
}  // namespace

Terminal::Terminal () {
    termios settings{};
    if (tcgetattr (STDIN_FILENO, &settings) != 0) {
        return;  // it isn't a terminal
    }
    settings_before = settings;
    set_handlers (&restore_and_die);
    // Ctrl-C is for the machine; output goes as it comes.
    cfmakeraw (&settings);
    tcsetattr (STDIN_FILENO, TCSANOW, &settings);
}

Terminal::~Terminal () {
    restore ();
    if (settings_before) {
        set_handlers (SIG_DFL);
        settings_before.reset ();
    }
}

auto Terminal::read (std::optional<std::chrono::milliseconds> patience) -> std::string {
    if (!open_) { return {}; }
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int ready = poll (&input, 1, patience ? static_cast<int> (patience->count ()) : -1);
    if (ready < 0 && errno != EINTR) {
        throw std::system_error{errno, std::generic_category (), "waiting for the terminal"};
    }
    if (ready <= 0) { return {}; }
    std::array<char, 64> buffer{};
    const auto count = ::read (STDIN_FILENO, buffer.data (), buffer.size ());
    open_            = count > 0;
    return count > 0 ? std::string{buffer.data (), static_cast<std::size_t> (count)} : std::string{};
}

}  // namespace ravelin::sim
