// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/firmware/hash.hpp"
#include "tests/unit/firmware/keys.hpp"

#include <gtest/gtest.h>

namespace ravelin::sign {

namespace {
/// The public half of the key whose secret is 1: P-256's base point.  [SEC 2, 2.4.2]
constexpr std::string_view base_point_pem = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----)";

[[nodiscard]] auto bytes_of (std::string_view text) -> std::span<const std::byte> {
    return std::as_bytes (std::span{text});
}
}  // namespace

TEST (SignKey, reads_a_public_key) {
    const auto key = Key::from_pem (base_point_pem);
    ASSERT_TRUE (key.has_value ());
    EXPECT_EQ (key->point, test::key_of (1).point);
    EXPECT_FALSE (key->secret.has_value ());
}

TEST (SignKey, reads_a_private_key_with_its_public_half) {
    const auto key = Key::from_pem (test::development_pem ());
    ASSERT_TRUE (key.has_value ());
    ASSERT_TRUE (key->secret.has_value ());
    const auto signature = key->sign (bytes_of ("something"));
    EXPECT_TRUE (firmware::verifies (firmware::hash_of (bytes_of ("something")), signature, key->point));
}

TEST (SignKey, finds_the_key_among_other_objects) {
    const std::string other = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    EXPECT_TRUE (Key::from_pem (other + test::development_pem ()).has_value ());
    EXPECT_FALSE (Key::from_pem (other).has_value ());
}

TEST (SignKey, reads_nothing_else) {
    EXPECT_FALSE (Key::from_pem ("").has_value ());
    EXPECT_FALSE (Key::from_pem ("not a key").has_value ());
    auto damaged = test::development_pem ();
    damaged[60]  = '!';
    EXPECT_FALSE (Key::from_pem (damaged).has_value ());
    std::string other_curve{base_point_pem};
    other_curve.replace (other_curve.find ("KoZIzj0DAQcD"), 12, "KoZIzj0DAQYD");
    EXPECT_FALSE (Key::from_pem (other_curve).has_value ());
}

TEST (SignKey, signs_the_same_each_time_and_only_what_it_signs) {
    const auto key       = test::key_of (5);
    const auto signature = key.sign (bytes_of ("this"));
    EXPECT_EQ (key.sign (bytes_of ("this")), signature);
    EXPECT_TRUE (firmware::verifies (firmware::hash_of (bytes_of ("this")), signature, key.point));
    EXPECT_FALSE (firmware::verifies (firmware::hash_of (bytes_of ("that")), signature, key.point));
    EXPECT_FALSE (firmware::verifies (firmware::hash_of (bytes_of ("this")), signature, test::key_of (6).point));
}

TEST (FirmwareHash, is_sha_256) {
    // [FIPS 180-4; NIST's example "abc"]
    const firmware::Hash abc{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                             0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                             0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    EXPECT_EQ (firmware::hash_of (bytes_of ("abc")), abc);
}

}  // namespace ravelin::sign
