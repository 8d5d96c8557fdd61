// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/address.hpp"

#include <cstdint>
#include <string_view>

namespace el1 {

/// A number to print in hexadecimal.
struct Hex {
    std::uint64_t value;
};

/// From here on print() writes to the PL011 at @p uart, which firmware or a loader has set up.
void open_console (ravelin::Pa uart);

void print (std::string_view text);
void print (Hex number);
void print (std::uint64_t number);

/// Prints each of @p parts: text, or a number.
template <class... Parts>
    requires (sizeof...(Parts) > 1)
void print (const Parts &...parts) {
    (print (parts), ...);
}

}  // namespace el1
