// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/finding/cause.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ravelin::fuzz {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char *broken = R"(INFO: Running with entropic power schedule (0xFF, 100).
trap_mix: broken: unlike the specification: X0 isn't what it must be: 0x4200 at page 17
    #0 0x55d0 in __sanitizer_print_stack_trace (/fuzz_trap_mix+0x12)
    #1 0x55d1 in (anonymous namespace)::tell_and_abort() /fuzz/fuzzer.cpp:60:5
    #2 0x55d2  (/lib/libstdc++.so.6+0xae)
    #3 0x55d3 in ravelin::sim::(anonymous namespace)::differ(std::basic_string_view<char, std::char_traits<char>>) /sim/check/spec_checker.cpp:23:5
    #4 0x55d4 in void ravelin::sim::Processor::enter_el2<ravelin::sim::f>(ravelin::Registers&) /sim/machine/processor.cpp:9
    #5 0x55d5 in ravelin::fuzz::VmArena::trap(ravelin::sim::Processor&) /fuzz/vm_arena.cpp:50:1
    #6 0x55d6 in (anonymous namespace)::Mix::play(ravelin::fuzz::Input&) /fuzz/trap_mix.cpp:50:1

==7== ERROR: libFuzzer: deadly signal
    #0 0x55d3 in ravelin::other()
)";

constexpr const char *trace = "CPU 0, host: hvc VM_CREATE(0x42000000, 0x128, 0x2) -> host: 0x0\n"
                              "CPU 1, guest: access(ESR 0x9, FAR 0x1, HPFAR 0x2)";

TEST (FuzzCause, is_what_is_broken_by_which_trap_and_where) {
    const auto cause = cause_of (broken, trace);
    EXPECT_EQ (cause.rule, "unlike the specification: X0 isn't what it must be: # at page #");
    EXPECT_EQ (cause.trap, "guest: access");
    EXPECT_THAT (cause.frames, ElementsAre ("ravelin::sim::{}::differ", "ravelin::sim::Processor::enter_el2"));
}

TEST (FuzzCause, is_the_same_whatever_the_numbers) {
    std::string other{broken};
    other.replace (other.find ("0x4200"), 6, "0x1000");
    other.replace (other.find ("#3 0x55d3"), 9, "#3 0x77d3");
    EXPECT_EQ (cause_of (broken, trace).id (), cause_of (other, trace).id ());
    EXPECT_EQ (cause_of (broken, trace).id ().size (), 16U);
}

TEST (FuzzCause, is_another_if_rule_trap_or_stack_is) {
    const auto id   = cause_of (broken, trace).id ();
    const auto with = [] (std::string_view from, std::string_view to) {
        std::string other{broken};
        other.replace (other.find (from), from.size (), to);
        return cause_of (other, trace).id ();
    };
    EXPECT_NE (id, with ("X0", "X1"));
    EXPECT_NE (id, with ("differ", "differs"));
    EXPECT_NE (id, cause_of (broken, "CPU 1, host: access(ESR 0x9, FAR 0x1, HPFAR 0x2)").id ());
}

TEST (FuzzCause, is_what_a_sanitizer_says) {
    EXPECT_EQ (cause_of ("==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1 at pc 0x2\n", "").rule,
               "heap-use-after-free");
    EXPECT_EQ (cause_of ("/hyp/a.cpp:3:9: runtime error: shift exponent 70 is too large\n", "").rule,
               "shift exponent # is too large");
    EXPECT_EQ (cause_of ("==1==ERROR: LeakSanitizer: detected memory leaks\n", "").rule, "detected memory leaks");
    EXPECT_EQ (cause_of ("==1== ERROR: libFuzzer: deadly signal\n", "").rule, "deadly signal");
}

TEST (FuzzCause, has_no_stack_if_time_or_memory_has_run_out) {
    const auto cause = cause_of ("ERROR: libFuzzer: timeout after 60 seconds\n    #1 0x1 in ravelin::f() /f.cpp\n", "");
    EXPECT_EQ (cause.rule, "timeout after # seconds");
    EXPECT_THAT (cause.frames, IsEmpty ());
}

TEST (FuzzCause, is_none_where_nothing_has_failed) {
    EXPECT_EQ (cause_of ("trap_mix: 2 inputs, 215 inputs/s, 46 traps, 4940 traps/s\n", trace).rule, "");
}

}  // namespace
}  // namespace ravelin::fuzz
