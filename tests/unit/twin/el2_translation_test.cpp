// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/device.hpp"
#include "sim/twin/divergence.hpp"
#include "sim/twin/el2_translation.hpp"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace ravelin::sim {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Pa ram{0x4000'0000};
constexpr Pa device{0x0900'0000};
constexpr std::uint64_t page = 4096;

// Descriptors.
constexpr std::uint64_t table         = 0b11;
constexpr std::uint64_t leaf          = 0b11 | 1U << 10;  // a page that was accessed
constexpr std::uint64_t shareable     = 3U << 8;
constexpr std::uint64_t read_only     = 1U << 7;
constexpr std::uint64_t execute_never = 1ULL << 54;
constexpr std::uint64_t data          = leaf | shareable | execute_never;
constexpr std::uint64_t registers     = leaf | 1U << 2 | execute_never;  // by the second attribute

class Nothing : public Device {
  public:
    [[nodiscard]] auto name () const -> std::string_view override { return "nothing"; }
    [[nodiscard]] auto read (const DeviceAccess & /*access*/) -> std::uint64_t override { return 0; }
    void write (const DeviceAccess & /*access*/, std::uint64_t /*value*/) override {}
};

/// A machine with RAM and a device, and tables in RAM: one of each level, the last leads to a page of code, one of
/// data, and the device.
class El2Translation : public testing::Test {
  protected:
    El2Translation () {
        bus.add_ram ({ram, 16 * page});
        bus.add_device ({device, page}, nothing);
        set (0, 1, (ram + page).value () | table);
        set (1, 5, (ram + 2 * page).value () | table);
        code (leaf | shareable | read_only);
        set (2, 8, (ram + 9 * page).value () | data);
        set (2, 9, device.value () | registers);
    }

    /// Entry @p entry of table @p number.
    void set (unsigned number, unsigned entry, std::uint64_t value) {
        const Pa at = ram + number * page + entry * sizeof value;
        std::memcpy (bus.find_ram ({at, sizeof value})->at (at), &value, sizeof value);
    }
    void code (std::uint64_t attributes) { set (2, 7, (ram + 8 * page).value () | attributes); }

    void check () {
        check_el2_translation (
            [this] (hal::SystemRegister which) -> std::uint64_t {
                if (which == hal::SystemRegister{3, 4, 2, 0, 0}) { return ram.value (); }
                return which == hal::SystemRegister{3, 4, 2, 0, 2} ? tcr : mair;
            },
            bus);
    }
    void expect (const char *what) {
        EXPECT_THAT ([this] { check (); }, ThrowsMessage<Divergence> (HasSubstr (what)));
    }

    Nothing nothing;
    Bus bus;
    std::uint64_t tcr{0x8082'3519};
    std::uint64_t mair{0x04ff};
};

TEST_F (El2Translation, is_good_as_it_should_be) {
    EXPECT_NO_THROW (check ());
}

TEST_F (El2Translation, has_ram_on_which_cpus_agree) {
    set (2, 8, (ram + 9 * page).value () | leaf | execute_never);
    expect ("RAM at 0x40009000 isn't write-back and inner shareable");
    set (2, 8, (ram + 9 * page).value () | registers);
    expect ("RAM at 0x40009000 isn't write-back and inner shareable");
    set (2, 8, (ram + 9 * page).value () | data);
    mair = 0x0444;
    expect ("RAM at 0x40008000 isn't write-back and inner shareable");
}

TEST_F (El2Translation, has_devices_as_devices) {
    set (2, 9, device.value () | data);
    expect ("0x9000000 is no device");
    set (2, 9, device.value () | registers);
    for (const std::uint64_t bad : {0x44ffU, 0x0cffU}) {
        mair = bad;
        expect ("0x9000000 is no device");
    }
    mair = 0x00ff;
    EXPECT_NO_THROW (check ());
}

TEST_F (El2Translation, executes_nothing_that_can_be_written) {
    code (leaf | shareable);
    expect ("EL2 may execute what can be written, or is a device's, at 0x40008000");
    code (leaf | shareable | read_only);
    set (2, 9, device.value () | (registers & ~execute_never) | read_only);
    expect ("EL2 may execute what can be written, or is a device's, at 0x9000000");
}

TEST_F (El2Translation, knows_blocks) {
    set (1, 6, ram.value () | (data & ~2ULL));
    EXPECT_NO_THROW (check ());
    set (1, 6, ram.value () | (data & ~2ULL & ~shareable));
    expect ("RAM at 0x40000000 isn't write-back and inner shareable");
}

TEST_F (El2Translation, looks_for_tables_in_caches) {
    for (const std::uint64_t bit : {1U << 8, 1U << 10, 1U << 12, 1U << 13}) {
        tcr ^= bit;
        expect ("walks don't look into caches");
        tcr ^= bit;
    }
    tcr |= 1U << 14;
    expect ("granule");
}

TEST_F (El2Translation, reaches_all_that_there_is) {
    bus.add_ram ({Pa{0x1'0000'0000}, page});
    EXPECT_NO_THROW (check ());
    tcr &= ~(7ULL << 16);
    expect ("TCR_EL2.PS is too small");
}

TEST_F (El2Translation, is_in_ram) {
    set (1, 5, 0x8000'0000 | table);
    expect ("EL2 walks to what is no RAM");
}

}  // namespace
}  // namespace ravelin::sim
