// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/text_writer.hpp"

#include "sim/trace/words.hpp"
#include "sim/trace/world.hpp"

#include <iomanip>

namespace ravelin::sim::trace {

namespace {
constexpr int title_width = 24;

/// Seconds, to the nanosecond, in a column.
[[nodiscard]] auto seconds (Ticks ticks, Ticks frequency) -> std::string {
    constexpr std::uint64_t nano = 1'000'000'000;
    const auto fraction          = std::to_string (nano + ticks % frequency * nano / frequency);
    std::string whole            = std::to_string (ticks / frequency);
    whole.insert (0, whole.size () < 4 ? 4 - whole.size () : 0, ' ');
    return whole + '.' + fraction.substr (1);
}
}  // namespace

TextWriter::TextWriter (std::ostream &out, const Header &header) : out_{out}, frequency_{header.frequency} {
    out_ << "# " << header.board << ", " << header.cpus << " CPUs, seed " << header.seed << '\n'
         << "#    seconds CPU event\n";
}

auto TextWriter::answer (const Event &event) const -> std::string {
    const Event &trap = trap_[event.cpu ()];
    return is_call (trap) && World::of (trap) == World::of (event) ? ' ' + status_name (event.at (Field::x0)) : "";
}

void TextWriter::take (const Event &event) {
    unsigned &depth   = depth_[event.cpu ()];
    std::string title = title_of (event);
    const bool ends   = event.kind () == Kind::leave || event.kind () == Kind::off;
    if (event.kind () == Kind::leave) { title += answer (event); }
    if (ends) { depth = 0; }
    if (event.kind () == Kind::unlock && depth > 0) { --depth; }
    const std::string margin (2UL * depth, ' ');
    const auto details = details_of (event);
    out_ << seconds (event.ticks (), frequency_) << "  " << event.cpu () << "  " << margin << std::left
         << std::setw (details.empty () ? 0 : title_width) << title << (details.empty () ? "" : " ") << details << '\n';
    if (event.kind () == Kind::trap) { trap_[event.cpu ()] = event; }
    if (event.kind () == Kind::trap || event.kind () == Kind::lock) { ++depth; }
    if (ends) { trap_[event.cpu ()] = Event{}; }
}

}  // namespace ravelin::sim::trace
