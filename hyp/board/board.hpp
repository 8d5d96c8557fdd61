// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/dev/console.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace ravelin {

/// How the board's CPUs and its power are controlled.
enum class PowerControl : std::uint8_t {
    firmware,      // PSCI, by SMC to the firmware at EL3
    bcm2711_park,  // no firmware: cores wait at a spin table, then in Ravelin; the PM block resets the board
};

/// What a device tree can't say of a board.
struct Board {
    std::string_view name;
    const char *compatible;  // one of the root node's compatible strings
    PowerControl power;
    PaRange load_window;                         // where firmware puts an image; tells boards apart without a tree
    std::span<const Uart> last_resort;           // where to complain when there's no tree
    std::span<const PaRange> host_devices;       // windows that the host reaches directly; all else is denied
    std::span<const PaRange> forwarded{};        // devices that Ravelin stands in front of: pages the host traps on
    std::span<const PaRange> reserved{};         // RAM that firmware keeps using
    std::span<const std::string_view> hidden{};  // paths of nodes that the host's tree shows as disabled
};

/// Every board that the image supports.
[[nodiscard]] auto boards () -> std::span<const Board>;

/// Where to complain when there's no tree: the UART of the board that loads images to where @p image is, or none.
[[nodiscard]] auto last_resort_at (Pa image) -> Uart;

}  // namespace ravelin
