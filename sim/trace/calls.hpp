// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace ravelin::sim::trace {

/// A call that hyp/abi describes.
struct Call {
    std::uint64_t id;
    std::string_view name;
    std::string_view arguments;  // what is in X1, X2 and so on: words with blanks between
};

/// The call with function id @p id; nullptr: there is none.
/// @param from_guest  one that a guest makes: some numbers mean something else there
[[nodiscard]] auto find_call (std::uint64_t id, bool from_guest) -> const Call *;

}  // namespace ravelin::sim::trace
