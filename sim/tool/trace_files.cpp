// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/trace_files.hpp"

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
    auto &out = perfetto_file_.emplace (file).stream ();
    tracer ().add (perfetto_.emplace (out, trace::Tracer::header_of (machine_)));
}

void TraceFiles::write_lines (const std::string &file) {
    auto &out = lines_file_.emplace (file).stream ();
    tracer ().add (lines_.emplace (out, trace::Tracer::header_of (machine_)));
}

void TraceFiles::write_trap_lines (const std::string &file) {
    auto &out   = traps_file_.emplace (file).stream ();
    auto &lines = traps_.emplace (out, trace::Tracer::header_of (machine_));
    tracer ().add (first_traps_.emplace (lines, most_trap_lines), trace::Tracer::Extent::traps);
}

void TraceFiles::finish () {
    tracer_.reset ();
    first_traps_.reset ();
    perfetto_.reset ();
    lines_.reset ();
    traps_.reset ();
    for (auto *const file : {&perfetto_file_, &lines_file_, &traps_file_}) {
        if (*file) { (*file)->finish (); }
    }
}

}  // namespace ravelin::sim
