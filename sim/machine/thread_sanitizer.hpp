// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef RAVELIN_RACES_ON_THREADS
#include <sanitizer/tsan_interface.h>

// What its library offers; no header has these.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,google-runtime-int,readability-identifier-naming):
// its names
extern "C" {
void AnnotateIgnoreReadsBegin (const char *file, int line);
void AnnotateIgnoreReadsEnd (const char *file, int line);
void AnnotateIgnoreWritesBegin (const char *file, int line);
void AnnotateIgnoreWritesEnd (const char *file, int line);
void __tsan_read_range (void *begin, unsigned long size);
void __tsan_write_range (void *begin, unsigned long size);
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,google-runtime-int,readability-identifier-naming)
#endif

/// What ThreadSanitizer is told of the simulator, of which it sees nothing (tools/cmake/thread_sanitizer_ignores.txt):
/// only of what orders the hypervisor's accesses, of those that the simulator makes for it, and of whose turn it is.
/// Nothing without the preset races.
namespace ravelin::sim::thread_sanitizer {

#ifdef RAVELIN_RACES_ON_THREADS
inline constexpr bool looks = true;
#else
inline constexpr bool looks = false;
#endif

/// What comes next in this thread comes after all that others did before they released @p word.
inline void acquire ([[maybe_unused]] const void *word) {
#ifdef RAVELIN_RACES_ON_THREADS
    __tsan_acquire (const_cast<void *> (word));  // NOLINT(cppcoreguidelines-pro-type-const-cast): it doesn't write
#endif
}

/// All that this thread has done comes before what others do once they acquire @p word.
inline void release ([[maybe_unused]] const void *word) {
#ifdef RAVELIN_RACES_ON_THREADS
    __tsan_release (const_cast<void *> (word));  // NOLINT(cppcoreguidelines-pro-type-const-cast): it doesn't write
#endif
}

/// The hypervisor reads @p size bytes at @p place, or writes them, which the simulator does for it.
inline void reads ([[maybe_unused]] void *place, [[maybe_unused]] std::size_t size) {
#ifdef RAVELIN_RACES_ON_THREADS
    __tsan_read_range (place, size);
#endif
}
inline void writes ([[maybe_unused]] void *place, [[maybe_unused]] std::size_t size) {
#ifdef RAVELIN_RACES_ON_THREADS
    __tsan_write_range (place, size);
#endif
}

#ifdef RAVELIN_RACES_ON_THREADS
/// What this thread accesses isn't looked at, while it lives: the simulator may look at the hypervisor's objects
/// whenever it likes, for it stands for hardware, or compares.
class Unwatched {
  public:
    Unwatched () { begin (); }
    Unwatched (const Unwatched &)                     = delete;
    auto operator= (const Unwatched &) -> Unwatched & = delete;
    ~Unwatched () { end (); }

  private:
    friend class Watched;

    static void begin () {
        AnnotateIgnoreReadsBegin (__FILE__, __LINE__);
        AnnotateIgnoreWritesBegin (__FILE__, __LINE__);
        ++depth;
    }
    static void end () {
        --depth;
        AnnotateIgnoreWritesEnd (__FILE__, __LINE__);
        AnnotateIgnoreReadsEnd (__FILE__, __LINE__);
    }

    static inline thread_local constinit unsigned depth = 0;
};

/// Within an Unwatched: what is accessed is looked at all the same. It's the hypervisor that does.
class Watched {
  public:
    Watched () : unwatched_{Unwatched::depth != 0} {
        if (unwatched_) { Unwatched::end (); }
    }
    Watched (const Watched &)                     = delete;
    auto operator= (const Watched &) -> Watched & = delete;
    ~Watched () {
        if (unwatched_) { Unwatched::begin (); }
    }

  private:
    bool unwatched_;
};

/// How many data races it has reported of this thread so far.
[[nodiscard]] auto data_races () -> std::uint64_t;
#else
struct Unwatched {
    Unwatched () {}
};
struct Watched {
    Watched () {}
};
[[nodiscard]] inline auto data_races () -> std::uint64_t {
    return 0;
}
#endif

}  // namespace ravelin::sim::thread_sanitizer
