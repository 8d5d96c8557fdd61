// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/hal/concept.hpp"
#include "sim/machine/tlb_invalidation.hpp"

#include <cstdint>
#include <variant>

/// What EL2 does on one CPU that others may notice, one operation after another.
namespace ravelin::sim::el2 {

struct TakesLock {
    unsigned rank;  // it may have to wait from here on
};
struct LeavesLock {
    unsigned rank;
};
struct Waits {};   // in a loop, for another CPU
struct Sleeps {};  // WFI
struct SendsEvent {};

struct Stores {
    Pa pa;
    std::uint64_t old;
    std::uint64_t value;
};
struct Fills {
    PaRange range;  // gets hold of these bytes: it may write to them
};

struct Synchronizes {};  // ISB
struct Completes {
    hal::Dsb kind;
};
struct Invalidates {
    TlbInvalidation tlb;
};
struct ForgetsCode {
    bool everywhere;  // IC IALLUIS, else IC IALLU
};
struct Cleans {
    PaRange range;  // DC CIVAC of each line
};

struct ReadsDevice {
    Pa pa;
    std::uint32_t value;
};
struct WritesDevice {
    Pa pa;
    std::uint32_t value;
};
struct CallsFirmware {
    hal::SmcRegisters arguments;
};
struct FirmwareAnswers {
    hal::SmcRegisters results;
};

using Operation =
    std::variant<TakesLock, LeavesLock, Waits, Sleeps, SendsEvent, Stores, Fills, Synchronizes, Completes, Invalidates,
                 ForgetsCode, Cleans, ReadsDevice, WritesDevice, CallsFirmware, FirmwareAnswers>;

}  // namespace ravelin::sim::el2
