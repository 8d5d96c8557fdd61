// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define RAVELIN_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define RAVELIN_TSAN 1
#endif
#endif

/// What sanitizers want to hear of a change of stacks; nothing without them.
namespace ravelin::sim::sanitizer {

/// Before leaving a stack. @p fake_stack keeps the one that is left; nullptr: it won't be returned to.
inline void leave ([[maybe_unused]] void **fake_stack, [[maybe_unused]] const void *bottom,
                   [[maybe_unused]] std::size_t size) {
#ifdef RAVELIN_ASAN
    __sanitizer_start_switch_fiber (fake_stack, bottom, size);
#endif
}

/// After arriving on a stack. Tells where one came from.
inline void arrive ([[maybe_unused]] void *fake_stack, [[maybe_unused]] const void **bottom,
                    [[maybe_unused]] std::size_t *size) {
#ifdef RAVELIN_ASAN
    __sanitizer_finish_switch_fiber (fake_stack, bottom, size);
#endif
}

[[nodiscard]] inline auto create_fiber () -> void * {
#ifdef RAVELIN_TSAN
    return __tsan_create_fiber (0);
#else
    return nullptr;
#endif
}

inline void destroy_fiber ([[maybe_unused]] void *fiber) {
#ifdef RAVELIN_TSAN
    __tsan_destroy_fiber (fiber);
#endif
}

[[nodiscard]] inline auto current_fiber () -> void * {
#ifdef RAVELIN_TSAN
    return __tsan_get_current_fiber ();
#else
    return nullptr;
#endif
}

/// Right before the change itself.
inline void switch_to ([[maybe_unused]] void *fiber) {
#ifdef RAVELIN_TSAN
    __tsan_switch_to_fiber (fiber, 0);
#endif
}

}  // namespace ravelin::sim::sanitizer
