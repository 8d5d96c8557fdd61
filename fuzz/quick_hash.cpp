// SPDX-License-Identifier: BSD-2-Clause

// In place of hyp/firmware/hash.cpp: a hash and a signature that cost little and that a fuzzer can make, so that most
// of its inputs get behind them. Nobody but a fuzzer is linked with it.

#include "fuzz/quick_hash.hpp"

#include "hyp/firmware/hash.hpp"

#include <algorithm>
#include <cstring>

namespace ravelin {

// Nothing is looked for in here.
[[clang::no_sanitize ("address", "undefined")]] auto firmware::hash_of (std::span<const std::byte> bytes) -> Hash {
    constexpr std::uint64_t prime = 0x0000'0100'0000'01b3;
    constexpr unsigned rotation   = 23;
    constexpr unsigned word_bits  = 64;
    constexpr std::size_t count   = sizeof (Hash) / sizeof (std::uint64_t);

    // Lanes that don't wait for each other; no span's functions, nor an array's, which are calls in a build that is
    // made to be looked into.
    std::uint64_t lanes[count]{bytes.size (), 1, 2, 3};  // NOLINT(*-avoid-c-arrays)
    std::uint64_t words[count]{};                        // NOLINT(*-avoid-c-arrays)
    const auto add = [&] () __attribute__ ((always_inline)) {
        for (std::size_t i = 0; i < count; ++i) {
            lanes[i] = ((lanes[i] << rotation | lanes[i] >> (word_bits - rotation)) ^ words[i]) * prime;
        }
    };
    const std::byte *next = bytes.data ();
    std::size_t left      = bytes.size ();
    for (; left >= sizeof words; left -= sizeof words, next += sizeof words) {
        __builtin_memcpy (words, next, sizeof words);
        add ();
    }
    std::memset (words, 0, sizeof words);
    std::memcpy (words, next, left);
    add ();
    Hash hash;
    std::memcpy (hash.data (), lanes, hash.size ());
    return hash;
}

auto fuzz::quick_signature (const firmware::Hash &hash) -> std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE> {
    std::array<std::uint8_t, RAVELIN_SIGNATURE_SIZE> signature{};
    std::ranges::copy (hash, signature.begin ());
    std::ranges::transform (hash, signature.begin () + hash.size (),
                            [] (std::uint8_t byte) { return static_cast<std::uint8_t> (~byte); });
    return signature;
}

auto firmware::verifies (const Hash &hash, std::span<const std::uint8_t> signature,
                         std::span<const std::uint8_t> /*key*/) -> bool {
    return std::ranges::equal (signature, fuzz::quick_signature (hash));
}

}  // namespace ravelin
