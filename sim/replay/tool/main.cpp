// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"
#include "sim/replay/record/reader.hpp"
#include "sim/replay/replayer.hpp"
#include "sim/replay/tool/options.hpp"
#include "sim/replay/tool/report.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>

namespace ravelin::sim::replay {

namespace {
using Clock = std::chrono::steady_clock;

constexpr int unable = 2;

void print (Reader &reader) {
    std::uint64_t number = 0;
    for (Event event = reader.next (); event.kind != Kind::finished; event = reader.next ()) {
        std::printf ("%llu CPU %u: %s\n", static_cast<unsigned long long> (number++), event.cpu,
                     to_text (event).c_str ());
    }
}

/// Says now and then how far it is.
class Teller {
  public:
    explicit Teller (const Reader &reader) : reader_{reader} {}

    void tell (const Replayer &replayer) {
        constexpr std::uint64_t patience = 1024;  // calls
        constexpr std::chrono::seconds pause{2};
        if (++calls_ % patience != 0 || Clock::now () - last_ < pause) { return; }
        last_ = Clock::now ();
        std::fprintf (stderr, "replay: %llu traps, %.0f %% of the record\n",
                      static_cast<unsigned long long> (replayer.progress ().traps),
                      100.0 * static_cast<double> (reader_.position ()) / static_cast<double> (reader_.size ()));
    }

  private:
    const Reader &reader_;
    std::uint64_t calls_{};
    Clock::time_point last_{Clock::now ()};
};

[[nodiscard]] auto replay (Reader &reader, const ToolOptions &options) -> Report {
    const auto start = Clock::now ();
    Tape tape{reader.header (), [&reader] {
                  return reader.next ();
              }};
    Replayer replayer{tape};
    Teller teller{reader};
    std::optional<Finding> finding;
    const auto found = [&] (const std::string &what) {
        finding = Finding{replayer.where (), what, replayer.last_events ()};
    };
    try {
        while (replayer.advance ()) {
            teller.tell (replayer);
        }
    } catch (const Divergence &divergence) { found (divergence.what ()); } catch (const Violation &violation) {
        found (std::string{"what hardware doesn't forgive: "} + violation.what ());
    }
    return {.header         = reader.header (),
            .progress       = replayer.progress (),
            .seconds        = std::chrono::duration<double> (Clock::now () - start).count (),
            .finding        = finding,
            .is_other_build = !options.build.empty () && options.build != reader.header ().build};
}

void leave (const std::string &name, const std::string &text) {
    std::ofstream file{name};
    file << text;
    file.close ();
    if (!file) { throw std::runtime_error{"cannot write " + name}; }
}

[[nodiscard]] auto run (std::span<const char *const> arguments) -> int {
    const auto options = ToolOptions::parse (arguments);
    if (!options) {
        std::fprintf (stderr, "replay: %s; see --help\n", options.error ().c_str ());
        return unable;
    }
    try {
        Reader reader{options->record};
        if (options->print) {
            print (reader);
            return EXIT_SUCCESS;
        }
        const Report report = replay (reader, *options);
        std::fputs ((options->json ? to_json (report) : to_text (report)).c_str (), stdout);
        if (!options->directory.empty ()) {
            leave (options->directory + "/report.txt", to_text (report));
            leave (options->directory + "/report.json", to_json (report));
        }
        return report.finding ? EXIT_FAILURE : EXIT_SUCCESS;
    } catch (const Damaged &damaged) {
        std::fprintf (stderr, "replay: %s can't be used: %s\n", options->record.c_str (), damaged.what ());
        return unable;
    }
}
}  // namespace

}  // namespace ravelin::sim::replay

auto main (int count, char **arguments) -> int {
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        return ravelin::sim::replay::run (all.subspan (1));
    } catch (const std::exception &error) {
        std::fprintf (stderr, "replay: %s\n", error.what ());
        return ravelin::sim::replay::unable;
    }
}
