// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/bit_field.hpp"
#include "sim/machine/engine.hpp"

#include <cstdint>

namespace ravelin::sim {

/// Stage 1 of whoever a test plays: each address below 1 TiB is its own, and above is nothing. Executes nothing.
class FlatStage1 : public Engine {
  public:
    void start (Processor &) override {}
    [[nodiscard]] auto run (Processor &, std::uint64_t) -> Exit override { return Exit::finished; }
    [[nodiscard]] auto translate_stage1 (Va va) -> std::uint64_t override {
        constexpr Bits64 address{47, 12};
        return va.value () >> 40 != 0 ? not_translated : address.put (va.value () / page_size);
    }
};

}  // namespace ravelin::sim
