// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

/// A system call that is handed a page of a process.
struct PageCall {
    std::string name;
    std::function<long (char *page)> make;
};

/// Calls that read or write a little at the start of the page.
[[nodiscard]] auto page_calls () -> std::vector<PageCall>;

/// Whether @p access is answered by a SIGBUS for @p address.
[[nodiscard]] auto gets_sigbus (const std::function<void ()> &access, const volatile void *address) -> bool;
