// SPDX-License-Identifier: BSD-2-Clause
#include "forbidden_page.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {
constexpr std::size_t page_size = 4096;
}  // namespace

ForbiddenPage::ForbiddenPage (std::uint64_t physical) {
    const int file = open ("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
    if (file < 0) { return; }
    void *const mapped =
        mmap (nullptr, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, static_cast<off_t> (physical));
    close (file);
    bytes_ = mapped == MAP_FAILED ? nullptr : static_cast<char *> (mapped);
}

ForbiddenPage::~ForbiddenPage () {
    if (bytes_ != nullptr) { munmap (bytes_, page_size); }
}
