// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

namespace ravelin::sim::explore {

/// @p text between quotes, as JSON has it.
[[nodiscard]] inline auto quoted (std::string_view text) -> std::string {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') { result += '\\'; }
        result += static_cast<unsigned char> (c) < ' ' ? ' ' : c;
    }
    return result + '"';
}

}  // namespace ravelin::sim::explore
