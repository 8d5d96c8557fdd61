// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/bcm2711_pm.hpp"

namespace ravelin::sim {

namespace {
constexpr std::uint64_t pm_rstc = 0x1c;
constexpr std::uint64_t pm_rsts = 0x20;
constexpr std::uint64_t pm_wdog = 0x24;

constexpr std::uint32_t password      = 0x5a00'0000;
constexpr std::uint32_t password_mask = 0xff00'0000;
constexpr std::uint32_t config        = 3U << 4;  // PM_RSTC.WRCFG
constexpr std::uint32_t full_reset    = 2U << 4;
constexpr std::uint32_t count_mask    = 0xf'ffff;  // PM_WDOG
constexpr Ticks counts_per_second     = 65536;
}  // namespace

auto Bcm2711Pm::deadline () const -> Ticks {
    return (reset_control_ & config) == full_reset ? expiry_ : never;
}

auto Bcm2711Pm::read (const DeviceAccess &access) -> std::uint64_t {
    switch (access.offset) {
    case pm_rstc: return reset_control_;
    case pm_rsts: return reset_status_;
    case pm_wdog:
        return expiry_ <= clock_.now () ? 0 : (expiry_ - clock_.now ()) * counts_per_second / clock_.frequency ();
    default: return 0;
    }
}

void Bcm2711Pm::write (const DeviceAccess &access, std::uint64_t value) {
    const auto word = static_cast<std::uint32_t> (value);
    if (access.size != 4 || (word & password_mask) != password) { return; }
    const std::uint32_t data = word & ~password_mask;
    switch (access.offset) {
    case pm_rstc: reset_control_ = data; break;
    case pm_rsts: reset_status_ = data; break;
    case pm_wdog: expiry_ = clock_.now () + (data & count_mask) * clock_.frequency () / counts_per_second; break;
    default:      break;
    }
    clock_.check ();
}

}  // namespace ravelin::sim
