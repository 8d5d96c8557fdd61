// SPDX-License-Identifier: BSD-2-Clause
#include "common.hpp"
#include "sim/explore/cached_translations.hpp"
#include "sim/machine/violation.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace ravelin::sim::explore {
namespace {

/// A machine with a plain VM that has been lent a page, and TLBs which know that.
struct Lent {
    Lent () {
        take_all (machine,
                  join ({made (2), {{.action = Action::vm_lend, .vm = 2, .page = 0, .option = RAVELIN_WRITABLE}}}));
        const Vm &vm = *machine.vm (2);
        page         = {vm.vtcr, vm.vttbr, Layout::data_ipa (0)};
        translations.fill (std::span{&page, 1});
    }

    /// Changes the page's descriptor in the VM's last table, as EL2 would, but without a TLBI.
    void change (auto how) {
        const std::uint64_t index = page.ipa.value () / page_size % 512;
        for (const Pa pa : {Layout::tables (2), Layout::control (2) + 3 * page_size}) {
            auto *const word =
                machine.machine ().bus ().find_ram ({pa, page_size})->at (pa) + index * sizeof (std::uint64_t);
            std::uint64_t entry = 0;
            std::memcpy (&entry, word, sizeof entry);
            if (entry != 0) {
                how (entry);
                std::memcpy (word, &entry, sizeof entry);
            }
        }
    }

    ExploredMachine machine{{}};
    CachedTranslations translations{machine.machine ()};
    Reached page;
};

[[nodiscard]] auto problem_of (CachedTranslations &translations) -> std::string {
    try {
        translations.check ();
    } catch (const Violation &problem) { return problem.what (); }
    return {};
}

TEST (CachedTranslations, are_good_while_tables_say_the_same) {
    Lent lent;
    EXPECT_EQ (problem_of (lent.translations), "");
    EXPECT_FALSE (lent.translations.have_lost ());
}

TEST (CachedTranslations, are_not_where_a_page_is_gone) {
    Lent lent;
    lent.change ([] (std::uint64_t &entry) { entry = 0; });
    EXPECT_NE (problem_of (lent.translations).find ("still leads from IPA"), std::string::npos);
}

TEST (CachedTranslations, are_not_where_a_page_can_only_be_read_now) {
    constexpr std::uint64_t write = 1U << 7;  // S2AP[1]
    Lent lent;
    lent.change ([] (std::uint64_t &entry) { entry &= ~write; });
    EXPECT_NE (problem_of (lent.translations), "");
}

TEST (CachedTranslations, are_not_where_another_page_is) {
    Lent lent;
    lent.change ([] (std::uint64_t &entry) { entry += page_size; });
    EXPECT_NE (problem_of (lent.translations), "");
}

TEST (CachedTranslations, may_lack_what_tables_allow) {
    constexpr std::uint64_t write = 1U << 7;
    Lent lent;
    lent.change ([] (std::uint64_t &entry) { entry &= ~write; });
    lent.translations.fill (std::span{&lent.page, 1});
    lent.change ([] (std::uint64_t &entry) { entry |= write; });
    EXPECT_EQ (problem_of (lent.translations), "");
}

TEST (CachedTranslations, are_lost_by_a_tlbi) {
    Lent lent;
    take_all (lent.machine, {Step{.action = Action::vm_unmap, .vm = 2}});
    EXPECT_TRUE (lent.translations.have_lost ());
}

}  // namespace
}  // namespace ravelin::sim::explore
