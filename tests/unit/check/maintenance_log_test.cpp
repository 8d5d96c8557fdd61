// SPDX-License-Identifier: BSD-2-Clause
#include "sim/check/maintenance_log.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace ravelin::sim {
namespace {

using enum Maintenance::Kind;

constexpr Pa page{0x5000'3000};
constexpr MaintenanceLog::Change given{.taken = false, .written = false};
constexpr MaintenanceLog::Change taken{.taken = true, .written = false};

[[nodiscard]] auto clean_of (Pa from, std::uint64_t bytes) -> Maintenance {
    return {.kind = clean, .range = {from, bytes}};
}
[[nodiscard]] auto write_to (Pa from) -> Maintenance {
    return {.kind = write, .range = {from, 8}};
}
[[nodiscard]] auto tlbi (std::uint64_t vmid, TlbInvalidation::Kind kind = TlbInvalidation::Kind::vmalls12e1is)
    -> Maintenance {
    return {.kind = invalidate, .tlb = {.kind = kind, .vttbr = vmid << 48}};
}

const Maintenance all  = clean_of (page, page_size);
const Maintenance sync = {.kind = complete};
const Maintenance iall = {.kind = code};

/// Whether @p events, in this order, make the page coherent.
[[nodiscard]] auto suffices (MaintenanceLog::Change change, const std::vector<Maintenance> &events) -> bool {
    MaintenanceLog log;
    for (const auto &event : events) {
        log.add (event);
    }
    return log.makes_coherent (page, change);
}

TEST (MaintenanceLog, every_step_is_needed) {
    const std::vector<Maintenance> whole{all, sync, iall, sync};
    EXPECT_TRUE (suffices (given, whole));
    for (std::size_t left_out = 0; left_out < whole.size (); ++left_out) {
        auto events = whole;
        events.erase (events.begin () + static_cast<std::ptrdiff_t> (left_out));
        EXPECT_FALSE (suffices (given, events)) << left_out;
    }
}

TEST (MaintenanceLog, all_lines_of_the_page_have_to_go) {
    EXPECT_TRUE (suffices (given, {clean_of (page + -page_size, 3 * page_size), sync, iall, sync}));
    EXPECT_FALSE (suffices (given, {clean_of (page + 64, page_size - 64), sync, iall, sync}));
    EXPECT_FALSE (suffices (given, {clean_of (page + page_size, page_size), sync, iall, sync}));
}

TEST (MaintenanceLog, what_is_written_later_is_not_clean_unless_that_need_not_be) {
    EXPECT_FALSE (suffices (given, {all, sync, iall, sync, write_to (page + 8)}));
    EXPECT_TRUE (suffices (given, {all, sync, iall, sync, write_to (page + page_size)}));
    EXPECT_TRUE (suffices (given, {write_to (page), all, sync, iall, sync}));
    EXPECT_TRUE (suffices ({.taken = false, .written = true}, {all, sync, iall, sync, write_to (page)}));
}

TEST (MaintenanceLog, lines_that_the_host_could_still_make_are_not_gone) {
    EXPECT_TRUE (suffices (taken, {tlbi (0), sync, all, sync, iall, sync}));
    EXPECT_FALSE (suffices (taken, {all, sync, iall, sync}));
    EXPECT_FALSE (suffices (taken, {all, sync, iall, sync, tlbi (0), sync}));
    EXPECT_FALSE (suffices (taken, {tlbi (0), all, sync, iall, sync})) << "its DSB comes too late";
    EXPECT_FALSE (suffices (taken, {tlbi (1), sync, all, sync, iall, sync}));
    EXPECT_FALSE (suffices (taken, {tlbi (0, TlbInvalidation::Kind::vmalle1), sync, all, sync, iall, sync}));
}

}  // namespace
}  // namespace ravelin::sim
