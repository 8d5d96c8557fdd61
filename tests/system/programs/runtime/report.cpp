// SPDX-License-Identifier: BSD-2-Clause
#include "report.hpp"

#include "call.hpp"
#include "hyp/abi/psci.h"

namespace el1 {

namespace {
constinit std::uint64_t passed_tests = 0;
constinit std::uint64_t failed_tests = 0;
}  // namespace

Test::~Test () {
    if (passed_) {
        print_name ("PASS ");
        print ("\n");
    }
    count_test (passed_);
}

void count_test (bool passed) {
    ++(passed ? passed_tests : failed_tests);
}

void Test::print_name (std::string_view verdict) const {
    print (verdict, name_);
    if (!detail_.empty ()) { print (", ", detail_); }
}

void Test::print_subject () const {
    if (!subject_.empty ()) { print (": ", subject_, " ", Hex{number_}); }
}

void finish (End end) {
    print ("VERDICT ", passed_tests, " passed, ", failed_tests, " failed\n");
    static_cast<void> (hvc (end == End::power_off ? PSCI_SYSTEM_OFF : PSCI_SYSTEM_RESET));
    for (;;)  // the hardware takes a moment
    {
        asm volatile ("wfi");
    }
}

void give_up (std::string_view why) {
    print ("FAIL the program goes on: ", why, "\n");
    ++failed_tests;
    finish (End::power_off);
}

}  // namespace el1
