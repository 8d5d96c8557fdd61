// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/rate.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace ravelin::fuzz {

/// What becomes of a fuzzer that has found something: libFuzzer wants it aborted.
inline void (*end_with_finding) () = &std::abort;

/// Runs one input of the fuzzer that @p rate counts for: @p run () returns how many units it made. Ends with what is
/// broken: a std::exception.
template <class Run>
void run_or_abort (Rate &rate, Run run) {
    try {
        rate.add (run ());
    } catch (const std::exception &violation) {
        std::fprintf (stderr, "%s: broken: %s\n", rate.fuzzer (), violation.what ());
        end_with_finding ();
    }
}

}  // namespace ravelin::fuzz
