// SPDX-License-Identifier: BSD-2-Clause
#include "sim/threads/unseen.hpp"

#include <thread>

// What ThreadSanitizer's library offers; no header has these.
// NOLINTBEGIN(readability-identifier-naming): its names
extern "C" {
void AnnotateIgnoreReadsBegin (const char *file, int line);
void AnnotateIgnoreReadsEnd (const char *file, int line);
void AnnotateIgnoreWritesBegin (const char *file, int line);
void AnnotateIgnoreWritesEnd (const char *file, int line);
void AnnotateIgnoreSyncBegin (const char *file, int line);
void AnnotateIgnoreSyncEnd (const char *file, int line);
}
// NOLINTEND(readability-identifier-naming)

namespace ravelin::sim::threads {

Unseen::Unseen (UnseenLock &lock) : lock_{lock} {
    while (lock_.taken_.test_and_set (std::memory_order_acquire)) {
        std::this_thread::yield ();
    }
    AnnotateIgnoreReadsBegin (__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin (__FILE__, __LINE__);
    AnnotateIgnoreSyncBegin (__FILE__, __LINE__);
}

Unseen::~Unseen () {
    AnnotateIgnoreSyncEnd (__FILE__, __LINE__);
    AnnotateIgnoreWritesEnd (__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd (__FILE__, __LINE__);
    lock_.taken_.clear (std::memory_order_release);
}

}  // namespace ravelin::sim::threads
