// SPDX-License-Identifier: BSD-2-Clause
// crypt_disk DEVICE KEY: in a guest, makes /dev/dm-0, which is DEVICE encrypted by the kernel's dm-crypt with a KEY of
// 32 hexadecimal digits.  [Linux, Documentation/admin-guide/device-mapper/dm-crypt.rst]
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <string>
#include <sys/ioctl.h>
#include <vector>

namespace {
constexpr char name[]          = "crypt";
constexpr std::size_t room     = 4096;
constexpr std::uint64_t sector = 512;

/// A call of the device mapper, about one target with these parameters if there are some.
[[nodiscard]] auto call (int control, unsigned long request, std::uint64_t sectors = 0,
                         const std::string &parameters = {}) -> bool {
    std::vector<char> bytes (room);
    dm_ioctl head{};
    head.version[0] = DM_VERSION_MAJOR;
    head.data_size  = room;
    head.data_start = sizeof head;
    std::memcpy (head.name, name, sizeof name);
    if (!parameters.empty ()) {
        head.target_count = 1;
        dm_target_spec target{};
        target.length = sectors;
        std::memcpy (target.target_type, name, sizeof name);
        std::memcpy (bytes.data () + sizeof head, &target, sizeof target);
        std::memcpy (bytes.data () + sizeof head + sizeof target, parameters.c_str (), parameters.size () + 1);
    }
    std::memcpy (bytes.data (), &head, sizeof head);
    return ioctl (control, request, bytes.data ()) == 0;
}
}  // namespace

auto main (int count, char **words) -> int {
    if (count != 3) {
        std::fprintf (stderr, "usage: crypt_disk DEVICE KEY\n");
        return 2;
    }
    const int disk     = open (words[1], O_RDONLY | O_CLOEXEC);
    const int control  = open ("/dev/mapper/control", O_RDWR | O_CLOEXEC);
    std::uint64_t size = 0;
    if (disk < 0 || control < 0 || ioctl (disk, BLKGETSIZE64, &size) != 0) {
        std::perror ("crypt_disk: the disk, or the device mapper");
        return 1;
    }
    const auto parameters = "aes-cbc-plain64 " + std::string{words[2]} + " 0 " + words[1] + " 0";
    if (!call (control, DM_DEV_CREATE) || !call (control, DM_TABLE_LOAD, size / sector, parameters) ||
        !call (control, DM_DEV_SUSPEND)) {
        std::perror ("crypt_disk: the device mapper");
        return 1;
    }
}
