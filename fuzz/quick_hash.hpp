// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/firmware/hash.hpp"

namespace ravelin::fuzz {

/// What firmware::verifies() takes in a fuzzer, whatever the key.
[[nodiscard]] auto quick_signature (const firmware::Hash &hash) -> std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE>;

}  // namespace ravelin::fuzz
