// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/machine.hpp"
#include "sim/machine/ravelin_image.hpp"
#include "sim/tool/debug.hpp"
#include "sim/tool/files.hpp"
#include "sim/tool/interactive.hpp"
#include "sim/tool/options.hpp"
#include "sim/tool/smoke.hpp"
#include "sim/tool/trace_files.hpp"
#include "sim/trace/output_file.hpp"
#include "sim/twin/twin.hpp"
#include "sim/unicorn/unicorn_cpus.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ravelin::sim {

namespace {
/// The host's command line: its console is the PL011, which the Pi's tree counts as its second port.
[[nodiscard]] auto command_line (const Options &options) -> std::string {
    const std::string port = options.board == BoardName::virt ? "ttyAMA0" : "ttyAMA1,115200";
    return "console=" + port + " panic=-1" + (options.append.empty () ? "" : " " + options.append);
}

/// A simulated board on which Ravelin is about to boot.
class Simulation {
  public:
    /// @param console  a copy of what the console says goes there; outlives this
    /// @param before   the board before it was reset, of whose RAM this one goes on with; nullptr: there was none
    Simulation (const Options &options, std::ostream &console, Simulation *before)
        : life_{before != nullptr ? before->life_ + 1 : 1}, machine_{options.board,
                                                                     {.cpus       = options.cpus,
                                                                      .memory     = options.memory,
                                                                      .seed       = options.seed,
                                                                      .preemption = options.preemption,
                                                                      .caches     = options.caches}},
          copy_{console} {
        const std::string suffix = life_ == 1 ? "" : '.' + std::to_string (life_);
        if (!options.trace.empty ()) { trace_.write_for_perfetto (options.trace + suffix); }
        if (!options.events.empty ()) { trace_.write_lines (options.events + suffix); }
        if (!options.traps.empty ()) { trace_.write_trap_lines (options.traps + suffix); }
        if (before != nullptr) { machine_.take_over_ram (before->machine_); }
        const auto kernel = read_file (options.kernel);
        check_kernel (kernel, options.kernel);
        machine_.load ({.image        = RavelinImage::with_kernel (kernel),
                        .initrd       = options.initrd.empty () ? std::vector<std::byte>{} : read_file (options.initrd),
                        .command_line = command_line (options)});
        machine_.uart ().port ().on_send ([this, quiet = options.smoke] (char c) { show (c, quiet); });
    }

    /// Whether Ravelin boots.
    [[nodiscard]] auto boot () -> bool {
        const auto booted = machine_.boot ();
        if (!booted) { std::cerr << "ravelin-sim: Ravelin has given up: " << booted.error ().what << '\n'; }
        return booted.has_value ();
    }

    /// Nothing runs any more: what was traced is in its files. Throws std::runtime_error if it isn't.
    void finish () { trace_.finish (); }

    /// Has a debugger run it, which comes to @p port.
    [[nodiscard]] auto debug (std::uint16_t port) -> DebugEnd { return run_under_debugger (machine_, cpus_, port); }

    /// Whether it went as the smoke test wanted.
    [[nodiscard]] auto smoke (const std::string &guest) -> bool { return run_smoke (machine_, guest); }

    /// How it ended; nothing: the person has ended it.
    [[nodiscard]] auto run () -> std::optional<Outcome> { return run_interactively (machine_); }

  private:
    void show (char c, bool quiet) {
        copy_.put (c);
        if (!quiet) { std::putchar (c); }
    }

    unsigned life_;
    Machine machine_;
    TraceFiles trace_{machine_};
    std::ostream &copy_;
    UnicornCpus cpus_{machine_};
};

/// Runs a board until it's off, or was reset.
/// @return  whether it went as the person, or the smoke test, wanted; nothing: it was reset, and is to go on
[[nodiscard]] auto live (const Options &options, Simulation &simulation) -> std::optional<bool> {
    if (!simulation.boot ()) { return false; }
    if (options.gdb) {
        const auto end = simulation.debug (*options.gdb);
        if (end != DebugEnd::detached) { return end != DebugEnd::failed; }
    }
    if (options.smoke) { return simulation.smoke (options.guest); }
    const auto outcome = simulation.run ();
    if (outcome == Outcome::reset && options.restart) { return std::nullopt; }
    return !outcome || *outcome == Outcome::off || *outcome == Outcome::reset;
}

/// Whether it went as the person, or the smoke test, wanted. Throws std::runtime_error if what is to be left isn't.
[[nodiscard]] auto simulate (const Options &options) -> bool {
    std::optional<trace::OutputFile> console;
    if (!options.console.empty ()) { console.emplace (options.console); }
    std::ostream nowhere{nullptr};
    std::unique_ptr<Simulation> simulation;
    std::optional<bool> good;
    while (!good) {
        simulation = std::make_unique<Simulation> (options, console ? console->stream () : nowhere, simulation.get ());
        good       = live (options, *simulation);
        simulation->finish ();
    }
    if (console) { console->finish (); }
    return *good;
}

[[nodiscard]] auto run (std::span<const char *const> arguments) -> int {
    const auto options = Options::parse (arguments);
    if (options.help) {
        std::cout << usage ();
        return EXIT_SUCCESS;
    }
    std::optional<A64Image> image;
    std::optional<Twins> twins;
    if (!options.twin.empty ()) { twins.emplace (image.emplace (options.twin)); }
    const bool good = simulate (options);
    if (twins) { std::cout << "twin: " << twins->count () << '\n'; }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
}  // namespace

}  // namespace ravelin::sim

auto main (int count, char **arguments) -> int {
    constexpr int misused = 2;
    try {
        const std::span all{arguments, static_cast<std::size_t> (count)};
        return ravelin::sim::run (all.subspan (1));
    } catch (const ravelin::sim::UsageError &error) {
        std::cerr << "ravelin-sim: " << error.what () << "; see --help\n";
        return misused;
    } catch (const std::exception &error) {
        std::cerr << "ravelin-sim: " << error.what () << '\n';
        return EXIT_FAILURE;
    }
}
