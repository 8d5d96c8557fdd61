// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/key.hpp"

#include "hyp/firmware/hash.hpp"

#include <algorithm>
#include <bearssl.h>
#include <string>
#include <vector>

namespace ravelin::sign {

namespace {
using Bytes = std::vector<std::uint8_t>;

/// The first object of a PEM file that is a key: its name and its DER.
struct PemObject {
    std::string name;
    Bytes der;
};

[[nodiscard]] auto is_key (std::string_view name) -> bool {
    return name == BR_ENCODE_PEM_EC_RAW || name == "PRIVATE KEY" || name == "PUBLIC KEY";
}

[[nodiscard]] auto find_key (std::string_view pem) -> std::optional<PemObject> {
    br_pem_decoder_context decoder;
    br_pem_decoder_init (&decoder);
    PemObject object;
    const auto append = [] (void *to, const void *data, std::size_t size) {
        const auto *bytes = static_cast<const std::uint8_t *> (data);
        auto &der         = *static_cast<Bytes *> (to);
        der.insert (der.end (), bytes, bytes + size);
    };
    // A last line without an end is one too.
    std::string text{pem};
    text += '\n';
    for (std::string_view left = text; !left.empty ();) {
        left.remove_prefix (br_pem_decoder_push (&decoder, left.data (), left.size ()));
        switch (br_pem_decoder_event (&decoder)) {
        case BR_PEM_BEGIN_OBJ:
            object = {br_pem_decoder_name (&decoder), {}};
            br_pem_decoder_setdest (&decoder, append, &object.der);
            break;
        case BR_PEM_END_OBJ:
            if (is_key (object.name)) { return object; }
            break;
        case BR_PEM_ERROR: return std::nullopt;
        default:           break;
        }
    }
    return std::nullopt;
}

/// SubjectPublicKeyInfo of P-256: what comes before the point is always the same.  [RFC 5480, 2]
[[nodiscard]] auto from_public (const Bytes &der) -> std::optional<Key> {
    constexpr std::array<std::uint8_t, 26> prefix{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                                  0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                                  0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
    Key key{};
    if (der.size () != prefix.size () + key.point.size () ||
        !std::ranges::equal (std::span{der}.first<prefix.size ()> (), prefix)) {
        return std::nullopt;
    }
    std::ranges::copy (std::span{der}.subspan (prefix.size ()), key.point.begin ());
    return key;
}

[[nodiscard]] auto from_private (const Bytes &der) -> std::optional<Key> {
    br_skey_decoder_context decoder;
    br_skey_decoder_init (&decoder);
    br_skey_decoder_push (&decoder, der.data (), der.size ());
    const auto *secret = br_skey_decoder_get_ec (&decoder);
    Key key{.point = {}, .secret = std::array<std::uint8_t, 32>{}};
    if (secret == nullptr || secret->curve != BR_EC_secp256r1 || secret->xlen > key.secret->size () ||
        br_ec_compute_pub (&br_ec_p256_m31, nullptr, key.point.data (), secret) != key.point.size ()) {
        return std::nullopt;
    }
    std::ranges::copy (std::span{secret->x, secret->xlen},
                       key.secret->end () - static_cast<std::ptrdiff_t> (secret->xlen));
    return key;
}
}  // namespace

auto Key::from_pem (std::string_view pem) -> std::optional<Key> {
    const auto object = find_key (pem);
    if (!object) { return std::nullopt; }
    return object->name == "PUBLIC KEY" ? from_public (object->der) : from_private (object->der);
}

auto Key::sign (std::span<const std::byte> bytes) const -> std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE> {
    auto scalar     = secret.value ();
    const auto hash = firmware::hash_of (bytes);
    const br_ec_private_key key{.curve = BR_EC_secp256r1, .x = scalar.data (), .xlen = scalar.size ()};
    std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE> signature{};
    br_ecdsa_i31_sign_raw (&br_ec_p256_m31, &br_sha256_vtable, hash.data (), &key, signature.data ());
    return signature;
}

}  // namespace ravelin::sign
