// SPDX-License-Identifier: BSD-2-Clause
#include "forbidden.hpp"
#include "memory.hpp"
#include "probe.hpp"
#include "synchronize.hpp"
#include "system_register.hpp"
#include "targets.hpp"

using namespace el1;

namespace forbidden {

namespace {
/// Lets the tables of high addresses begin at a place while it lives.
class HighTables {
  public:
    explicit HighTables (Pa place) {
        write<sysreg::ttbr1_el1> (place.value ());
        tables_changed ();
    }
    ~HighTables () {
        write<sysreg::ttbr1_el1> (before_);
        tables_changed ();
    }
    HighTables (const HighTables &)                     = delete;
    auto operator= (const HighTables &) -> HighTables & = delete;

  private:
    std::uint64_t before_{read<sysreg::ttbr1_el1> ()};
};

/// The host's tables in memory that isn't the host's: neither what is there nor where it leads shows.
void walks_abort () {
    constexpr std::uint32_t load_double  = 0xf940'0022;  // LDR X2, [X1]
    constexpr std::uint32_t store_double = 0xf900'0022;  // STR X2, [X1]
    constexpr std::uint64_t page_mask    = ravelin::page_size - 1;
    const auto address                   = normal_window (Pa{0x1234'5678});
    const Access load{.instruction = load_double, .kind = ACCESS_LOAD, .offset = 0, .text = {"ldr x2, [x1]"}};
    const Access store{.instruction = store_double, .kind = ACCESS_STORE, .offset = 0, .text = {"str x2, [x1]"}};

    for (const Target &target : targets ()) {
        Test test{"a walk of tables aborts", target.name};
        const HighTables tables{Pa{target.address.value () & ~page_mask}};
        expect_data_abort (test, load, address, Level::el1h);
        expect_data_abort (test, store, address, Level::el1h);
        expect_code_abort (test, address, address, Level::el1h);
    }
}
}  // namespace

void test_walks () {
    walks_abort ();
}

}  // namespace forbidden
