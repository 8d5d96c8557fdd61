// SPDX-License-Identifier: BSD-2-Clause
#include "sim/trace/line_writer.hpp"
#include "sim/trace/output_file.hpp"
#include "sim/trace/perfetto_writer.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/svg_writer.hpp"
#include "sim/trace/text_writer.hpp"
#include "sim/trace/tool/options.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

namespace ravelin::sim::trace {

namespace {
[[nodiscard]] auto open_to_read (const std::string &name) -> std::ifstream {
    std::ifstream in{name, std::ios::binary};
    if (!in) { throw std::runtime_error{"cannot read " + name}; }
    return in;
}

/// The file to be written; not the trace itself, of which nothing would be left.
[[nodiscard]] auto open_to_write (const Options &options, const std::string &name) -> OutputFile {
    std::error_code absent;
    if (std::filesystem::equivalent (name, options.file, absent)) {
        throw std::runtime_error{name + " is the trace itself; write to another file"};
    }
    return OutputFile{name};
}

/// Gives all events of @p reader to @p sink.
void copy (Reader &reader, EventSink &sink) {
    while (const auto event = reader.next ()) {
        sink.take (*event);
    }
}

/// Calls @p use with a reader of the trace.
void with_reader (const Options &options, const auto &use) {
    auto in = open_to_read (options.file);
    try {
        Reader reader{in};
        use (reader);
    } catch (const FormatError &error) { throw std::runtime_error{options.file + ": " + error.what ()}; }
}

template <class Writer>
void convert (const Options &options, const std::string &name) {
    if (name.empty ()) { return; }
    auto out = open_to_write (options, name);
    with_reader (options, [&] (Reader &reader) {
        Writer writer{out.stream (), reader.header ()};
        copy (reader, writer);
    });
    out.finish ();
}

/// Whether an event is among those that are asked for.
[[nodiscard]] auto is_wanted (const Options &options, const Header &header, const Event &event) -> bool {
    const double at = static_cast<double> (event.ticks ()) / static_cast<double> (header.frequency);
    return at >= options.from && at < options.to;
}

void print (const Options &options) {
    with_reader (options, [&] (Reader &reader) {
        TextWriter writer{std::cout, reader.header ()};
        while (const auto event = reader.next ()) {
            if (is_wanted (options, reader.header (), *event)) { writer.take (*event); }
        }
    });
    if (!std::cout.flush ()) { throw std::runtime_error{"cannot write all of standard output"}; }
}

/// Where a picture of what is asked for begins and ends.
[[nodiscard]] auto span_of (const Options &options) -> SvgRow::Span {
    std::optional<SvgRow::Span> span;
    with_reader (options, [&] (Reader &reader) {
        Timeline timeline{reader.header ().frequency};
        while (const auto event = reader.next ()) {
            const auto moment = timeline.next (*event);
            if (is_wanted (options, reader.header (), *event)) { span = {span ? span->begin : moment, moment}; }
        }
    });
    if (!span || span->begin == span->end) {
        throw std::runtime_error{"there is nothing to draw between --from and --to"};
    }
    return *span;
}

void draw (const Options &options) {
    const auto span = span_of (options);
    auto out        = open_to_write (options, options.svg);
    with_reader (options, [&] (Reader &reader) {
        SvgWriter writer{reader.header (), span};
        copy (reader, writer);
        writer.write (out.stream ());
    });
    out.finish ();
}

void run (const Options &options) {
    if (options.text) { print (options); }
    if (!options.svg.empty ()) { draw (options); }
    convert<PerfettoWriter> (options, options.perfetto);
    convert<LineWriter> (options, options.lines);
}
}  // namespace

}  // namespace ravelin::sim::trace

auto main (int count, char **arguments) -> int {
    using namespace ravelin::sim::trace;
    constexpr int misused = 2;
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        const auto options = Options::parse (all.subspan (1));
        if (options.help) {
            std::cout << usage ();
        } else {
            run (options);
        }
        return EXIT_SUCCESS;
    } catch (const UsageError &error) {
        std::cerr << "ravelin-trace: " << error.what () << "; see --help\n";
        return misused;
    } catch (const std::exception &error) {
        std::cerr << "ravelin-trace: " << error.what () << '\n';
        return EXIT_FAILURE;
    }
}
