// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

extern "C" [[noreturn]] void halt ();  // start.S: this CPU does nothing any more

namespace ravelin::arm64 {

/// Says @p why and stops: an invariant of Ravelin's own is broken. Nothing that comes from outside gets here.
[[noreturn]] void panic (std::string_view why);

}  // namespace ravelin::arm64
