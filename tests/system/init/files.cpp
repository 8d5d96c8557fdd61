// SPDX-License-Identifier: BSD-2-Clause
#include "files.hpp"

#include <array>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

auto read_file (const std::string &path) -> std::string {
    std::string text;
    const int file = open (path.c_str (), O_RDONLY | O_CLOEXEC);
    if (file < 0) { return text; }
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = read (file, buffer.data (), buffer.size ())) > 0;) {
        text.append (buffer.data (), static_cast<std::size_t> (size));
    }
    close (file);
    return text;
}

auto write_file (const std::string &path, const std::string &text) -> bool {
    const int file = open (path.c_str (), O_WRONLY | O_CLOEXEC);
    if (file < 0) { return false; }
    const bool done = write (file, text.data (), text.size ()) == static_cast<ssize_t> (text.size ());
    close (file);
    return done;
}

auto lines_of (const std::string &text) -> std::vector<std::string> {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline (stream, line);) {
        lines.push_back (line);
    }
    return lines;
}

auto kernel_parameter (const std::string &name) -> std::string {
    std::istringstream stream{read_file ("/proc/cmdline")};
    for (std::string word; stream >> word;) {
        if (word.starts_with (name + "=")) { return word.substr (name.size () + 1); }
    }
    return {};
}
