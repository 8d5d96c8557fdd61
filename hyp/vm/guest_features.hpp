// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/hal/hal.hpp"

#include <array>
#include <cstdint>

namespace ravelin {

/// The ID registers as guests read them: those of this CPU, without what guests can't have.
class GuestFeatures {
  public:
    constexpr GuestFeatures () = default;
    explicit GuestFeatures (hal::Cpu &cpu);

    /// ID register op0 3, op1 0, CRn 0.
    /// @param crm       1-7
    /// @param op2       0-7
    /// @param ipa_bits  of the VM that asks: it's not told of more
    [[nodiscard]] auto read (std::uint64_t crm, std::uint64_t op2, std::uint32_t ipa_bits) const -> std::uint64_t;

  private:
    /// Where the register with @p crm and @p op2 is kept.
    [[nodiscard]] static constexpr auto place (std::uint64_t crm, std::uint64_t op2) -> std::size_t {
        return (crm - 1) * 8 + op2;
    }

    std::array<std::uint64_t, 56> values_{};
};

}  // namespace ravelin
