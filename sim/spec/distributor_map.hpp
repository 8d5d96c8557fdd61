// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

/// Where the registers of a distributor are.  [IHI 0048B, table 4-1]
namespace ravelin::spec::gicd {

// Where registers are. Those of one bit for each interrupt take 0x80 bytes each.
inline constexpr std::uint64_t ctlr       = 0x000;
inline constexpr std::uint64_t typer      = 0x004;
inline constexpr std::uint64_t iidr       = 0x008;
inline constexpr std::uint64_t igroupr    = 0x080;
inline constexpr std::uint64_t isenabler  = 0x100;
inline constexpr std::uint64_t icenabler  = 0x180;
inline constexpr std::uint64_t ispendr    = 0x200;
inline constexpr std::uint64_t icpendr    = 0x280;
inline constexpr std::uint64_t isactiver  = 0x300;
inline constexpr std::uint64_t icactiver  = 0x380;
inline constexpr std::uint64_t ipriorityr = 0x400;
inline constexpr std::uint64_t itargetsr  = 0x800;
inline constexpr std::uint64_t icfgr      = 0xc00;
inline constexpr std::uint64_t icfgr_end  = 0xd00;
inline constexpr std::uint64_t sgir       = 0xf00;
inline constexpr std::uint64_t cpendsgir  = 0xf10;
inline constexpr std::uint64_t spendsgir  = 0xf20;
inline constexpr std::uint64_t spend_end  = 0xf30;
inline constexpr std::uint64_t id         = 0xfd0;

[[nodiscard]] constexpr auto is_in (std::uint64_t offset, std::uint64_t first, std::uint64_t end) -> bool {
    return offset >= first && offset < end;
}

/// Whether the registers from @p offset on can be reached byte by byte.
[[nodiscard]] constexpr auto takes_bytes (std::uint64_t offset) -> bool {
    return is_in (offset, ipriorityr, icfgr) || is_in (offset, cpendsgir, spend_end);
}

}  // namespace ravelin::spec::gicd
