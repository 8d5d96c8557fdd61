// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>

namespace ravelin {

/// A vector of at most @p Capacity elements that lives where it is declared.
template <class T, std::size_t Capacity>
class BoundedVector {
  public:
    static constexpr std::size_t capacity = Capacity;

    using value_type     = T;
    using iterator       = T *;
    using const_iterator = const T *;

    /// Appends @p element; false, and nothing changed, if there is no room.
    [[nodiscard]] constexpr auto push (const T &element) -> bool {
        if (size_ == Capacity) { return false; }
        elements_[size_++] = element;
        return true;
    }

    constexpr void clear () { size_ = 0; }

    [[nodiscard]] constexpr auto size () const -> std::size_t { return size_; }
    [[nodiscard]] constexpr auto empty () const -> bool { return size_ == 0; }

    /// The element at @p index, which is below size().
    [[nodiscard]] constexpr auto operator[] (std::size_t index) -> T & { return elements_[index]; }
    [[nodiscard]] constexpr auto operator[] (std::size_t index) const -> const T & { return elements_[index]; }

    [[nodiscard]] constexpr auto begin () const -> const T * { return elements_.data (); }
    [[nodiscard]] constexpr auto end () const -> const T * { return elements_.data () + size_; }
    [[nodiscard]] constexpr auto begin () -> T * { return elements_.data (); }
    [[nodiscard]] constexpr auto end () -> T * { return elements_.data () + size_; }

  private:
    std::array<T, Capacity> elements_{};
    std::size_t size_{};
};

}  // namespace ravelin
