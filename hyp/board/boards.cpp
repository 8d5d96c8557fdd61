// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/board/pi4b.hpp"
#include "hyp/board/virt.hpp"

#include <array>

namespace ravelin {

auto boards () -> std::span<const Board> {
    static constexpr std::array all{virt::board, pi4b::board};
    return all;
}

}  // namespace ravelin
