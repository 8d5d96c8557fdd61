// SPDX-License-Identifier: BSD-2-Clause
// map_disk [--read-only] DEVICE TARGET SECTORS PARAMETERS: makes /dev/dm-0, which the kernel's device mapper makes of
// the first SECTORS of DEVICE (0: of all) by TARGET, such as crypt or verity.
// [Linux, Documentation/admin-guide/device-mapper]
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <string_view>
#include <sys/ioctl.h>

namespace {
constexpr std::size_t room     = 4096;
constexpr std::uint64_t sector = 512;

/// What a call of the device mapper is about, as the kernel lays it out.
struct Call {
    dm_ioctl head{};
    dm_target_spec target{};
    char parameters[room - sizeof (dm_ioctl) - sizeof (dm_target_spec)]{};
};
static_assert (sizeof (Call) == room);

[[nodiscard]] auto make_call (std::string_view name, unsigned flags) -> Call {
    Call call;
    call.head.version[0] = DM_VERSION_MAJOR;
    call.head.data_size  = room;
    call.head.data_start = offsetof (Call, target);
    call.head.flags      = flags;
    std::memcpy (call.head.name, name.data (), name.size ());
    return call;
}
}  // namespace

auto main (int count, char **words) -> int {
    const bool read_only = count > 1 && std::string_view{words[1]} == "--read-only";
    if (read_only) {
        --count;
        ++words;
    }
    if (count != 5) {
        std::fprintf (stderr, "usage: map_disk [--read-only] DEVICE TARGET SECTORS PARAMETERS\n");
        return 2;
    }
    const std::string_view name{words[2]};
    const std::string_view parameters{words[4]};
    const unsigned flags = read_only ? DM_READONLY_FLAG : 0;
    const int disk       = open (words[1], O_RDONLY | O_CLOEXEC);
    const int control    = open ("/dev/mapper/control", O_RDWR | O_CLOEXEC);
    std::uint64_t size   = 0;
    if (disk < 0 || control < 0 || ioctl (disk, BLKGETSIZE64, &size) != 0) {
        std::perror ("map_disk: the disk, or the device mapper");
        return 1;
    }
    auto create = make_call (name, flags);
    auto load   = make_call (name, flags);
    auto resume = make_call (name, flags);
    if (name.size () >= sizeof load.target.target_type || parameters.size () >= sizeof load.parameters) {
        std::fprintf (stderr, "map_disk: '%s' is too long\n", words[4]);
        return 2;
    }
    const auto sectors     = std::strtoull (words[3], nullptr, 10);
    load.head.target_count = 1;
    load.target.length     = sectors != 0 ? sectors : size / sector;
    std::memcpy (load.target.target_type, name.data (), name.size ());
    std::memcpy (load.parameters, parameters.data (), parameters.size ());
    if (ioctl (control, DM_DEV_CREATE, &create) != 0 || ioctl (control, DM_TABLE_LOAD, &load) != 0 ||
        ioctl (control, DM_DEV_SUSPEND, &resume) != 0) {
        std::perror ("map_disk: the device mapper");
        return 1;
    }
}
