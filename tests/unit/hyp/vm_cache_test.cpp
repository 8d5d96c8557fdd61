// SPDX-License-Identifier: BSD-2-Clause
// What a page held before it changed hands is gone for every observer, also for one that uses no cache, or executes
// it. And what each part of the maintenance protects from is seen to happen where that part has no effect.
#include "hyp/abi/smccc.h"
#include "tests/unit/hyp/scripted_vms.hpp"

namespace ravelin {

namespace {
using sim::cached;
using sim::Eviction;
using sim::uncached;
using test::ScriptedVms;
using Heeded = sim::CacheSystem::Heeded;

/// All of EL2's maintenance works, or a part of it doesn't.
constexpr Heeded everything{};
constexpr Heeded no_clean_and_invalidate{.clean = false, .invalidate = false};
constexpr Heeded no_invalidate{.invalidate = false};
constexpr Heeded no_code_anywhere{.code_here = false, .code_everywhere = false};
constexpr Heeded no_code_everywhere{.code_everywhere = false};

/// The ways in which a page changes hands. Each returns what is seen at last.
class VmCacheTest : public ScriptedVms {
  protected:
    static constexpr std::uint64_t secret = 0x5ec7e7;  // a guest's
    static constexpr std::uint64_t hosts  = 0x4057;    // what the host has written
    static constexpr std::uint64_t old    = 0x01d;     // what was in memory before
    static constexpr std::uint64_t nops   = 0xd503'201f'd503'201f;

    explicit VmCacheTest (Eviction eviction) : ScriptedVms{{.cpus = 2, .prefetch = 0, .caches = eviction}} {}

    /// From now on only this of EL2's maintenance works.
    void heed (const Heeded &heeded) { machine->caches ()->heed (heeded); }

    /// Caches need the room of all that they have.
    void evict () { machine->caches ()->data ().evict_all (); }

    /// A protected VM with one page, which the host has at @p at.
    [[nodiscard]] auto make_vm_with (Host &host, Ipa at) -> Script {
        co_await make_vm (host, true, vm);
        co_await call (host, RAVELIN_VM_DONATE, {vm, ram.value (), at.value (), 1});
    }

    /// The host reads past caches what a guest has kept in a page that came back.
    [[nodiscard]] auto after_reclaim (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{pages (1).value ()};
        guest ({1, 0}, [] (Guest &cpu) -> Script { EXPECT_TRUE (co_await cpu.store (ram, secret, uncached)); });
        play ([&, at] (Host &cpu) -> Script {
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
            heed (heeded);
            co_await destroy (cpu, vm);
            seen = (co_await cpu.load (at, uncached)).value ();
        });
        return seen;
    }

    /// A guest whose caches are off reads a page to which the host wrote before it donated it.
    [[nodiscard]] auto written_before_donation (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{page_with (old).value ()};
        guest ({1, 0}, [this] (Guest &cpu) -> Script { seen = (co_await cpu.load (ram)).value (); });
        play ([&, at] (Host &cpu) -> Script {
            heed (heeded);
            EXPECT_TRUE (co_await cpu.store (at, hosts, cached));
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        });
        return seen;
    }

    /// A guest whose caches are off stores to that page, and reads again after a while, by @p options.
    [[nodiscard]] auto stored_after_donation (const Heeded &heeded, sim::AccessOptions options) -> std::uint64_t {
        const Ipa at{page_with (old).value ()};
        guest ({1, 0}, [this, options] (Guest &cpu) -> Script {
            EXPECT_TRUE (co_await cpu.store (ram, secret));
            if (options.attributes != cached.attributes) { evict (); }
            seen = (co_await cpu.load (ram, options)).value ();
        });
        play ([&, at] (Host &cpu) -> Script {
            heed (heeded);
            EXPECT_TRUE (co_await cpu.store (at, hosts, cached));
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        });
        return seen;
    }

    /// A guest executes a page that the host has executed with other instructions in it.
    [[nodiscard]] auto code_of_donated (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{page_with (old).value ()};
        guest ({1, 0}, [this] (Guest &cpu) -> Script { seen = (co_await cpu.fetch (ram)).value (); });
        play ([&, at] (Host &cpu) -> Script {
            heed (heeded);
            EXPECT_EQ (co_await cpu.fetch (at), old);
            EXPECT_TRUE (co_await cpu.store (at, nops, cached));
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        });
        return seen;
    }

    /// The same for a page that joins a VM that has run on this CPU before: it's zeroed.
    [[nodiscard]] auto code_of_late_page (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{pages (1).value ()};
        const Ipa late{page_with (old).value ()};
        guest ({1, 0}, [this] (Guest &cpu) -> Script {
            co_await cpu.wfi ();
            seen = (co_await cpu.fetch (ram + page_size)).value ();
        });
        play ([&, at, late] (Host &cpu) -> Script {
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
            heed (heeded);
            EXPECT_EQ (co_await cpu.fetch (late), old);
            co_await call (cpu, RAVELIN_VM_DONATE, {vm, (ram + page_size).value (), late.value (), 1});
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        });
        return seen;
    }

