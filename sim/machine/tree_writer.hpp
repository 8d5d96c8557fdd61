// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ravelin::sim {

/// A list of cells, as a property holds it.  [Devicetree Specification, 2.2.4]
class Cells {
  public:
    Cells () = default;
    Cells (std::initializer_list<std::uint32_t> cells) { words (cells); }

    /// Appends numbers of one cell each.
    auto words (std::initializer_list<std::uint32_t> cells) -> Cells &;

    /// Appends a number of two cells.
    auto doubleword (std::uint64_t number) -> Cells &;

    [[nodiscard]] auto bytes () const -> const std::string & { return bytes_; }

  private:
    std::string bytes_;
};

/// Writes a flattened device tree from its first node to its last.
class TreeWriter {
  public:
    /// @param reserved  memory that no operating system may use: the tree's reservation block
    explicit TreeWriter (std::initializer_list<PaRange> reserved = {});

    /// Writes a node; @p body writes what's in it.
    template <class Body>
    void node (const char *name, Body body) {
        begin (name);
        body ();
        end ();
    }

    void empty (const char *property);
    void text (const char *property, std::string_view value);
    void texts (const char *property, std::initializer_list<std::string_view> values);
    void cells (const char *property, const Cells &value);

    /// The whole tree; nothing can be written any more.
    [[nodiscard]] auto finish () -> std::vector<std::byte>;

  private:
    void begin (const char *name);
    void end ();
    void raw (const char *property, const std::string &value);

    std::vector<std::byte> tree_;
};

}  // namespace ravelin::sim
