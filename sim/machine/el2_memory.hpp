// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hyp/core/range.hpp"
#include "hyp/core/status.hpp"
#include "hyp/hal/concept.hpp"
#include "sim/machine/bus.hpp"
#include "sim/machine/thread_sanitizer.hpp"
#include "sim/machine/undo_log.hpp"
#include "sim/models/data_cache.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ravelin::sim {

/// Physical memory as EL2's own translation shows it: only what was reached, each page either as memory or as
/// a device. Any other access is a Violation, where hardware would raise an exception that EL2 can't survive.
class El2Memory {
  public:
    /// @param cache  that its accesses go through; nullptr: none
    explicit El2Memory (Bus &bus, DataCache *cache = nullptr) : bus_{bus}, cache_{cache} {}

    /// Makes @p range, rounded out to pages, reachable.
    /// @return  Status::exists if part of it is reached in another way
    [[nodiscard]] auto reach (PaRange range, hal::Reach kind) -> Result<void>;

    /// From now on @p log is told of all that EL2 may write to; nullptr: nobody is.
    void keep_in (UndoLog *log) { log_ = log; }

    /// EL2 may write to @p range.
    void save (PaRange range) {
        if (log_ != nullptr) [[unlikely]] { save_in_log (range); }
    }

    /// The bytes of @p range: reached, all RAM. To caches all of them are written now.
    [[nodiscard]] auto bytes (PaRange range) -> std::span<std::byte>;

    template <class T>
    [[nodiscard]] auto load (Pa pa) -> T {
        T *const found = word<T> (pa);
        thread_sanitizer::reads (found, sizeof (T));
        if (cache_ != nullptr) [[unlikely]] { cache_->read ({pa, sizeof (T)}); }
        return *found;
    }

    template <class T>
    void store (Pa pa, T value) {
        T *const found = word<T> (pa);
        thread_sanitizer::writes (found, sizeof (T));
        if (cache_ != nullptr) [[unlikely]] { cache_->write ({pa, sizeof (T)}); }
        *found = value;
    }

    /// The object at @p pa: reached, all RAM, aligned.
    template <class T>
    [[nodiscard]] auto object (Pa pa) -> T & {
        if (!pa.is_aligned (alignof (T))) [[unlikely]] { move_window (pa, alignof (T)); }
        return *reinterpret_cast<T *> (bytes ({pa, sizeof (T)}).data ());
    }

    [[nodiscard]] auto mmio_read (CpuIndex cpu, Pa pa) -> std::uint32_t;
    void mmio_write (CpuIndex cpu, Pa pa, std::uint32_t value);

  private:
    struct Reached {
        PaRange range;
        hal::Reach kind;
    };

    template <class T>
    [[nodiscard]] auto word (Pa pa) -> T * {
        static_assert (sizeof (T) <= 8, "hardware has no wider single-copy atomic access");
        // Only aligned words pass; the window is page aligned, so that none crosses its end.
        if (pa - window_.start >= window_.size || !pa.is_aligned (sizeof (T))) [[unlikely]] {
            move_window (pa, sizeof (T));
        }
        return reinterpret_cast<T *> (window_host_ + (pa - window_.start));
    }

    [[nodiscard]] auto find (PaRange range, hal::Reach kind) const -> const Reached *;
    void move_window (Pa pa, unsigned size);
    void save_in_log (PaRange range);

    Bus &bus_;
    DataCache *cache_;
    UndoLog *log_{};
    std::vector<Reached> reached_;  // no two overlap
    PaRange window_{};              // reached RAM that was used last, for speed
    std::byte *window_host_{};
};

}  // namespace ravelin::sim
