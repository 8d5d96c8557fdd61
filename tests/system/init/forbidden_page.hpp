// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

/// A page of physical memory, mapped through /dev/mem while this lives. What the page is belongs to somebody
/// else.
class ForbiddenPage {
  public:
    explicit ForbiddenPage (std::uint64_t physical);
    ~ForbiddenPage ();
    ForbiddenPage (const ForbiddenPage &)                     = delete;
    auto operator= (const ForbiddenPage &) -> ForbiddenPage & = delete;

    /// Where it is mapped, or nullptr if the kernel didn't want to; errno tells why.
    [[nodiscard]] auto bytes () const -> char * { return bytes_; }

  private:
    char *bytes_{};
};
