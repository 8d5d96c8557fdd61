// SPDX-License-Identifier: BSD-2-Clause

// Runs a fuzzer over the files and folders that the command line names: what libFuzzer's own main does with
// inputs, for builds without libFuzzer. What begins with "-" is an option of the fuzzer's.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): libFuzzer chose the names.
extern "C" auto LLVMFuzzerInitialize (int *count, char ***arguments) -> int;
extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int;
// NOLINTEND(readability-identifier-naming)

namespace {
void run (const std::filesystem::path &file) {
    std::ifstream stream{file, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{stream}, {}};
    static_cast<void> (LLVMFuzzerTestOneInput (reinterpret_cast<const std::uint8_t *> (bytes.data ()), bytes.size ()));
}
}  // namespace

auto main (int count, char **arguments) -> int {
    static_cast<void> (LLVMFuzzerInitialize (&count, &arguments));
    unsigned inputs = 0;
    for (int i = 1; i < count; ++i) {
        if (arguments[i][0] == '-') { continue; }
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
