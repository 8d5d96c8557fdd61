// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <sys/wait.h>
#include <unistd.h>

/// Runs @p action in a process of its own, which ends with status 0 behind it. Returns its status as
/// waitpid() has it.
template <class Action>
[[nodiscard]] auto run_child (Action action) -> int {
    const pid_t child = fork ();
    if (child == 0) {
        action ();
        _exit (0);
    }
    int status = -1;
    waitpid (child, &status, 0);
    return status;
}
