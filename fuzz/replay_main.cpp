// SPDX-License-Identifier: BSD-2-Clause

// Runs a fuzzer over the files and folders that the command line names: what libFuzzer's own main does with
// inputs, for builds without libFuzzer. -runs=N plays each N times; what else begins with "-" is an option of the
// fuzzer's.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

// NOLINTBEGIN(readability-identifier-naming): libFuzzer chose the names.
extern "C" auto LLVMFuzzerInitialize (int *count, char ***arguments) -> int;
extern "C" auto LLVMFuzzerTestOneInput (const std::uint8_t *data, std::size_t size) -> int;
// NOLINTEND(readability-identifier-naming)

namespace {
void run (const std::filesystem::path &file, unsigned long times) {
    std::ifstream stream{file, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{stream}, {}};
    for (; times > 0; --times) {
        static_cast<void> (
            LLVMFuzzerTestOneInput (reinterpret_cast<const std::uint8_t *> (bytes.data ()), bytes.size ()));
    }
}
}  // namespace

auto main (int count, char **arguments) -> int {
    static_cast<void> (LLVMFuzzerInitialize (&count, &arguments));
    unsigned inputs     = 0;
    unsigned long times = 1;
    for (int i = 1; i < count; ++i) {
        if (arguments[i][0] == '-') {
            constexpr std::string_view runs = "-runs=";
            const std::string_view word{arguments[i]};
            if (word.starts_with (runs)) { times = std::stoul (std::string{word.substr (runs.size ())}); }
            continue;
        }
        if (!std::filesystem::is_directory (arguments[i])) {
            run (arguments[i], times);
            ++inputs;
            continue;
        }
        for (const auto &entry : std::filesystem::directory_iterator{arguments[i]}) {
            run (entry.path (), times);
            ++inputs;
        }
    }
    std::printf ("%u inputs\n", inputs);
    return inputs != 0 ? 0 : 1;
}
