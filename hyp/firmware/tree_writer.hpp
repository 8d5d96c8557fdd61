// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace ravelin::firmware {

/// A flattened device tree that is written from its start to its end, with two cells for addresses and sizes. The first
/// error of libfdt sticks and turns the rest into nothing.  [Devicetree Specification 0.4, 5]
class TreeWriter {
  public:
    explicit TreeWriter (std::span<std::byte> room);

    /// A node NAME, with what @p contents writes into it.
    template <class Contents>
    void node (const char *name, const Contents &contents) {
        begin (name);
        contents ();
        end ();
    }

    /// A node NAME@ADDRESS; the name has at most 24 characters.
    template <class Contents>
    void node (std::string_view name, std::uint64_t address, const Contents &contents) {
        node (with_address (name, address).data (), contents);
    }

    /// A path to such a node of the root, as a property.
    void path (const char *property, std::string_view name, std::uint64_t address);

    void text (const char *property, std::string_view value);
    void flag (const char *property);
    void address (const char *property, Ipa value);
    void cells (const char *property, std::initializer_list<std::uint32_t> values);
    void ranges (const char *property, std::span<const IpaRange> values);

    /// @return  the tree's size; negative: libfdt's error
    [[nodiscard]] auto finish () -> int;

  private:
    using Name = std::array<char, 48>;

    void begin (const char *name);
    void end ();
    void set (const char *property, const void *data, std::size_t size);
    void check (int result) {
        if (error_ == 0) { error_ = result; }
    }
    [[nodiscard]] static auto with_address (std::string_view name, std::uint64_t address) -> Name;

    void *tree_;
    int error_{};
};

}  // namespace ravelin::firmware
