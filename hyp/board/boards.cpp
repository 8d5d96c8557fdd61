// SPDX-License-Identifier: BSD-2-Clause
#include "hyp/board/pi4b.hpp"
#include "hyp/board/virt.hpp"

#include <array>

namespace ravelin {

auto boards () -> std::span<const Board> {
    static constexpr std::array all{virt::board, pi4b::board};
    return all;
}

auto last_resort_at (Pa image) -> Uart {
    for (const Board &board : boards ()) {
        if (board.load_window.contains (image)) { return board.last_resort.front (); }
    }
    return {};
}

}  // namespace ravelin
