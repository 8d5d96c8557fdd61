// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/bus.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

constexpr CpuIndex cpu{0};

/// A device that remembers what it was last asked.
class Recorder : public Device {
  public:
    [[nodiscard]] auto name () const -> std::string_view override { return "recorder"; }
    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override {
        offset = access.offset;
        size   = access.size;
        return 0x55;
    }
    void write (const DeviceAccess &access, std::uint64_t what) override {
        offset = access.offset;
        size   = access.size;
        value  = what;
    }

    std::uint64_t offset{};
    unsigned size{};
    std::uint64_t value{};
};

TEST (Bus, ram_returns_what_was_written_to_it) {
    Bus bus;
    bus.add_ram ({Pa{0x4000'0000}, 0x10'0000});

    ASSERT_TRUE (bus.write (cpu, Pa{0x4000'1234}, 4, 0xcafe'f00d));

    EXPECT_EQ (bus.read (cpu, Pa{0x4000'1234}, 4), 0xcafe'f00d);
    EXPECT_EQ (bus.read (cpu, Pa{0x4000'1236}, 2), 0xcafe);
    EXPECT_EQ (bus.read (cpu, Pa{0x4000'1230}, 8), 0xcafe'f00d'0000'0000);
}

TEST (Bus, nobody_answers_in_a_hole) {
    Bus bus;
    bus.add_ram ({Pa{0}, 0x1000});
    bus.add_ram ({Pa{0x4000'0000}, 0x1000});

    EXPECT_EQ (bus.read (cpu, Pa{0x1000}, 4), std::nullopt);
    EXPECT_EQ (bus.read (cpu, Pa{0xffe}, 4), std::nullopt) << "half of it is in the hole";
    EXPECT_FALSE (bus.write (cpu, Pa{0x3fff'fffc}, 8, 1));
}

TEST (Bus, a_device_sees_offsets_in_its_own_window) {
    Bus bus;
    Recorder device;
    bus.add_device ({Pa{0x900'0000}, 0x1000}, device);

    EXPECT_EQ (bus.read (cpu, Pa{0x900'0018}, 4), 0x55);
    EXPECT_EQ (device.offset, 0x18);

    EXPECT_TRUE (bus.write (cpu, Pa{0x900'0ffe}, 2, 7));
    EXPECT_EQ (device.offset, 0xffe);
    EXPECT_EQ (device.size, 2);
    EXPECT_EQ (device.value, 7);
}

TEST (Bus, a_device_never_sees_an_unaligned_access) {
    Bus bus;
    Recorder device;
    bus.add_device ({Pa{0x900'0000}, 0x1000}, device);

    EXPECT_EQ (bus.read (cpu, Pa{0x900'0002}, 4), std::nullopt);
    EXPECT_FALSE (bus.write (cpu, Pa{0x900'0001}, 2, 0));
}

TEST (Bus, eight_gigabytes_of_ram_cost_nothing_until_touched) {
    Bus bus;
    bus.add_ram ({Pa{0}, 8ULL << 30});

    ASSERT_TRUE (bus.write (cpu, Pa{(8ULL << 30) - 8}, 8, 1));
    EXPECT_EQ (bus.read (cpu, Pa{4ULL << 30}, 8), 0);
}

TEST (Bus, two_things_never_share_an_address) {
    Bus bus;
    Recorder device;
    bus.add_ram ({Pa{0x1000}, 0x2000});

    EXPECT_THROW (bus.add_ram ({Pa{0x2000}, 0x1000}), std::invalid_argument);
    EXPECT_THROW (bus.add_device ({Pa{0}, 0x1001'000}, device), std::invalid_argument);
    EXPECT_THROW (bus.add_ram ({Pa{0x8000}, 0x800}), std::invalid_argument) << "half a page";
}

}  // namespace
}  // namespace ravelin::sim
