// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/host/confine.hpp"
#include "hyp/host/syndrome.hpp"

#include <algorithm>

namespace ravelin {

namespace {
constexpr std::uint64_t word_size      = 4;
constexpr std::uint64_t word_size_log2 = 2;

[[nodiscard]] auto is_plain_word_access (std::uint64_t syndrome, Pa address) -> bool {
    return esr::valid.any (syndrome) && !esr::stage1_walk.any (syndrome) &&
           esr::access_size.get (syndrome) == word_size_log2 && address.is_aligned (word_size);
}
}  // namespace

auto forward_access (hal::Cpu &cpu, Registers &registers, const Board &board, std::uint64_t syndrome, Pa address)
    -> bool {
    const bool is_ours =
        std::ranges::any_of (board.forwarded, [address] (const PaRange &device) { return device.contains (address); });
    if (!is_ours || !is_plain_word_access (syndrome, address)) { return false; }
    const auto number = static_cast<unsigned> (esr::transfer_register.get (syndrome));
    if (esr::write.any (syndrome)) {
        cpu.mmio_write (address, static_cast<std::uint32_t> (registers.read (number)));
    } else {
        registers.write (number, cpu.mmio_read (address));
    }
    return true;
}

}  // namespace ravelin
