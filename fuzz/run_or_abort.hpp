// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "fuzz/rate.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace ravelin::fuzz {

/// Runs one input of the fuzzer that @p rate counts for: @p run () returns how many units it made. Aborts with what is
/// broken: a std::exception.
template <class Run>
void run_or_abort (Rate &rate, Run run) {
    try {
        rate.add (run ());
    } catch (const std::exception &violation) {
        std::fprintf (stderr, "%s: broken: %s\n", rate.fuzzer (), violation.what ());
        std::abort ();
    }
}

}  // namespace ravelin::fuzz
