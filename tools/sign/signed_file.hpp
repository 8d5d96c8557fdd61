// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "tools/sign/kernel.hpp"
#include "tools/sign/key.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace ravelin::sign {

/// What is to be signed.
struct Contents {
    std::span<const std::byte> kernel;     // as read_kernel() returns it
    std::span<const std::byte> initramfs;  // may be empty
    std::string_view command_line;         // below RAVELIN_COMMAND_LINE_SIZE characters, none of them 0
    std::uint32_t generation{};
};

/// The one file that a VMM loads as its kernel: see hyp/abi/boot.h.
/// @param key  has a secret
[[nodiscard]] auto make_signed_file (const Contents &contents, const Key &key) -> Bytes;

/// Fills in the key's hash and the signature of a manifest that is complete otherwise.
void sign_manifest (ravelin_manifest &manifest, const Key &key);

}  // namespace ravelin::sign
