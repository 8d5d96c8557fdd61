// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/reader.hpp"

#include "sim/trace/line_format.hpp"

namespace ravelin::sim::trace {

namespace {
/// What stands between quotes behind @p key in a record; nothing if it isn't there. No line of a trace has quotes.
[[nodiscard]] auto quoted (std::string_view record, std::string_view key) -> std::optional<std::string_view> {
    const auto found = record.find (key);
    if (found == std::string_view::npos) { return std::nullopt; }
    const auto text = record.substr (found + key.size ());
    const auto end  = text.find ('"');
    return end == std::string_view::npos ? std::nullopt : std::optional{text.substr (0, end)};
}

/// @p what is wrong in line @p number.
[[noreturn]] void fail (std::uint64_t number, std::string_view what) {
    throw FormatError{"line " + std::to_string (number) + ": " + std::string{what}};
}
}  // namespace

Reader::Reader (std::istream &in) : in_{in} {
    if (!read_line ()) { throw FormatError{"it is empty"}; }
    std::string_view first = line_;
    wrapped_               = first.starts_with ('{');
    if (wrapped_) {
        const auto record = read_line () ? quoted (line_, R"("labels":")") : std::nullopt;
        if (!record) { fail (number_, "it's no trace of Ravelin's"); }
        first = *record;
    }
    try {
        header_ = parse_header (first);
    } catch (const FormatError &error) { fail (number_, error.what ()); }
}

auto Reader::read_line () -> bool {
    if (!std::getline (in_, line_)) { return false; }
    ++number_;
    if (in_.eof ()) { fail (number_, "it breaks off"); }
    return true;
}

auto Reader::next_line () -> std::optional<std::string_view> {
    while (read_line ()) {
        if (!wrapped_) { return line_; }
        if (const auto line = quoted (line_, R"("event":")")) { return line; }
    }
    return std::nullopt;
}

auto Reader::next () -> std::optional<Event> {
    if (ended_) { return std::nullopt; }
    const auto line = next_line ();
    if (!line) { fail (number_, "it breaks off behind this: a trace ends with 'end'"); }
    try {
        const Event event = parse_event (*line);
        if (event.cpu () >= header_.cpus) { throw FormatError{"the machine has no such CPU"}; }
        ended_ = event.kind () == Kind::end;
        return event;
    } catch (const FormatError &error) { fail (number_, error.what ()); }
}

}  // namespace ravelin::sim::trace
