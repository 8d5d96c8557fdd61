// SPDX-License-Identifier: BSD-2-Clause

// Runs a fuzzer's inputs with the A64 image beside the library, then mixes of them and of random bytes until there were
// enough traps: the same seed, the same traps.
//
//     twin_NAME IMAGE TRAPS SEED FINDING INPUT...
//
// Exit status 0: no divergence; 1: one; 3: another finding, which the fuzzer has without an image, too; then the file
// FINDING has the input. 2: it can't be run, or an emulator fails.

#include "fuzz/chosen.hpp"
#include "fuzz/input.hpp"
#include "fuzz/stir.hpp"
#include "fuzz/target.hpp"
#include "sim/twin/divergence.hpp"
#include "sim/twin/twin.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {
using namespace ravelin;
using Bytes = std::vector<std::uint8_t>;

constexpr int failed         = 2;
constexpr int has_found_else = 3;

[[nodiscard]] auto read (const std::filesystem::path &file) -> Bytes {
    std::ifstream stream{file, std::ios::binary};
    const std::vector<char> chars{std::istreambuf_iterator<char>{stream}, {}};
    return {chars.begin (), chars.end ()};
}

/// The files that @p names names, and those in the folders, each folder in one order everywhere.
[[nodiscard]] auto read_all (std::span<char *> names) -> std::vector<Bytes> {
    std::vector<Bytes> inputs;
    for (const char *name : names) {
        if (!std::filesystem::is_directory (name)) {
            inputs.push_back (read (name));
            continue;
        }
        const std::filesystem::directory_iterator folder{name};
        std::vector<std::filesystem::path> files;
        std::ranges::transform (folder, std::back_inserter (files), [] (const auto &entry) { return entry.path (); });
        std::ranges::sort (files);
        std::ranges::transform (files, std::back_inserter (inputs), &read);
    }
    return inputs;
}

class TwinRun {
  public:
    TwinRun (const std::string &image, std::uint64_t seed) : image_{image}, random_{seed} {}

    void run (const std::vector<Bytes> &inputs, std::uint64_t traps) {
        for (const Bytes &input : inputs) {
            run (input);
        }
        while (twins_.count ().traps < traps) {
            run (mix (inputs));
        }
    }

    [[nodiscard]] auto count () const -> const sim::TwinCount & { return twins_.count (); }

    /// The input that is running, or has been the last.
    [[nodiscard]] auto input () const -> const Bytes & { return input_; }

  private:
    static constexpr std::uint64_t most_parts   = 32;
    static constexpr std::uint64_t longest_part = 64;

    void run (Bytes input) {
        input_ = std::move (input);
        // It boots a machine, which may diverge too.
        if (target_ == nullptr) { target_ = fuzz::chosen (); }
        fuzz::Input bytes{input_};
        static_cast<void> (target_->play (bytes));
    }

    /// Parts of @p inputs, with random ones between them.
    [[nodiscard]] auto mix (const std::vector<Bytes> &inputs) -> Bytes {
        Bytes result;
        for (auto parts = random_.below (most_parts) + 1; parts != 0; --parts) {
            const auto length = random_.below (longest_part) + 1;
            const auto &input = inputs[random_.below (inputs.size ())];
            if (random_.below (2) == 0 && input.size () > length) {
                const auto from = input.begin () + static_cast<std::ptrdiff_t> (random_.below (input.size () - length));
                result.insert (result.end (), from, from + static_cast<std::ptrdiff_t> (length));
            } else {
                std::generate_n (std::back_inserter (result), length,
                                 [this] { return static_cast<std::uint8_t> (random_.next ()); });
            }
        }
        return result;
    }

    sim::A64Image image_;
    sim::Twins twins_{image_};
    std::unique_ptr<fuzz::Target> target_;
    sim::Random random_;
    Bytes input_;
};

/// Says what the input that is running has come to, and keeps it.
void tell (const TwinRun &twin, const char *what, const std::exception &found, const char *finding) {
    const auto &input = twin.input ();
    std::ofstream{finding, std::ios::binary}.write (reinterpret_cast<const char *> (input.data ()),
                                                    static_cast<std::streamsize> (input.size ()));
    std::cerr << "broken: " << found.what () << '\n';
    std::cout << what << ", after " << twin.count () << "; the input is " << finding << '\n';
}

/// Runs them all, and says how it went: who checks throws std::logic_error of what is broken, all else is a failure of
/// ours. Machines of the target's live longer than what they are held to: whoever calls this leaves at once.
[[nodiscard]] auto run (TwinRun &twin, const std::vector<Bytes> &inputs, std::uint64_t traps, const char *finding)
    -> int {
    try {
        twin.run (inputs, traps);
    } catch (const sim::Divergence &divergence) {
        tell (twin, "DIVERGENCE", divergence, finding);
        return EXIT_FAILURE;
    } catch (const std::logic_error &broken) {
        tell (twin, "a finding that is no divergence", broken, finding);
        return has_found_else;
    } catch (const std::exception &failure) {
        std::cerr << "twin: " << failure.what () << '\n';
        return failed;
    }
    std::cout << "twin: " << twin.count () << '\n';
    return EXIT_SUCCESS;
}
}  // namespace

auto main (int count, char **arguments) -> int {
    const std::span all{arguments, static_cast<std::size_t> (count)};
    if (count < 6) {
        std::cerr << "usage: " << all[0] << " IMAGE TRAPS SEED FINDING INPUT...\n";
        return failed;
    }
    try {
        const auto inputs = read_all (all.subspan (5));
        if (inputs.empty ()) { throw std::runtime_error{"there are no inputs"}; }
        fuzz::Stir::on = true;
        TwinRun twin{all[1], std::stoull (all[3])};
        const int status = run (twin, inputs, std::stoull (all[2]), all[4]);
        std::cout << std::flush;
        std::_Exit (status);
    } catch (const std::exception &error) {
        std::cerr << "twin: " << error.what () << '\n';
        return failed;
    }
}
