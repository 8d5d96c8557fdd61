// SPDX-License-Identifier: BSD-2-Clause
// The simulator's watch over what a trap reads. Ravelin has no trap that reads what others can write: a test is one.
#include "sim/machine/violation.hpp"
#include "tests/unit/hyp/vm_machine.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace ravelin {

namespace {
using test::VmMachine;

class DoubleFetch : public testing::Test {
  protected:
    static constexpr std::uint64_t value = 0x1122'3344'5566'7788;

    /// The first CPU's world has trapped; the test is what handles it.
    void begin () {
        const auto &host = machine.machine ().hypervisor ().host_stage2 ();
        machine.hal ().begin_trap ({HostStage2::vtcr (), host.vttbr ()});
    }
    void end () { machine.hal ().end_trap (); }

    template <class T = std::uint64_t>
    auto load (std::uint64_t pa) -> T {
        return machine.hal ().load<T> (Pa{pa});
    }

    /// What memory holds, whoever looks.
    [[nodiscard]] auto in_ram (std::uint64_t pa) -> std::uint64_t {
        return machine.machine ().bus ().read (CpuIndex{0}, Pa{pa}, 8).value ();
    }

    /// What is said of a Violation; nothing if there is none.
    template <class Action>
    [[nodiscard]] auto complaint (Action &&action) -> std::string {
        try {
            action ();
        } catch (const sim::Violation &violation) { return violation.what (); }
        return "";
    }

    /// A page of the host's, with something in it.
    [[nodiscard]] auto hosts_page () -> std::uint64_t {
        const auto page = machine.pages (1);
        machine.poke (page, value);
        return page;
    }

    VmMachine machine;
};
}  // namespace

TEST_F (DoubleFetch, what_the_host_can_write_is_read_once) {
    const auto page = hosts_page ();
    begin ();
    EXPECT_EQ (load (page), value);
    EXPECT_EQ (load (page + 8), 0U);
    end ();
}

