// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/finding/test_case.hpp"

#include "sim/explore/tool/fnv.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <vector>

namespace ravelin::fuzz {

namespace {
constexpr std::size_t traps_told = 40;
constexpr std::size_t width      = 110;  // of a comment
constexpr std::size_t in_a_line  = 18;   // bytes

[[nodiscard]] auto name_of (std::span<const std::uint8_t> input) -> std::string {
    sim::explore::Fnv hash;
    for (const auto byte : input) {
        hash.add (static_cast<char> (byte));
    }
    std::ostringstream text;
    text << std::hex << std::setw (16) << std::setfill ('0') << hash.value ();
    return text.str ();
}

void comment (std::ostream &out, std::string_view line) {
    out << "    // " << line.substr (0, width) << '\n';
}

void tell (std::ostream &out, std::string_view trace) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < trace.size (); at += lines.back ().size () + 1) {
        lines.push_back (trace.substr (at, trace.find ('\n', at) - at));
    }
    const auto left_out = lines.size () - std::min (lines.size (), traps_told);
    if (left_out != 0) { comment (out, std::to_string (left_out) + " traps, and then:"); }
    for (std::size_t i = left_out; i < lines.size (); ++i) {
        comment (out, lines[i]);
    }
}
}  // namespace

auto to_test (std::string_view target, std::span<const std::uint8_t> input, std::string_view what,
              std::string_view trace, unsigned times) -> std::string {
    std::ostringstream test;
    test << "TEST (Fuzzed, " << target << '_' << name_of (input) << ") {\n";
    comment (test, what);
    tell (test, trace);
    test << "    static constexpr std::array<std::uint8_t, " << input.size () << "> input{";
    for (std::size_t i = 0; i < input.size (); ++i) {
        test << (i == 0 ? "" : ",") << (i % in_a_line == 0 ? "\n        " : " ") << "0x" << std::hex << std::setw (2)
             << std::setfill ('0') << unsigned{input[i]};
    }
    test << std::dec << "};\n    const auto target = " << target << " ();\n";
    for (unsigned i = 0; i < times; ++i) {
        test << "    EXPECT_NO_THROW (play (*target, input));\n";
    }
    test << "}\n";
    return test.str ();
}

}  // namespace ravelin::fuzz
