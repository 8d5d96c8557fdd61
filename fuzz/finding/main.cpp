// SPDX-License-Identifier: BSD-2-Clause

// ravelin-finding TARGET INPUT TIMES REPORT TRACE TEST
//
// Says what makes an input of a fuzzer a finding: its ID, what is broken, by which trap, and by the way of which
// functions, a line each. Writes it as a test to TEST. REPORT is what the fuzzer printed when it played this input
// TIMES times, TRACE what it wrote with --trace. Exit status 1 if REPORT has no failure.

#include "fuzz/finding/cause.hpp"
#include "fuzz/finding/test_case.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
using namespace ravelin;

[[nodiscard]] auto read (const char *file) -> std::string {
    std::ifstream stream{file, std::ios::binary};
    if (!stream) { throw std::runtime_error{std::string{"cannot read "} + file}; }
    return {std::istreambuf_iterator<char>{stream}, {}};
}

void write (const char *file, const std::string &text) {
    std::ofstream stream{file};
    stream << text;
    stream.close ();
    if (!stream) { throw std::runtime_error{std::string{"cannot write "} + file}; }
}

[[nodiscard]] auto run (std::span<const char *const, 6> arguments) -> int {
    const std::string input = read (arguments[1]);
    const std::string trace = read (arguments[4]);
    const auto cause        = fuzz::cause_of (read (arguments[3]), trace);
    if (cause.rule.empty ()) {
        std::fputs ("finding: nothing has failed\n", stderr);
        return EXIT_FAILURE;
    }
    const std::vector<std::uint8_t> bytes{input.begin (), input.end ()};
    write (arguments[5],
           fuzz::to_test (arguments[0], bytes, cause.rule, trace, static_cast<unsigned> (std::stoul (arguments[2]))));
    std::printf ("%s\n%s\n%s\n", cause.id ().c_str (), cause.rule.c_str (), cause.trap.c_str ());
    for (const auto &frame : cause.frames) {
        std::printf ("%s\n", frame.c_str ());
    }
    return EXIT_SUCCESS;
}
}  // namespace

auto main (int count, char **arguments) -> int {
    const std::span all{arguments, static_cast<std::size_t> (count)};
    constexpr std::size_t wanted = 7;
    if (all.size () != wanted) {
        std::fputs ("ravelin-finding TARGET INPUT TIMES REPORT TRACE TEST\n", stderr);
        return EXIT_FAILURE;
    }
    try {
        return run (std::span<const char *const, wanted - 1>{all.subspan (1)});
    } catch (const std::exception &error) {
        std::fprintf (stderr, "finding: %s\n", error.what ());
        return EXIT_FAILURE;
    }
}