TEST_F (DoubleFetch, a_second_read_names_address_trap_and_cpu) {
    const auto page = hosts_page ();
    machine.hal ().write<hal::sysreg::esr_el2> (0x5a00'0000);
    begin ();
    EXPECT_EQ (load (page), value);
    const auto said = complaint ([&] { load (page); });
    EXPECT_NE (said.find (sim::hex (page)), std::string::npos) << said;
    EXPECT_NE (said.find ("ESR_EL2 0x5a000000"), std::string::npos) << said;
    EXPECT_NE (said.find ("CPU 0"), std::string::npos) << said;
}

TEST_F (DoubleFetch, where_no_memory_is_nothing_is_read) {
    constexpr std::uint64_t outside = 0x10'0000;  // the host may reach it: device registers could be there
    begin ();
    const auto said = complaint ([&] { load (outside); });
    EXPECT_NE (said.find ("access to " + sim::hex (outside)), std::string::npos) << said;
    end ();
}

TEST_F (DoubleFetch, one_byte_is_enough) {
    const auto page = hosts_page ();
    begin ();
    EXPECT_EQ (load<std::uint32_t> (page), value & 0xffff'ffff);
    EXPECT_EQ (load<std::uint8_t> (page + 4), 0x44);
    EXPECT_NE (complaint ([&] { load (page); }), "");
}

TEST_F (DoubleFetch, the_next_trap_may_read_it_again) {
    const auto page = hosts_page ();
    for (int i = 0; i < 2; ++i) {
        begin ();
        EXPECT_EQ (load (page), value);
        end ();
    }
}

TEST_F (DoubleFetch, every_byte_that_was_read_changes_until_the_trap_is_over) {
    const auto page = hosts_page ();
    begin ();
    EXPECT_EQ (load (page), value);
    const auto meanwhile = in_ram (page);
    for (unsigned byte = 0; byte < 8; ++byte) {
        EXPECT_NE (meanwhile >> 8 * byte & 0xff, value >> 8 * byte & 0xff) << byte;
    }
    end ();
    EXPECT_EQ (in_ram (page), value);
}

TEST_F (DoubleFetch, what_was_read_is_changed_the_same_way_for_the_same_seed) {
    const auto meanwhile = [] (std::uint64_t seed) {
        VmMachine one{{.seed = seed}};
        const Pa page{one.pages (1)};
        one.hal ().begin_trap ({HostStage2::vtcr (), one.machine ().hypervisor ().host_stage2 ().vttbr ()});
        static_cast<void> (one.hal ().load<std::uint64_t> (page));
        return one.machine ().bus ().read (CpuIndex{0}, page, 8).value ();
    };
    EXPECT_EQ (meanwhile (1), meanwhile (1));
    EXPECT_NE (meanwhile (1), meanwhile (2));
}

TEST_F (DoubleFetch, what_el2_writes_stays_but_is_not_read_back) {
    const auto page = hosts_page ();
    begin ();
    EXPECT_EQ (load (page), value);
    machine.poke (page, 5);
    EXPECT_EQ (in_ram (page), 5U);
    EXPECT_EQ (load (page + 8), 0U);
    EXPECT_EQ (in_ram (page), 5U);
    EXPECT_NE (complaint ([&] { load (page); }), "");
    end ();
    EXPECT_EQ (in_ram (page), 5U);
}

TEST_F (DoubleFetch, an_object_where_the_host_can_write_is_refused) {
    const Pa page{hosts_page ()};
    begin ();
    EXPECT_NE (complaint ([&] { static_cast<void> (machine.hal ().object<std::uint64_t> (page)); }), "");
}

TEST_F (DoubleFetch, bytes_where_the_host_can_write_are_rubbish_and_must_be_overwritten) {
    const PaRange page{Pa{hosts_page ()}, page_size};
    begin ();
    const auto bytes = machine.hal ().bytes (page);
    EXPECT_NE (in_ram (page.start.value ()), value);
    std::ranges::fill (bytes, std::byte{0});
    end ();

    begin ();
    std::ranges::fill (machine.hal ().bytes (page).first (page_size - 8), std::byte{0});
    const auto said = complaint ([&] { end (); });
    EXPECT_NE (said.find (sim::hex (page.start + (page_size - 8))), std::string::npos) << said;
}

TEST_F (DoubleFetch, outside_traps_nobody_minds) {
    const auto page = hosts_page ();
    EXPECT_EQ (load (page), value);
    EXPECT_EQ (load (page), value);
    EXPECT_EQ (machine.hal ().object<std::uint64_t> (Pa{page}), value);
}

TEST_F (DoubleFetch, what_is_ravelins_own_is_read_as_often_as_it_likes) {
    const Pa own     = machine.machine ().map ().image;
    const Pa control = Pa{machine.machine ().hypervisor ().host_stage2 ().vttbr ()};
    begin ();
    for (const Pa pa : {own, own, control, control}) {
        EXPECT_EQ (load (pa.value ()), in_ram (pa.value ()));
    }
    end ();
}

TEST_F (DoubleFetch, a_page_that_was_donated_is_not_the_hosts_until_it_comes_back) {
    const auto vm   = machine.make_vm (true);
    const auto page = hosts_page ();
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, page, 1}), RAVELIN_SUCCESS);
    begin ();
    EXPECT_EQ (load (page), value);
    EXPECT_EQ (load (page), value);
    EXPECT_EQ (machine.hal ().object<std::uint64_t> (Pa{page}), value);
    end ();

    machine.destroy (vm);
    begin ();
    EXPECT_EQ (load (page), 0U);
    EXPECT_NE (complaint ([&] { load (page); }), "");
}

TEST_F (DoubleFetch, a_guest_that_traps_can_write_its_own_page_but_not_what_ravelin_keeps_of_it) {
    const auto vm      = machine.make_vm (true);
    const auto page    = hosts_page ();
    const auto control = VmMachine::free_memory;  // what VM_CREATE was given
    EXPECT_EQ (machine.call ({RAVELIN_VM_DONATE, vm, VmMachine::ram, page, 1}), RAVELIN_SUCCESS);
    machine.enter (vm);
    begin ();
    EXPECT_EQ (load (control), in_ram (control));
    EXPECT_EQ (load (control), in_ram (control));
    EXPECT_EQ (load (page), value);
    EXPECT_NE (complaint ([&] { load (page); }), "");
    EXPECT_NE (complaint ([&] { static_cast<void> (machine.hal ().object<std::uint64_t> (Pa{page})); }), "");
}

}  // namespace ravelin
