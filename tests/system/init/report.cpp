// SPDX-License-Identifier: BSD-2-Clause
#include "report.hpp"

namespace {
unsigned passed_tests = 0;
unsigned failed_tests = 0;
}  // namespace

Test::~Test () {
    if (why_.empty ()) {
        ++passed_tests;
        std::printf ("PASS %s\n", name_.c_str ());
    } else {
        ++failed_tests;
        std::printf ("FAIL %s: %s\n", name_.c_str (), why_.c_str ());
    }
}

void Test::print_verdict () {
    std::printf ("VERDICT %u passed, %u failed\n", passed_tests, failed_tests);
}
