// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/svg_writer.hpp"

#include "sim/trace/words.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace ravelin::sim::trace {

namespace {
constexpr std::string_view host_colour = "#b8c4d6";

// Of VMs, by VMID; of traps, by cause; of locks, by rank.
constexpr std::array<std::string_view, 6> colours{"#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#9c755f"};

[[nodiscard]] auto colour_of (std::uint64_t number) -> std::string_view {
    return colours[number % colours.size ()];
}

[[nodiscard]] auto colour_of (const World &world) -> std::string_view {
    return world.is_host () ? host_colour : colour_of (world.vmid);
}

/// Of what is in the row of TLBIs and barriers.
[[nodiscard]] auto colour_of (Kind kind) -> std::string_view {
    switch (kind) {
    case Kind::tlbi:  return "#d62728";
    case Kind::dsb:   return "#1f77b4";
    case Kind::table: return "#2ca02c";
    default:          return "#999999";
    }
}

[[nodiscard]] auto text_of (const Event &event) -> std::string {
    const auto details = details_of (event);
    return title_of (event) + (details.empty () ? "" : " ") + details;
}

/// A moment for the axis.
[[nodiscard]] auto microseconds (std::uint64_t nanoseconds) -> std::string {
    const auto fraction = std::to_string (1000 + nanoseconds % 1000);
    return std::to_string (nanoseconds / 1000) + '.' + fraction.substr (1) + " us";
}
}  // namespace

SvgWriter::SvgWriter (const Header &header, SvgRow::Span span)
    : header_{header}, span_{span}, timeline_{header.frequency} {
    for (std::uint32_t i = 0; i < header.cpus; ++i) {
        const auto name = "CPU " + std::to_string (i);
        cpus_.push_back ({.world = SvgRow{name, span},
                          .trap  = SvgRow{name + " trap", span},
                          .lock  = SvgRow{name + " lock", span},
                          .tlbi  = SvgRow{name + " TLBI", span}});
    }
}

void SvgWriter::leave_world (std::uint32_t number, std::uint64_t moment) {
    Cpu &cpu         = cpus_[number];
    const auto world = std::exchange (cpu.in, std::nullopt);
    if (!world) { return; }
    cpu.world.draw (cpu.since, moment, colour_of (*world), world->name ());
    if (world->is_host ()) { return; }
    auto &row = vcpus_.try_emplace (*world, world->name (), span_).first->second;
    row.draw (cpu.since, moment, colour_of (*world), "CPU " + std::to_string (number));
}

void SvgWriter::end_trap (Cpu &cpu, const Event &event, std::uint64_t moment) {
    if (const auto trap = std::exchange (cpu.trapped, std::nullopt)) {
        cpu.trap.draw (trap->moment, moment, "#e6a000", trap->title + ", " + text_of (event));
    }
}

void SvgWriter::end_lock (Cpu &cpu, std::uint64_t moment) {
    if (cpu.locks.empty ()) { return; }
    const Begun lock = cpu.locks.back ();
    cpu.locks.pop_back ();
    const auto depth = static_cast<unsigned> (cpu.locks.size ());
    cpu.lock.draw (lock.moment, moment, colour_of (depth), lock.title, depth);
}

void SvgWriter::take (const Event &event) {
    const auto moment = timeline_.next (event);
    Cpu &cpu          = cpus_[event.cpu ()];
    switch (event.kind ()) {
    case Kind::trap:
        leave_world (event.cpu (), moment);
        cpu.trapped = {text_of (event), moment};
        break;
    case Kind::leave:
        end_trap (cpu, event, moment);
        leave_world (event.cpu (), moment);
        cpu.in    = World::of (event);
        cpu.since = moment;
        break;
    case Kind::off:    end_trap (cpu, event, moment); break;
    case Kind::lock:   cpu.locks.push_back ({title_of (event), moment}); break;
    case Kind::unlock: end_lock (cpu, moment); break;
    case Kind::tlbi:
    case Kind::dsb:
    case Kind::isb:
    case Kind::ic:
    case Kind::table:  cpu.tlbi.draw (moment, moment + 1, colour_of (event.kind ()), text_of (event)); break;
    case Kind::end:
        for (std::uint32_t i = 0; i < header_.cpus; ++i) {
            leave_world (i, moment);
        }
        break;
    default: break;
    }
}

void SvgWriter::write_axis (std::ostream &out, double y) const {
    constexpr std::uint64_t parts = 8;
    for (std::uint64_t i = 0; i <= parts; ++i) {
        const double x = SvgRow::left + SvgRow::width * static_cast<double> (i) / parts;
        const auto at  = span_.begin + (span_.end - span_.begin) / parts * i;
        out << "<line x1=\"" << svg_number (x) << "\" y1=\"0\" x2=\"" << svg_number (x) << "\" y2=\"" << svg_number (y)
            << "\" stroke=\"#dddddd\"/>\n<text x=\"" << svg_number (x) << "\" y=\"" << svg_number (y + 14)
            << "\" text-anchor=\"" << (i == parts ? "end" : "middle") << "\">" << microseconds (at) << "</text>\n";
    }
}

void SvgWriter::write (std::ostream &out) const {
    constexpr double rows_of_cpu = 4;
    const double rows = rows_of_cpu * static_cast<double> (cpus_.size ()) + static_cast<double> (vcpus_.size ());
    const double end  = rows * SvgRow::height;
    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << svg_number (SvgRow::left + SvgRow::width + 20)
        << "\" height=\"" << svg_number (end + SvgRow::height)
        << "\" font-family=\"sans-serif\" font-size=\"11\">\n<title>" << xml_of (header_.board) << ", seed "
        << header_.seed << "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    write_axis (out, end);
    double y        = 0;
    const auto next = [&] (const SvgRow &row) {
        row.write (out, y);
        y += SvgRow::height;
    };
    for (const Cpu &cpu : cpus_) {
        next (cpu.world);
        next (cpu.trap);
        next (cpu.lock);
        next (cpu.tlbi);
    }
    for (const auto &[world, row] : vcpus_) {
        next (row);
    }
    out << "</svg>\n";
}

}  // namespace ravelin::sim::trace
