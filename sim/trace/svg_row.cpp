// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/svg_row.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ranges>

namespace ravelin::sim::trace {

namespace {
// The least width of a box that can be seen.
constexpr double visible = 0.8;
}  // namespace

auto xml_of (std::string_view text) -> std::string {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '&': result += "&amp;"; break;
        case '"': result += "&quot;"; break;
        default:  result += c;
        }
    }
    return result;
}

auto svg_number (double value) -> std::string {
    const auto tenths = std::lround (value * 10);
    return std::to_string (tenths / 10) + '.' + std::to_string (std::abs (tenths % 10));
}

void SvgRow::draw (std::uint64_t begin, std::uint64_t end, std::string_view colour, std::string_view text,
                   unsigned depth) {
    if (end < span_.begin || begin > span_.end) { return; }
    const auto place = [&] (std::uint64_t moment) {
        const auto inside = std::clamp (moment, span_.begin, span_.end) - span_.begin;
        return left + width * static_cast<double> (inside) / static_cast<double> (span_.end - span_.begin);
    };
    depth           = std::min (depth, depths - 1);
    const double x  = place (begin);
    const double to = std::max (place (end), x + visible);
    if (to <= drawn_[depth] + visible / 2) { return; }  // what is there already hides it
    drawn_[depth] = to;
    boxes_.push_back ({x, to - x, depth, std::string{colour}, std::string{text}});
}

void SvgRow::write (std::ostream &out, double y) const {
    out << "<text x=\"4\" y=\"" << svg_number (y + height - 6) << "\">" << xml_of (label_) << "</text>\n";
    // What is inside others lies over them.
    for (unsigned depth = 0; depth < depths; ++depth) {
        for (const Box &box : boxes_ | std::views::filter ([&] (const Box &each) { return each.depth == depth; })) {
            write (out, box, y);
        }
    }
}

void SvgRow::write (std::ostream &out, const Box &box, double y) {
    const double inset = 1 + 3.0 * box.depth;
    out << "<rect x=\"" << svg_number (box.x) << "\" y=\"" << svg_number (y + inset) << "\" width=\""
        << svg_number (box.width) << "\" height=\"" << svg_number (height - 2 - inset) << "\" fill=\"" << box.colour
        << "\"><title>" << xml_of (box.text) << "</title></rect>\n";
}

}  // namespace ravelin::sim::trace
