// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "sim/machine/device.hpp"
#include "sim/machine/lazy_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ravelin::sim {

/// RAM at a range of physical addresses, and where the simulating process has it.
struct RamRegion {
    PaRange range;
    std::byte *host;

    /// The host's address of @p pa, which is inside.
    [[nodiscard]] auto at (Pa pa) const -> std::byte * { return host + (pa - range.start); }
};

/// A device at a range of physical addresses.
struct DeviceWindow {
    PaRange range;
    Device *device;
};

/// The physical address space: RAM with holes, and devices. Little-endian, as the CPUs are.
class Bus {
  public:
    /// Adds zeroed RAM; page aligned, where nothing is yet.
    void add_ram (PaRange range);

    /// Adds @p device, which outlives the bus; page aligned, where nothing is yet.
    void add_device (PaRange range, Device &device);

    /// All RAM, ascending.
    [[nodiscard]] auto ram_regions () const -> std::span<const RamRegion> { return ram_; }

    /// All devices, ascending.
    [[nodiscard]] auto devices () const -> std::span<const DeviceWindow> { return devices_; }

    /// The RAM region that holds all of @p range, or nothing.
    [[nodiscard]] auto find_ram (PaRange range) const -> const RamRegion *;

    /// The device whose window holds all of @p range, or nothing.
    [[nodiscard]] auto find_device (PaRange range) const -> const DeviceWindow *;

    /// Reads @p size bytes, 1, 2, 4 or 8; nothing if nobody answers: an external abort. RAM may be read at
    /// any address, devices at multiples of the size only.
    [[nodiscard]] auto read (CpuIndex cpu, Pa pa, unsigned size) -> std::optional<std::uint64_t>;

    /// Writes the low @p size bytes of @p value; false if nobody answers.
    [[nodiscard]] auto write (CpuIndex cpu, Pa pa, unsigned size, std::uint64_t value) -> bool;

  private:
    void check_free (PaRange range) const;

    std::vector<LazyMemory> memory_;
    std::vector<RamRegion> ram_;
    std::vector<DeviceWindow> devices_;
};

}  // namespace ravelin::sim
