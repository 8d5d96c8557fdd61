// SPDX-License-Identifier: BSD-2-Clause
#include "tools/sign/inspect.hpp"
#include "tools/sign/signed_file.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <getopt.h>
#include <iostream>
#include <iterator>
#include <stdexcept>

using namespace ravelin::sign;

// The program behind tools/sign-image, which has its usage.

namespace {
struct Options {
    std::string kernel;
    std::string initramfs;
    std::string command_line;
    std::string key;
    std::string output;
    std::string inspect;
    std::uint32_t generation{1};
};

[[nodiscard]] auto parse_generation (std::string_view text) -> std::uint32_t {
    std::uint32_t value = 0;
    if (const auto end = std::from_chars (text.begin (), text.end (), value);
        end.ec != std::errc{} || end.ptr != text.end ()) {
        throw std::runtime_error{"--generation wants a number below 2^32, not " + std::string{text}};
    }
    return value;
}

[[nodiscard]] auto parse (int argc, char **argv) -> Options {
    constexpr std::array options{
        option{"kernel", required_argument, nullptr, 'k'},       option{"initramfs", required_argument, nullptr, 'i'},
        option{"command-line", required_argument, nullptr, 'c'}, option{"key", required_argument, nullptr, 's'},
        option{"generation", required_argument, nullptr, 'g'},   option{"output", required_argument, nullptr, 'o'},
        option{"inspect", required_argument, nullptr, 'x'},      option{}};
    Options result;
    for (int which = 0; (which = getopt_long (argc, argv, "", options.data (), nullptr)) != -1;) {
        switch (which) {
        case 'k': result.kernel = optarg; break;
        case 'i': result.initramfs = optarg; break;
        case 'c': result.command_line = optarg; break;
        case 's': result.key = optarg; break;
        case 'g': result.generation = parse_generation (optarg); break;
        case 'o': result.output = optarg; break;
        case 'x': result.inspect = optarg; break;
        default:  throw std::runtime_error{"see --help"};
        }
    }
    if (optind != argc) { throw std::runtime_error{std::string{argv[optind]} + " is no option; see --help"}; }
    return result;
}

[[nodiscard]] auto read_file (const std::string &name) -> Bytes {
    std::ifstream in{name, std::ios::binary};
    const std::string text{std::istreambuf_iterator{in}, {}};
    if (!in || std::filesystem::is_directory (name)) { throw std::runtime_error{"cannot read " + name}; }
    const auto bytes = std::as_bytes (std::span{text});
    return {bytes.begin (), bytes.end ()};
}

/// Whole or not at all: the file gets its name last.
void write_file (const std::string &name, std::span<const std::byte> bytes) {
    const std::string temporary = name + ".new";
    std::ofstream out{temporary, std::ios::binary};
    out.write (reinterpret_cast<const char *> (bytes.data ()), static_cast<std::streamsize> (bytes.size ()));
    out.close ();
    std::error_code error;
    if (out) { std::filesystem::rename (temporary, name, error); }
    if (!out || error) {
        std::filesystem::remove (temporary, error);
        throw std::runtime_error{"cannot write " + name};
    }
}

[[nodiscard]] auto read_key (const std::string &name) -> Key {
    const auto bytes = read_file (name);
    const auto key   = Key::from_pem ({reinterpret_cast<const char *> (bytes.data ()), bytes.size ()});
    if (!key) { throw std::runtime_error{name + " is not a PEM file with a key for P-256"}; }
    return *key;
}

void sign (const Options &options) {
    if (options.kernel.empty () || options.output.empty ()) {
        throw std::runtime_error{"--kernel and --output are needed; see --help"};
    }
    const auto kernel = read_kernel (read_file (options.kernel));
    if (!kernel) { throw std::runtime_error{options.kernel + " " + kernel.error ()}; }
    const auto initramfs = options.initramfs.empty () ? Bytes{} : read_file (options.initramfs);
    if (initramfs.size () > 1ULL << 29U) { throw std::runtime_error{options.initramfs + " is larger than 512 MiB"}; }
    if (options.command_line.size () >= RAVELIN_COMMAND_LINE_SIZE) {
        throw std::runtime_error{"the command line has " + std::to_string (options.command_line.size ()) +
                                 " characters; at most " + std::to_string (RAVELIN_COMMAND_LINE_SIZE - 1) + " fit"};
    }
    const auto key = read_key (options.key);
    if (!key.secret) { throw std::runtime_error{options.key + " is a public key; signing takes the private one"}; }
    const Contents contents{*kernel, initramfs, options.command_line, options.generation};
    write_file (options.output, make_signed_file (contents, key));
}
}  // namespace

auto main (int argc, char **argv) -> int {
    try {
        const auto options = parse (argc, argv);
        if (options.inspect.empty ()) {
            sign (options);
            return EXIT_SUCCESS;
        }
        const auto key = options.key.empty () ? std::nullopt : std::optional{read_key (options.key)};
        return inspect (read_file (options.inspect), key, std::cout) ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception &error) {
        std::cerr << "sign-image: " << error.what () << '\n';
        return EXIT_FAILURE;
    }
}
