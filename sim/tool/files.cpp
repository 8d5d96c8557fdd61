// SPDX-License-Identifier: BSD-2-Clause
#include "sim/tool/files.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <stdexcept>
#include <string_view>

namespace ravelin::sim {

auto read_file (const std::string &name) -> std::vector<std::byte> {
    // A directory opens, and says that it has no end.
    if (std::filesystem::is_directory (name)) {
        throw std::runtime_error{"cannot read " + name + ": it's a directory"};
    }
    std::ifstream in{name, std::ios::binary | std::ios::ate};
    const auto size = in ? static_cast<std::streamoff> (in.tellg ()) : -1;
    if (size < 0) { throw std::runtime_error{"cannot read " + name}; }
    std::vector<std::byte> bytes (static_cast<std::size_t> (size));
    in.seekg (0);
    if (!in.read (reinterpret_cast<char *> (bytes.data ()), size)) {
        throw std::runtime_error{"cannot read all of " + name};
    }
    return bytes;
}

void check_kernel (std::span<const std::byte> kernel, const std::string &name) {
    // [Linux, Documentation/arch/arm64/booting.rst]
    constexpr std::size_t magic_at   = 56;
    constexpr std::string_view magic = "ARM\x64";
    if (kernel.size () < magic_at + magic.size () ||
        std::memcmp (kernel.data () + magic_at, magic.data (), magic.size ()) != 0) {
        throw std::runtime_error{name + " isn't an uncompressed arm64 Image"};
    }
}

}  // namespace ravelin::sim
