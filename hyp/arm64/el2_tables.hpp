// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/concept.hpp"

namespace ravelin::hal {
class Cpu;
}

namespace ravelin::arm64 {

/// Makes EL2's own stage 1: the image's code, constants and data, each with no more rights than it needs, a
/// hole below every stack. The MMU is still off.
/// @return  Status::no_memory if EL2's tables are used up
[[nodiscard]] auto map_image (hal::Cpu &cpu) -> Result<void>;

/// Maps @p range, rounded out to pages, for EL2 at its own address; the image's part of it stays as it is.
/// @return  Status::exists if part of it is mapped in another way, Status::invalid if it is out of a VA's
/// range,
///          Status::no_memory if EL2's tables are used up
[[nodiscard]] auto map_for_el2 (hal::Cpu &cpu, PaRange range, hal::Reach kind) -> Result<void>;

}  // namespace ravelin::arm64
