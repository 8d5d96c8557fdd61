// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

/// One thing that init finds out. Prints "PASS name", or "FAIL name: why" with the first reason, when it
/// ends.
class Test {
  public:
    explicit Test (std::string name) : name_{std::move (name)} {}
    ~Test ();
    Test (const Test &)                     = delete;
    auto operator= (const Test &) -> Test & = delete;

    /// @p holds; if not, @p why says what is the case instead.
    void expect (bool holds, const std::string &why) {
        if (!holds && why_.empty ()) { why_ = why; }
    }

    /// A system call did its work; if not, errno tells why.
    void expect_done (bool done, const std::string &what) { expect (done, what + ": " + std::strerror (errno)); }

    /// Prints the verdict on all tests.
    static void print_verdict ();

  private:
    std::string name_;
    std::string why_;
};
