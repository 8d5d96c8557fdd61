// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/machine/bus.hpp"
#include "sim/models/data_cache.hpp"
#include "sim/models/firmware.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ravelin::sim {

/// The Pi's EL3 stub: it has disabled SMC, and its cores wait in WFE for a doubleword each, with their caches
/// off. A core sees what has reached memory, not what is in a cache, and looks only after an event. Without a model of
/// caches, what was cleaned has reached memory.
class SpinTable : public Firmware {
  public:
    /// What the firmware keeps of memory: its code, and the doublewords.
    static constexpr PaRange code{Pa{0}, page_size};

    /// The doubleword of CPU n is at this address plus 8 n.
    static constexpr Pa words{0xd8};

    /// @param bus    has RAM there
    /// @param cache  of the other CPUs; nullptr: not modelled. Both outlive the spin table
    SpinTable (Bus &bus, std::uint32_t cpus, const DataCache *cache = nullptr)
        : bus_{bus}, cpus_{cpus}, cache_{cache} {}

    [[nodiscard]] auto smc (CpuIndex cpu, const hal::SmcRegisters &arguments) -> hal::SmcRegisters override;
    [[nodiscard]] auto take_start (CpuIndex cpu) -> bool override;
    void event () override;
    void cleaned (PaRange range) override;

  private:
    /// The word of @p cpu, as it is in memory.
    [[nodiscard]] auto in_memory (CpuIndex cpu) const -> std::uint64_t;

    Bus &bus_;
    std::uint32_t cpus_;
    const DataCache *cache_;
    std::array<std::uint64_t, max_cpus> memory_{};  // the words that were cleaned
    std::array<bool, max_cpus> event_{};            // this core's event register
};

}  // namespace ravelin::sim
