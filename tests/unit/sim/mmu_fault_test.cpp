// SPDX-License-Identifier: BSD-2-Clause
#include "sim/models/mmu_fault.hpp"

#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

TEST (MmuFault, status_has_the_level_where_there_is_one) {
    EXPECT_EQ ((MmuFault{.type = FaultType::translation, .level = 3}.status ()), 0x07);
    EXPECT_EQ ((MmuFault{.type = FaultType::permission, .level = 2}.status ()), 0x0e);
    EXPECT_EQ ((MmuFault{.type = FaultType::access_flag, .level = 1}.status ()), 0x09);
    EXPECT_EQ ((MmuFault{.type = FaultType::external_on_walk, .level = 2}.status ()), 0x16);
    EXPECT_EQ ((MmuFault{.type = FaultType::alignment, .level = 2}.status ()), 0x21);
    EXPECT_EQ ((MmuFault{.type = FaultType::external, .level = 2}.status ()), 0x10);
}

TEST (MmuFault, the_ipa_of_a_permission_fault_is_unknown_unless_a_walk_had_it) {
    MmuFault fault{.type = FaultType::permission, .second_stage = true};
    EXPECT_FALSE (fault.tells_ipa ());

    fault.on_stage1_walk = true;
    EXPECT_TRUE (fault.tells_ipa ());
    EXPECT_TRUE ((MmuFault{.type = FaultType::translation, .second_stage = true}.tells_ipa ()));
}

TEST (MmuFault, a_data_abort_to_el2_describes_the_instruction) {
    const MmuFault fault{.type = FaultType::translation, .level = 2, .second_stage = true};
    const MmuAccess store{.va = Va{0}, .kind = AccessKind::write, .size = 4};

    // EC 0x24, IL, ISV, SAS word, SRT 7, WnR, translation fault of level 2.
    EXPECT_EQ (el2_syndrome (store, fault, {7, false}), 0x9387'0046);
    // ... SAS doubleword, SF, a read.
    EXPECT_EQ (el2_syndrome ({.va = Va{0}, .size = 8}, fault, {7, true}), 0x93c7'8006);
}

TEST (MmuFault, exclusives_and_walks_are_not_described) {
    MmuFault fault{.type = FaultType::translation, .level = 2, .second_stage = true};
    EXPECT_EQ (el2_syndrome ({.va = Va{0}, .exclusive = true}, fault, {7, true}), 0x9200'0006);

    fault.on_stage1_walk = true;
    EXPECT_EQ (el2_syndrome ({.va = Va{0}}, fault, {7, true}), 0x9200'0086);
}

TEST (MmuFault, a_fetch_has_a_class_of_its_own) {
    const MmuFault fault{.type = FaultType::translation, .level = 3, .second_stage = true};

    EXPECT_EQ (el2_syndrome ({.va = Va{0}, .kind = AccessKind::fetch}, fault, {0, false}), 0x8200'0007);
}

TEST (MmuFault, an_abort_to_el1_says_which_level_it_came_from) {
    const MmuFault fault{.type = FaultType::alignment};

    EXPECT_EQ (el1_syndrome ({.va = Va{0}, .kind = AccessKind::write}, fault), 0x9600'0061);
    EXPECT_EQ (el1_syndrome ({.va = Va{0}, .from_el0 = true}, fault), 0x9200'0021);
    EXPECT_EQ (el1_syndrome ({.va = Va{0}, .kind = AccessKind::fetch}, fault), 0x8600'0021);
}

}  // namespace
}  // namespace ravelin::sim
