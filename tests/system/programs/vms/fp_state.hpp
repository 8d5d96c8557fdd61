// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vms {

/// V0-V31, FPCR and FPSR.
struct alignas (16) FpState {
    std::array<std::uint64_t, 64> v{};
    std::uint64_t fpcr{};
    std::uint64_t fpsr{};

    friend auto operator== (const FpState &, const FpState &) -> bool = default;

    /// A state of its own for each @p seed.
    [[nodiscard]] static constexpr auto of (std::uint64_t seed) -> FpState {
        constexpr std::uint64_t rounding   = 3ULL << 22;  // FPCR.RMode
        constexpr std::uint64_t exceptions = 0x1f;        // FPSR: IOC to IXC
        FpState state;
        for (std::size_t i = 0; i < state.v.size (); ++i) {
            state.v[i] = (seed << 32 | (i + 1)) * 0x9e37'79b9'7f4a'7c15;
        }
        state.fpcr = seed << 22 & rounding;
        state.fpsr = seed & exceptions;
        return state;
    }
};

static_assert (offsetof (FpState, fpcr) == 512, "as fp_state.S has it");

extern "C" {
void fp_load (const FpState *state);
void fp_save (FpState *state);
}

}  // namespace vms
