// SPDX-License-Identifier: BSD-2-Clause
#include "devices.hpp"

#include "report.hpp"

namespace vms {

namespace {
constexpr std::uint64_t byte_bits = 8;
constexpr std::uint64_t word_size = 8;

[[nodiscard]] auto is_in_scratch (std::uint64_t ipa, std::uint64_t size) -> bool {
    return ipa >= GUEST_SCRATCH && ipa + size <= GUEST_SCRATCH + GUEST_SCRATCH_SIZE;
}

[[noreturn]] void no_device (std::uint64_t ipa) {
    el1::print ("a guest's access to IPA ", el1::Hex{ipa}, "\n");
    el1::give_up ("there's no device");
}
}  // namespace

void Devices::print (char c) {
    if (c != '\n') {
        line_.at (length_++) = c;
        return;
    }
    if (!is_mute_) { el1::print ("  | ", std::string_view{line_.data (), length_}, "\n"); }
    length_ = 0;
}

void Devices::store (std::uint64_t ipa, std::uint64_t size, std::uint64_t value) {
    if (size < word_size && value >> size * byte_bits != 0) { el1::give_up ("a store's value isn't zero-extended"); }
    switch (ipa) {
    case GUEST_CONSOLE: print (static_cast<char> (value)); return;
    case GUEST_ASK:     answer_ = guide_ != nullptr ? guide_->answer (value) : 0; return;
    case GUEST_FINISH:
        failures_ = value;
        finished_ = true;
        return;
    default: break;
    }
    if (!is_in_scratch (ipa, size)) { no_device (ipa); }
    for (std::uint64_t i = 0; i < size; ++i) {
        scratch_.at (ipa - GUEST_SCRATCH + i) = static_cast<std::uint8_t> (value >> i * byte_bits);
    }
}

auto Devices::load (std::uint64_t ipa, std::uint64_t size) const -> std::uint64_t {
    if (ipa == GUEST_ASK) { return answer_; }
    if (!is_in_scratch (ipa, size)) { no_device (ipa); }
    std::uint64_t value = ~0ULL;
    for (std::uint64_t i = size; i != 0; --i) {
        value = value << byte_bits | scratch_.at (ipa - GUEST_SCRATCH + i - 1);
    }
    return value;
}

}  // namespace vms
