// SPDX-License-Identifier: BSD-2-Clause

// In place of hyp/firmware/hash.cpp: a hash and a signature that cost little and that a fuzzer can make, so that most
// of its inputs get behind them. Nobody but a fuzzer is linked with it.

#include "fuzz/quick_hash.hpp"

#include "hyp/firmware/hash.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ravelin {

// Nothing is looked for in here.
[[clang::no_sanitize ("address", "undefined")]] auto firmware::hash_of (std::span<const std::byte> bytes) -> Hash {
    constexpr std::uint64_t prime = 0x0000'0100'0000'01b3;
    std::array<std::uint64_t, 4> lanes{0xcbf2'9ce4'8422'2325, 1, 2, bytes.size ()};
    const auto add = [&lanes] (std::uint64_t word) {
        lanes[0] = (std::rotl (lanes[0], 23) ^ word) * prime;
        lanes[1] += lanes[0];
    };
    std::size_t done = 0;
    for (; done + sizeof (std::uint64_t) <= bytes.size (); done += sizeof (std::uint64_t)) {
        std::uint64_t word = 0;
        __builtin_memcpy (&word, bytes.data () + done, sizeof word);
        add (word);
    }
    for (const std::byte byte : bytes.subspan (done)) {
        add (std::to_integer<std::uint64_t> (byte));
    }
    lanes[2] = lanes[0] ^ (lanes[1] << 1U);
    Hash hash;
    std::memcpy (hash.data (), lanes.data (), hash.size ());
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
