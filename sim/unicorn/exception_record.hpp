// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "sim/unicorn/saved_cpu.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ravelin::sim {

/// What Unicorn found out about an exception that it has stopped at.
struct ExceptionRecord {
    std::uint64_t syndrome;    // for ESR_ELx
    std::uint64_t address;     // for FAR_ELx, if it's an abort
    std::uint64_t ipa_page{};  // for HPFAR_EL2, if it's a stage 2 abort
    std::uint32_t target;      // the Exception level that takes it
};

/// Reads exception records. Unicorn has no interface for that: the numbers lie somewhere in the bytes that it
/// saves a CPU as, and where depends on its version. So a known fault is looked for in them once.
class ExceptionReader {
  public:
    /// Throws UnicornError if this version of Unicorn hides the record.
    explicit ExceptionReader (const Emulator &emulator);

    /// The exception for which @p emulator is calling its hook right now; it's forgotten when that returns.
    [[nodiscard]] auto read (const Emulator &emulator) -> ExceptionRecord;

  private:
    SavedCpu saved_;
    std::size_t offset_;
};

}  // namespace ravelin::sim
