// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/hyp/host_machine.hpp"

#include <gtest/gtest.h>
#include <libfdt.h>
#include <string>

namespace ravelin {

namespace {
using sim::BoardName;
using test::HostMachine;

/// The tree that a booted machine's host gets.
class HostTree {
  public:
    explicit HostTree (BoardName board, std::uint32_t cpus = 1)
        : machine_{HostMachine::booted (board, {.cpus = cpus})} {
        const Pa slot{machine_.machine ().cpu (0U).registers ().x[0]};
        tree_ = machine_.machine ().bus ().find_ram (PaRange{slot, block_size})->at (slot);
        EXPECT_EQ (fdt_check_full (tree_, block_size), 0);
    }

    [[nodiscard]] auto node (const char *path) const -> int { return fdt_path_offset (tree_, path); }

    [[nodiscard]] auto text (const char *path, const char *property) const -> std::string {
        int length       = 0;
        const void *data = fdt_getprop (tree_, node (path), property, &length);
        return data != nullptr ? std::string{static_cast<const char *> (data)} : "(none)";
    }

    [[nodiscard]] auto has (const char *path, const char *property) const -> bool {
        return fdt_getprop (tree_, node (path), property, nullptr) != nullptr;
    }

    [[nodiscard]] auto raw () const -> const void * { return tree_; }

  private:
    HostMachine machine_;
    const void *tree_;
};
}  // namespace

TEST (HostTree, reserves_ravelins_memory_and_forbids_to_map_it) {
    for (const auto board : {BoardName::virt, BoardName::pi4b}) {
        const HostTree tree{board};
        const int node = tree.node ("/reserved-memory/ravelin");
        ASSERT_GE (node, 0);
        EXPECT_TRUE (tree.has ("/reserved-memory/ravelin", "no-map"));

        int length      = 0;
        const auto *reg = static_cast<const fdt32_t *> (fdt_getprop (tree.raw (), node, "reg", &length));
        const auto last = static_cast<unsigned> (length) / sizeof (fdt32_t) - 1;
        EXPECT_EQ (fdt32_to_cpu (reg[last / 2]), block_size);
        EXPECT_EQ (fdt32_to_cpu (reg[last]) % block_size, 0U);
        EXPECT_EQ (fdt32_to_cpu (reg[1]), sim::BoardMap::of (board).image.value ());
        EXPECT_TRUE (tree.has ("/reserved-memory", "ranges"));
    }
}

TEST (HostTree, of_a_pi_offers_psci_by_hvc_in_place_of_the_spin_table) {
    const HostTree tree{BoardName::pi4b, 4};
    EXPECT_EQ (tree.text ("/psci", "method"), "hvc");
    EXPECT_EQ (tree.text ("/psci", "compatible"), "arm,psci-1.0");
    for (const char *cpu : {"/cpus/cpu@0", "/cpus/cpu@1", "/cpus/cpu@2", "/cpus/cpu@3"}) {
        EXPECT_EQ (tree.text (cpu, "enable-method"), "psci");
        EXPECT_FALSE (tree.has (cpu, "cpu-release-addr"));
    }
}

TEST (HostTree, of_a_pi_reserves_the_page_where_firmware_spins) {
    const HostTree tree{BoardName::pi4b};
    std::uint64_t start = 1;
    std::uint64_t size  = 0;
    bool found          = false;
    for (int i = 0; i < fdt_num_mem_rsv (tree.raw ()); ++i) {
        ASSERT_EQ (fdt_get_mem_rsv (tree.raw (), i, &start, &size), 0);
        found |= start == 0 && size == page_size;
    }
    EXPECT_TRUE (found);
}

TEST (HostTree, of_a_pi_hides_the_local_interrupt_controller) {
    EXPECT_EQ (HostTree{BoardName::pi4b}.text ("/soc/local_intc@40000000", "status"), "disabled");
}

TEST (HostTree, of_virt_keeps_firmwares_psci) {
    const HostTree tree{BoardName::virt};
    EXPECT_EQ (tree.text ("/psci", "method"), "smc");
}

}  // namespace ravelin
