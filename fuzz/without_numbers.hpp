// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

namespace ravelin::fuzz {

[[nodiscard]] inline auto is_word (char c) -> bool {
    return std::isalnum (static_cast<unsigned char> (c)) != 0 || c == '_';
}

/// Each number as '#': addresses differ from one input to the next. What only ends with one, as X1, is a name.
[[nodiscard]] inline auto without_numbers (std::string_view text) -> std::string {
    std::string result;
    for (std::size_t begin = 0; begin < text.size ();) {
        std::size_t end = begin + 1;
        while (is_word (text[begin]) && end < text.size () && is_word (text[end])) {
            ++end;
        }
        const bool is_number = std::isdigit (static_cast<unsigned char> (text[begin])) != 0;
        result += is_number ? "#" : text.substr (begin, end - begin);
        begin = end;
    }
    return result;
}

}  // namespace ravelin::fuzz
