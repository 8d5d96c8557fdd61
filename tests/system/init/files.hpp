// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

/// What is in the file at @p path, which may be one of the kernel's; empty if it can't be read.
[[nodiscard]] auto read_file (const std::string &path) -> std::string;

/// Writes @p text to the file at @p path at once; errno tells why not.
[[nodiscard]] auto write_file (const std::string &path, const std::string &text) -> bool;

/// The lines of @p text.
[[nodiscard]] auto lines_of (const std::string &text) -> std::vector<std::string>;

/// What follows "@p name=" on the kernel's command line; empty if there's no such word.
[[nodiscard]] auto kernel_parameter (const std::string &name) -> std::string;
