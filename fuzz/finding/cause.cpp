// SPDX-License-Identifier: BSD-2-Clause
#include "fuzz/finding/cause.hpp"

#include "fuzz/without_numbers.hpp"
#include "sim/explore/tool/fnv.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iomanip>
#include <optional>
#include <sstream>

namespace ravelin::fuzz {

namespace {
constexpr std::size_t frames_kept = 6;

[[nodiscard]] auto line_at (std::string_view text, std::size_t begin) -> std::string_view {
    return text.substr (begin, text.find ('\n', begin) - begin);
}

/// The rest of the first line that has @p mark, behind it.
[[nodiscard]] auto behind (std::string_view text, std::string_view mark) -> std::optional<std::string_view> {
    const auto found = text.find (mark);
    if (found == std::string_view::npos) { return std::nullopt; }
    return line_at (text, found + mark.size ());
}

[[nodiscard]] auto rule_of (std::string_view report) -> std::string {
    if (const auto what = behind (report, ": broken: ")) { return without_numbers (*what); }
    if (const auto what = behind (report, ": runtime error: ")) { return without_numbers (*what); }
    if (const auto what = behind (report, "ERROR: AddressSanitizer: ")) {
        return std::string{what->substr (0, what->find (' '))};
    }
    if (const auto what = behind (report, "ERROR: LeakSanitizer: ")) { return std::string{*what}; }
    if (const auto what = behind (report, "ERROR: libFuzzer: ")) { return without_numbers (*what); }
    return {};
}

[[nodiscard]] auto last_trap (std::string_view trace) -> std::string {
    if (trace.ends_with ('\n')) { trace.remove_suffix (1); }
    const auto begin = trace.rfind ('\n');
    auto line        = begin == std::string_view::npos ? trace : trace.substr (begin + 1);
    const auto who   = line.find (", ");
    if (who != std::string_view::npos) { line.remove_prefix (who + 2); }
    return std::string{line.substr (0, line.find ('('))};
}

/// The name in "#1 0x1234 in ravelin::f(int) file.cpp:1"; without arguments, those of templates too, and what they
/// return.
[[nodiscard]] auto function_of (std::string_view line) -> std::string {
    const auto in = line.find (" in ");
    if (in == std::string_view::npos) { return {}; }
    std::string name{line.substr (in + 4)};
    constexpr std::string_view unnamed = "(anonymous namespace)";
    for (auto at = name.find (unnamed); at != std::string::npos; at = name.find (unnamed)) {
        name.replace (at, unnamed.size (), "{}");
    }
    name.erase (std::min (name.find_first_of ("(<"), name.size ()));
    name.erase (name.find_last_not_of (' ') + 1);
    const auto space = name.rfind (' ');
    return space == std::string::npos ? name : name.substr (space + 1);
}

/// Of the first stack that is printed.
[[nodiscard]] auto frames_of (std::string_view report) -> std::vector<std::string> {
    std::vector<std::string> frames;
    bool begun = false;
    for (std::size_t at = 0; at < report.size () && frames.size () < frames_kept;) {
        auto line = line_at (report, at);
        at += line.size () + 1;
        line.remove_prefix (std::min (line.find_first_not_of (' '), line.size ()));
        const bool is_frame = line.starts_with ('#');
        if (begun && !is_frame) { break; }
        begun           = is_frame;
        const auto name = function_of (line);
        // The harness is the same whatever is wrong.
        if (name.starts_with ("ravelin::") && !name.starts_with ("ravelin::fuzz::")) { frames.push_back (name); }
    }
    return frames;
}
}  // namespace

auto Cause::id () const -> std::string {
    sim::explore::Fnv hash;
    const auto add = [&hash] (std::string_view text) {
        std::ranges::for_each (text, [&hash] (char c) { hash.add (c); });
        hash.add ('\n');
    };
    add (rule);
    add (trap);
    std::ranges::for_each (frames, add);
    std::ostringstream text;
    text << std::hex << std::setw (16) << std::setfill ('0') << hash.value ();
    return text.str ();
}

auto cause_of (std::string_view report, std::string_view trace) -> Cause {
    Cause cause{.rule = rule_of (report), .trap = last_trap (trace), .frames = {}};
    // What takes too long, or too much, is stopped anywhere.
    const bool anywhere = std::ranges::any_of (std::array{"timeout", "out-of-memory"},
                                               [&cause] (const char *word) { return cause.rule.starts_with (word); });
    if (!anywhere) { cause.frames = frames_of (report); }
    return cause;
}

}  // namespace ravelin::fuzz
