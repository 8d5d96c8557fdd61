// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tools/sign/key.hpp"

#include <bearssl.h>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

namespace ravelin::sign::test {

/// The text of the tree's one private key.
[[nodiscard]] inline auto development_pem () -> std::string {
    std::ifstream in{RAVELIN_DEVELOPMENT_KEY};
    return {std::istreambuf_iterator{in}, {}};
}

/// The key whose secret is this small number, not 0.
[[nodiscard]] inline auto key_of (std::uint8_t secret) -> Key {
    Key key{.point = {}, .secret = std::array<std::uint8_t, 32>{}};
    key.secret->back () = secret;
    auto scalar         = *key.secret;
    const br_ec_private_key half{.curve = BR_EC_secp256r1, .x = scalar.data (), .xlen = scalar.size ()};
    br_ec_compute_pub (&br_ec_p256_m31, nullptr, key.point.data (), &half);
    return key;
}

}  // namespace ravelin::sign::test
