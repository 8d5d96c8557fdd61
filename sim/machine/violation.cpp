// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"

#include <array>
#include <charconv>

namespace ravelin::sim {

auto hex (std::uint64_t value) -> std::string {
    std::array<char, 16> digits{};
    const auto end = std::to_chars (digits.data (), digits.data () + digits.size (), value, 16).ptr;
    return "0x" + std::string{digits.data (), end};
}

}  // namespace ravelin::sim
