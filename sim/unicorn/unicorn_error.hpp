// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <unicorn/unicorn.h>

namespace ravelin::sim {

/// Unicorn refused something, or isn't the Unicorn that this code knows.
class UnicornError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The Unicorn that this program runs with.
[[nodiscard]] auto unicorn_name () -> std::string;

/// Throws if @p result isn't success.
/// @param what  what was tried, for the reader of the message
void check (uc_err result, std::string_view what);

}  // namespace ravelin::sim
