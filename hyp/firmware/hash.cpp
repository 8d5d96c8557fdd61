// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/hash.hpp"

#include <bearssl.h>

namespace ravelin::firmware {

auto hash_of (std::span<const std::byte> bytes) -> Hash {
    br_sha256_context context;
    br_sha256_init (&context);
    br_sha256_update (&context, bytes.data (), bytes.size ());
    Hash hash;
    br_sha256_out (&context, hash.data ());
    return hash;
}

auto verifies (const Hash &hash, std::span<const std::uint8_t> signature, std::span<const std::uint8_t> key) -> bool {
    // BearSSL only reads the point, but has no const for it.
    const br_ec_public_key point{
        .curve = BR_EC_secp256r1, .q = const_cast<unsigned char *> (key.data ()), .qlen = key.size ()};
    return br_ecdsa_i31_vrfy_raw (&br_ec_p256_m31, hash.data (), hash.size (), &point, signature.data (),
                                  signature.size ()) == 1;
}

}  // namespace ravelin::firmware
