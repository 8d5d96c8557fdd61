// SPDX-License-Identifier: BSD-2-Clause

// Runs a fuzzer over the files and folders that the command line names: what libFuzzer's own main does with
// inputs, for builds without libFuzzer.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer chose the name.
extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int;

namespace {
void run (const std::filesystem::path &file) {
    std::ifstream stream{file, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{stream}, {}};
    static_cast<void> (LLVMFuzzerTestOneInput (reinterpret_cast<const std::uint8_t *> (bytes.data ()), bytes.size ()));
}
}  // namespace

auto main (int count, char **arguments) -> int {
    unsigned inputs = 0;
    for (int i = 1; i < count; ++i) {
        if (!std::filesystem::is_directory (arguments[i])) {
            run (arguments[i]);
            ++inputs;
            continue;
        }
        for (const auto &entry : std::filesystem::directory_iterator{arguments[i]}) {
            run (entry.path ());
            ++inputs;
        }
    }
    std::printf ("%u inputs\n", inputs);
    return inputs != 0 ? 0 : 1;
}
