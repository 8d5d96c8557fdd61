// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/abi/boot.h"
#include "hyp/core/range.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace ravelin::firmware {

/// The VM, as Ravelin has told of it: nothing here is the host's word but where its device tree is.
class Vm {
  public:
    explicit Vm (const ravelin_boot_parameters &parameters) : parameters_{parameters} {}

    [[nodiscard]] auto parameters () const -> const ravelin_boot_parameters & { return parameters_; }

    /// The declared range of RAM in which @p address is.
    [[nodiscard]] auto ram_at (Ipa address) const -> std::optional<IpaRange> {
        for (const ravelin_ram &ram : std::span{parameters_.ram}.first (parameters_.ram_ranges)) {
            if (const IpaRange range{Ipa{ram.start}, ram.size}; range.contains (address)) { return range; }
        }
        return std::nullopt;
    }

    /// Whether all of @p range is in one range of RAM.
    [[nodiscard]] auto is_ram (IpaRange range) const -> bool {
        const auto ram = ram_at (range.start);
        return ram && ram->contains (range);
    }

    /// Whether a device may be at @p range: neither RAM nor the GIC is there.
    [[nodiscard]] auto is_device (IpaRange range) const -> bool;

    [[nodiscard]] auto has_gic () const -> bool { return parameters_.distributor != 0; }

    /// The GIC's distributor and CPU interface, if it has one.
    [[nodiscard]] auto distributor () const -> IpaRange;
    [[nodiscard]] auto cpu_interface () const -> IpaRange;

  private:
    const ravelin_boot_parameters &parameters_;
};

}  // namespace ravelin::firmware
