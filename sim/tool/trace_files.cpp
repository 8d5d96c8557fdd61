// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/trace_files.hpp"

#include "sim/tool/files.hpp"

#include <cstdint>

namespace ravelin::sim {

namespace {
// Some 40 MB.
constexpr std::uint64_t most_trap_lines = 250'000;
}  // namespace

auto TraceFiles::tracer () -> trace::Tracer & {
    return tracer_ ? *tracer_ : tracer_.emplace (machine_);
}

void TraceFiles::write_for_perfetto (const std::string &file) {
    perfetto_file_ = write_file (file);
    tracer ().add (perfetto_.emplace (perfetto_file_, trace::Tracer::header_of (machine_)));
}

void TraceFiles::write_lines (const std::string &file) {
    lines_file_ = write_file (file);
    tracer ().add (lines_.emplace (lines_file_, trace::Tracer::header_of (machine_)));
}

void TraceFiles::write_trap_lines (const std::string &file) {
    traps_file_ = write_file (file);
    auto &lines = traps_.emplace (traps_file_, trace::Tracer::header_of (machine_));
    tracer ().add (first_traps_.emplace (lines, most_trap_lines), trace::Tracer::Extent::traps);
}

}  // namespace ravelin::sim
