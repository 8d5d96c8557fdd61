// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/lazy_memory.hpp"

#include <cerrno>
#include <sys/mman.h>
#include <system_error>
#include <utility>

namespace ravelin::sim {

LazyMemory::LazyMemory (std::uint64_t size) {
    // NORESERVE: a board with 8 GiB is simulated on a laptop that has less.
    void *memory = mmap (nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error{errno, std::generic_category (), "memory of the simulated machine"};
    }
    bytes_ = {static_cast<std::byte *> (memory), size};
}

LazyMemory::LazyMemory (LazyMemory &&other) noexcept : bytes_{std::exchange (other.bytes_, {})} {}

auto LazyMemory::operator= (LazyMemory &&other) noexcept -> LazyMemory & {
    std::swap (bytes_, other.bytes_);
    return *this;
}

LazyMemory::~LazyMemory () {
    if (!bytes_.empty ()) { munmap (bytes_.data (), bytes_.size ()); }
}

}  // namespace ravelin::sim
