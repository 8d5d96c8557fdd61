// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/thread_sanitizer.hpp"

#ifdef RAVELIN_RACES_ON_THREADS
namespace {
thread_local constinit std::uint64_t reports = 0;
}  // namespace

// What its library calls, where a program has them.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming): its names
extern "C" {
void __tsan_on_report (void * /*report*/) {
    ++reports;
}

// Each is reported as often as it happens, for that tells which seed it is of; and is what a program finds, not another
// end of it.
auto __tsan_default_options () -> const char * {
    return "suppress_equal_stacks=0:suppress_equal_addresses=0:ignore_interceptors_accesses=1:"
           "history_size=7:exitcode=1";
}
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming)

auto ravelin::sim::thread_sanitizer::data_races () -> std::uint64_t {
    return reports;
}
#endif
