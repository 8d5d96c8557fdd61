// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/trace_files.hpp"

#include "sim/tool/files.hpp"

namespace ravelin::sim {

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

}  // namespace ravelin::sim
