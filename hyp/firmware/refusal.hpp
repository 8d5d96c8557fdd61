// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"

#include <expected>
#include <string_view>

namespace ravelin::firmware {

/// The value, or why the VM doesn't boot.
template <class T>
using Verified = std::expected<T, ravelin_refusal>;

/// Shorthand for a refusal.
[[nodiscard]] constexpr auto refuse (ravelin_refusal why) -> std::unexpected<ravelin_refusal> {
    return std::unexpected{why};
}

/// Why, for people. The texts are one string, with a zero behind each: a table of addresses would be relocated.
[[nodiscard]] constexpr auto text_of (ravelin_refusal why) -> std::string_view {
#define RAVELIN_TEXT(status, text) text "\0"
    std::string_view texts{RAVELIN_REFUSAL_TEXTS (RAVELIN_TEXT), sizeof RAVELIN_REFUSAL_TEXTS (RAVELIN_TEXT) - 1};
#undef RAVELIN_TEXT
    for (unsigned before = RAVELIN_REFUSED_PLACE; before < why && !texts.empty (); ++before) {
        texts.remove_prefix (texts.find ('\0') + 1);
    }
    return texts.substr (0, texts.find ('\0'));
}

}  // namespace ravelin::firmware
