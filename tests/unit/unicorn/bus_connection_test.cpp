// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/unicorn/bus_connection.hpp"
#include "tests/unit/unicorn/a64.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <string_view>

namespace ravelin::test {

namespace {
using namespace a64;
using sim::DeviceAccess;

constexpr Pa ram{0x4000'0000};
constexpr Pa device_at{0x0900'0000};

/// Remembers the last access; may refuse.
class Recorder : public sim::Device {
  public:
    bool refuses{};
    std::uint64_t offset{};
    std::uint64_t written{};
    unsigned size{};

    [[nodiscard]] auto name () const -> std::string_view override { return "recorder"; }

    [[nodiscard]] auto read (const DeviceAccess &access) -> std::uint64_t override {
        remember (access);
        return 0x1122'3344'5566'7788;
    }

    void write (const DeviceAccess &access, std::uint64_t value) override {
        remember (access);
        written = value;
    }

  private:
    void remember (const DeviceAccess &access) {
        if (refuses) { throw sim::Violation{"the device is refused"}; }
        offset = access.offset;
        size   = access.size;
    }
};

/// A CPU without a hypervisor on a bus with one device.
struct BusConnectionTest : testing::Test {
    BusConnectionTest () {
        bus.add_ram ({ram, 16 * page_size});
        bus.add_device ({device_at, page_size}, device);
        connection.emplace (emulator, guard, bus, CpuIndex{0});
    }

    void execute (const Code &code) {
        const auto &words = code.words ();
        std::memcpy (bus.ram_regions ().front ().host, words.data (), words.size () * 4);
        emulator.set_pc (ram.value ());
        emulator.run ();
        guard.rethrow ();
    }

    Recorder device;
    sim::Bus bus;
    sim::Emulator emulator;
    sim::HookGuard guard{emulator};
    std::optional<sim::BusConnection> connection;
};
}  // namespace

TEST_F (BusConnectionTest, load_from_a_device_reads_its_register) {
    execute (Code{}.set (1, device_at.value () + 0x18).then ({ldr_w (2, 1), wfi}));

    EXPECT_EQ (device.offset, 0x18U);
    EXPECT_EQ (device.size, 4U);
    EXPECT_EQ (emulator.general ().x[2], 0x5566'7788U);
}

TEST_F (BusConnectionTest, store_to_a_device_writes_its_register) {
    execute (Code{}.set (1, device_at.value () + 0x30).set (2, 0xabcd'0123).then ({str_w (2, 1), wfi}));

    EXPECT_EQ (device.offset, 0x30U);
    EXPECT_EQ (device.written, 0xabcd'0123U);
}

TEST_F (BusConnectionTest, ram_is_the_machines_own) {
    execute (Code{}.set (1, ram.value () + 0x800).set (2, 0x1234).then ({str_w (2, 1), wfi}));

    EXPECT_EQ (bus.read (CpuIndex{0}, ram + 0x800, 4), 0x1234U);
}

TEST_F (BusConnectionTest, what_a_device_throws_comes_out_behind_unicorn) {
    device.refuses = true;

    EXPECT_THROW (execute (Code{}.set (1, device_at.value ()).then ({ldr_w (2, 1), wfi})), sim::Violation);
}

TEST_F (BusConnectionTest, misaligned_access_reaches_a_device_in_aligned_pieces) {
    execute (Code{}.set (1, device_at.value () + 2).set (2, 1).then ({str_w (2, 1), wfi}));

    EXPECT_EQ (device.offset % device.size, 0U);
    EXPECT_LT (device.size, 4U);
}

}  // namespace ravelin::test