    /// The host reads past caches a page from which the guest has removed its secret before it shared it.
    [[nodiscard]] auto shared (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{pages (1).value ()};
        guest ({1, 0}, [] (Guest &cpu) -> Script {
            EXPECT_TRUE (co_await cpu.store (ram, secret, uncached));
            EXPECT_TRUE (co_await cpu.store (ram, 0, cached));
            EXPECT_EQ ((co_await cpu.hvc (RAVELIN_GUEST_SHARE, {ram.value (), 0, 0}))[0], SMCCC_SUCCESS);
        });
        play ([&, at] (Host &cpu) -> Script {
            co_await make_vm_with (cpu, at);
            heed (heeded);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
            seen = (co_await cpu.load (at, uncached)).value ();
        });
        return seen;
    }

    /// A guest whose caches are off stores to a page that it shared until now, and to which the host has written.
    [[nodiscard]] auto unshared (const Heeded &heeded) -> std::uint64_t {
        const Ipa at{pages (1).value ()};
        guest ({1, 0}, [this] (Guest &cpu) -> Script {
            EXPECT_EQ ((co_await cpu.hvc (RAVELIN_GUEST_SHARE, {ram.value (), 0, 0}))[0], SMCCC_SUCCESS);
            co_await cpu.wfi ();
            EXPECT_EQ ((co_await cpu.hvc (RAVELIN_GUEST_UNSHARE, {ram.value (), 0, 0}))[0], SMCCC_SUCCESS);
            EXPECT_TRUE (co_await cpu.store (ram, secret));
            evict ();
            seen = (co_await cpu.load (ram)).value ();
        });
        play ([&, at] (Host &cpu) -> Script {
            co_await make_vm_with (cpu, at);
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
            heed (heeded);
            EXPECT_TRUE (co_await cpu.store (at, hosts, cached));
            co_await run_until (cpu, vm, 0, RAVELIN_EXIT_WFI);
        });
        return seen;
    }

    std::uint64_t vm{};
    std::uint64_t seen{};
};

/// Whatever caches do by themselves.
class VmCache : public VmCacheTest, public testing::WithParamInterface<Eviction> {
  protected:
    VmCache () : VmCacheTest{GetParam ()} {}
};

/// Lines stay where they are, so that the damage is seen each time.
class VmCacheDamage : public VmCacheTest {
  protected:
    VmCacheDamage () : VmCacheTest{Eviction::never} {}
};
}  // namespace

INSTANTIATE_TEST_SUITE_P (Each, VmCache, testing::Values (Eviction::never, Eviction::at_once, Eviction::seeded));

TEST_P (VmCache, what_comes_back_is_zero_for_a_reader_past_caches) {
    EXPECT_EQ (after_reclaim (everything), 0U);
}

TEST_F (VmCacheDamage, a_secret_zeroed_only_in_the_cache_is_read_around_it) {
    EXPECT_EQ (after_reclaim (no_clean_and_invalidate), secret);
}

TEST_P (VmCache, what_the_host_wrote_before_it_donated_is_seen_by_a_guest_without_caches) {
    EXPECT_EQ (written_before_donation (everything), hosts);
}

TEST_F (VmCacheDamage, a_guest_without_caches_does_not_see_what_was_written_only_to_the_cache) {
    EXPECT_EQ (written_before_donation (no_clean_and_invalidate), old);
}

TEST_P (VmCache, what_a_guest_stores_without_caches_stays) {
    EXPECT_EQ (stored_after_donation (everything, {}), secret);
}

TEST_F (VmCacheDamage, a_dirty_line_of_the_host_lands_on_what_a_guest_has_stored) {
    EXPECT_EQ (stored_after_donation (no_clean_and_invalidate, {}), hosts);
}

TEST_P (VmCache, what_a_guest_stored_without_caches_it_finds_when_it_turns_them_on) {
    EXPECT_EQ (stored_after_donation (everything, cached), secret);
}

TEST_F (VmCacheDamage, a_clean_line_of_the_host_hides_what_a_guest_has_stored) {
    EXPECT_EQ (stored_after_donation (no_invalidate, cached), hosts);
}

TEST_P (VmCache, a_guest_executes_what_is_in_its_page_not_what_was) {
    EXPECT_EQ (code_of_donated (everything), nops & 0xffff'ffff);
}

TEST_F (VmCacheDamage, old_instructions_run_in_a_page_that_has_become_a_guests_code) {
    EXPECT_EQ (code_of_donated (no_code_anywhere), old);
}

TEST_P (VmCache, a_page_that_joins_a_running_vm_is_executed_as_zeros) {
    EXPECT_EQ (code_of_late_page (everything), 0U);
}

TEST_F (VmCacheDamage, old_instructions_run_in_a_page_that_joins_a_running_vm) {
    EXPECT_EQ (code_of_late_page (no_code_everywhere), old);
}

TEST_P (VmCache, what_a_guest_removed_before_it_shared_the_page_is_not_seen_by_a_reader_past_caches) {
    EXPECT_EQ (shared (everything), 0U);
}

TEST_F (VmCacheDamage, what_a_guest_removed_only_in_the_cache_is_read_around_it_once_it_shares) {
    EXPECT_EQ (shared (no_clean_and_invalidate), secret);
}

TEST_P (VmCache, what_a_guest_stores_after_it_shared_the_page_stays) {
    EXPECT_EQ (unshared (everything), secret);
}

TEST_F (VmCacheDamage, a_dirty_line_of_the_host_lands_on_what_a_guest_stores_after_it_shared) {
    EXPECT_EQ (unshared (no_clean_and_invalidate), hosts);
}

}  // namespace ravelin
