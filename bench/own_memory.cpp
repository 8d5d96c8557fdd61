// SPDX-License-Identifier: BSD-2-Clause

// Says how much RAM of an 8 GiB Pi 4B Ravelin keeps for itself, in the worst case: a page of every 2 MiB block is
// gone from the host, so that no block of its stage 2 is whole.

#include "hyp/abi/vm_calls.h"
#include "hyp/mem/host_stage2.hpp"
#include "tests/unit/hyp/host_machine.hpp"

#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>

namespace {
using namespace ravelin;

constexpr std::uint64_t board_memory = 8ULL << 30;
constexpr std::uint64_t vm_memory    = 0x8000'0000;  // RAM of the host

class Board {
  public:
    /// Calls @p action with each page of RAM and its state.
    void for_each_page (const auto &action) {
        const auto &memory = machine_.machine ().hypervisor ().vms ().host_memory ().at_rest ();
        for (const PaRange &bank : machine_.machine ().hypervisor ().platform ().ram) {
            for (Pa page = bank.start; page < bank.end (); page = page + page_size) {
                action (page, *memory.state (machine_.hal (), page));
            }
        }
    }

    /// Gives a VM one page of each 2 MiB block of which the host has some.
    void split_all () {
        expect (machine_.call ({RAVELIN_VM_CREATE, vm_memory, 40 | RAVELIN_VM_PROTECTED, 1}));
        const auto vm = machine_.registers ().x[1];
        std::optional<Pa> done;
        for_each_page ([&] (Pa page, PageState state) {
            const Pa block = page.align_down (block_size);
            if (done == block || !state.is_hosts_alone ()) { return; }
            expect (machine_.call ({RAVELIN_VM_TOP_UP, vm, page.value (), 1}));
            done = block;
        });
    }

    /// Whether the host reaches page by page all that it still has.
    [[nodiscard]] auto is_all_split () -> bool {
        const auto &stage2 = machine_.machine ().hypervisor ().host_stage2 ();
        const PageTable<HostStage2Format> table{Pa{stage2.vttbr ()}};
        bool split = true;
        for_each_page ([&] (Pa page, PageState state) {
            if (!state.is_hosts_alone ()) { return; }
            const auto leaf = table.find (machine_.hal (), Ipa{page.value ()});
            split &= leaf.valid () && leaf.bytes () == page_size;
        });
        return split;
    }

  private:
    static void expect (std::int64_t status) {
        if (status != RAVELIN_SUCCESS) { throw std::runtime_error{"the host's call failed"}; }
    }

    test::HostMachine machine_{test::HostMachine::booted (sim::BoardName::pi4b, {.memory = board_memory})};
};

void run () {
    Board board;
    board.split_all ();
    if (!board.is_all_split ()) { throw std::runtime_error{"a block of the host's is whole"}; }
    std::uint64_t own = 0;
    std::uint64_t all = 0;
    board.for_each_page ([&] (Pa, PageState state) {
        all += page_size;
        own += state.owner () == Owner::ravelin () ? page_size : 0;
    });
    std::printf ("own_memory: %llu of %llu bytes\n", static_cast<unsigned long long> (own),
                 static_cast<unsigned long long> (all));
    // 0.3 %, and 4 MiB.
    if (own > all * 3 / 1000 + (4ULL << 20)) { throw std::runtime_error{"too much"}; }
}
}  // namespace

auto main () -> int {
    try {
        run ();
    } catch (const std::exception &failure) {
        std::fprintf (stderr, "own_memory: %s\n", failure.what ());
        return 1;
    }
    return 0;
}
