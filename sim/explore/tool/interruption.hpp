// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <atomic>
#include <csignal>
#include <unistd.h>

/// What ends long work before its end: a signal, or the time that it was given. Of the process.
namespace ravelin::sim::explore::interruption {

// Exit statuses.
inline constexpr int unable      = 2;  // to say what there is: misused, or something has failed
inline constexpr int interrupted = 130;

inline std::atomic<bool> stop{};     // the work is to end
inline std::atomic<bool> is_over{};  // as the time is

/// From now on SIGINT and SIGTERM stop the work.
inline void expect_signals () {
    const auto on_signal = [] (int) {
        stop = true;
    };
    std::signal (SIGINT, on_signal);
    std::signal (SIGTERM, on_signal);
}

/// So does the end of so many seconds; 0: it has no end.
inline void allow (unsigned seconds) {
    std::signal (SIGALRM, [] (int) { is_over = stop = true; });
    alarm (seconds);
}

}  // namespace ravelin::sim::explore::interruption
