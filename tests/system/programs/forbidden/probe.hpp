// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "access.hpp"
#include "instruction.hpp"
#include "report.hpp"

#include <cstdint>

namespace forbidden {

/// Tries @p access at @p address from @p level, and checks that it ends as an alignment fault that Linux
/// survives: the right vector, syndrome and addresses; no register, nor the base of a writeback, changed;
/// counted once.
void expect_data_abort (el1::Test &test, const Access &access, std::uint64_t address, el1::Level level);

/// Jumps to @p address at @p level, and checks that it ends as an external abort of the fetch at @p faulting;
/// counted once.
void expect_code_abort (el1::Test &test, std::uint64_t address, std::uint64_t faulting, el1::Level level);

/// Runs @p instruction at @p level, and checks that it is undefined there.
void expect_undefined (el1::Test &test, std::uint32_t instruction, el1::Level level);

}  // namespace forbidden
