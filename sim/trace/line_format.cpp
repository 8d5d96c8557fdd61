// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/line_format.hpp"

#include "hyp/core/cpu_index.hpp"
#include "sim/trace/schema.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <span>

namespace ravelin::sim::trace {

namespace {
[[nodiscard]] auto wrong (std::initializer_list<std::string_view> parts) -> FormatError {
    std::string text;
    for (const std::string_view part : parts) {
        text += part;
    }
    return FormatError{text};
}

/// The next word of a line, which it loses.
[[nodiscard]] auto take_word (std::string_view &line) -> std::string_view {
    const auto word = line.substr (0, line.find (' '));
    line.remove_prefix (std::min (line.size (), word.size () + 1));
    return word;
}

[[nodiscard]] auto number (std::string_view what, std::string_view text) -> std::uint64_t {
    std::uint64_t value = 0;
    if (const auto result = std::from_chars (text.begin (), text.end (), value);
        result.ec != std::errc{} || result.ptr != text.end ()) {
        throw wrong ({what, " is a number, not '", text, "'"});
    }
    return value;
}

/// A number up to @p most.
[[nodiscard]] auto small_number (std::string_view what, std::string_view text, std::uint32_t most) -> std::uint32_t {
    const auto value = number (what, text);
    if (value > most) { throw wrong ({what, " is at most ", std::to_string (most), ", not ", text}); }
    return static_cast<std::uint32_t> (value);
}

/// What behind `name=` comes next in a line, which loses it.
[[nodiscard]] auto take_setting (std::string_view &line, std::string_view name) -> std::string_view {
    auto word = take_word (line);
    if (!word.starts_with (name) || word.substr (name.size ()).substr (0, 1) != "=") {
        throw wrong ({"the first line lacks ", name});
    }
    return word.substr (name.size () + 1);
}

/// Whether @p word is a value of one of these fields, which the event has now.
[[nodiscard]] auto take_field (Event &event, std::span<const Field> all, std::string_view word) -> bool {
    const auto name  = word.substr (0, word.find ('='));
    const auto found = std::ranges::find (all, name, &name_of);
    if (found == all.end () || name.size () == word.size ()) { return false; }
    const auto value = parse_value (*found, word.substr (name.size () + 1));
    if (!value || event.has (*found)) { throw wrong ({"'", word, "' is no value, or one too many"}); }
    event.set (*found, *value);
    return true;
}

void append (std::string &line, const Event &event, std::span<const Field> which) {
    for (const Field field : which) {
        if (const auto value = event.find (field)) {
            line += ' ';
            line += name_of (field);
            line += '=';
            line += spelled (field, *value);
        }
    }
}
}  // namespace

auto to_line (const Header &header) -> std::string {
    return std::string{Header::magic} + ' ' + std::string{Header::version} + " board=" + header.board +
           " cpus=" + std::to_string (header.cpus) + " seed=" + std::to_string (header.seed) +
           " frequency=" + std::to_string (header.frequency);
}

auto to_line (const Event &event) -> std::string {
    const KindSchema &schema = schema_of (event.kind ());
    std::string line         = std::to_string (event.ticks ()) + ' ' + std::to_string (event.cpu ()) + ' ';
    line += schema.name;
    append (line, event, schema.required);
    append (line, event, schema.optional);
    return line;
}

auto parse_header (std::string_view line) -> Header {
    if (take_word (line) != Header::magic) { throw FormatError{"it doesn't begin as a trace does"}; }
    if (const auto version = take_word (line); version != Header::version) {
        throw wrong ({"its format has version '", version, "'; this reads version ", Header::version});
    }
    Header header;
    header.board     = take_setting (line, "board");
    header.cpus      = small_number ("cpus", take_setting (line, "cpus"), max_cpus);
    header.seed      = number ("seed", take_setting (line, "seed"));
    header.frequency = number ("frequency", take_setting (line, "frequency"));
    if (header.cpus == 0 || header.frequency == 0 || !line.empty ()) {
        throw FormatError{"its first line isn't one of a trace"};
    }
    return header;
}

auto parse_event (std::string_view line) -> Event {
    const auto ticks = number ("the time", take_word (line));
    const auto cpu   = small_number ("the CPU", take_word (line), max_cpus - 1);
    const auto name  = take_word (line);
    const auto kind  = kind_named (name);
    if (!kind) { throw wrong ({"there is no event '", name, "'"}); }
    const KindSchema &schema = schema_of (*kind);
    Event event{ticks, cpu, *kind};
    while (!line.empty ()) {
        const auto word = take_word (line);
        if (!take_field (event, schema.required, word) && !take_field (event, schema.optional, word)) {
            throw wrong ({"'", word, "' is nothing that ", name, " has"});
        }
    }
    for (const Field field : schema.required) {
        if (!event.has (field)) { throw wrong ({name, " lacks ", name_of (field)}); }
    }
    return event;
}

}  // namespace ravelin::sim::trace
