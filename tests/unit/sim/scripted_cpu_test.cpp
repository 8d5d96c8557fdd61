// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "tests/unit/sim/machine_fixture.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace ravelin::sim {
namespace {

using namespace hal::sysreg;

/// Plays a hypervisor that does something else than Ravelin at the end of each trap.
class Impostor : public TrapObserver {
  public:
    explicit Impostor (std::function<void (hal::Cpu &)> deed) : deed_{std::move (deed)} {}

    void entered (Processor &cpu, const Registers & /*registers*/) override {
        syndrome = cpu.hal ().read<esr_el2> ();
        address  = cpu.hal ().read<elr_el2> ();
        ipa_page = cpu.hal ().read<hpfar_el2> () >> 4 << 12;
    }
    void leaving (Processor &cpu, const Registers & /*registers*/) override { deed_ (cpu.hal ()); }

    std::uint64_t syndrome{};
    std::uint64_t address{};
    std::uint64_t ipa_page{};

  private:
    std::function<void (hal::Cpu &)> deed_;
};

/// A machine whose first CPU runs one script.
class ScriptedCpuTest : public testing::Test {
  protected:
    auto run (ScriptedCpu::Body body) -> Outcome {
        machine.script (0, std::move (body));
        machine->cpu (0).observe (&impostor);
        return machine.boot_and_run ();
    }

    ScriptedMachine machine{BoardName::virt};
    std::function<void (hal::Cpu &)> deed = [] (hal::Cpu &) {
    };
    Impostor impostor{[this] (hal::Cpu &cpu) {
        deed (cpu);
    }};
    const Ipa own{machine->map ().image.value ()};
};

TEST_F (ScriptedCpuTest, calls_trap_with_the_syndrome_of_their_instruction) {
    run ([this] (ScriptedCpu &cpu) -> Script {
        co_await cpu.hvc (0);
        EXPECT_EQ (impostor.syndrome, 0x5a00'0000);
        EXPECT_EQ (impostor.address, cpu.entry () + 4) << "it has been executed";

        co_await cpu.smc (0);
        EXPECT_EQ (impostor.syndrome, 0x5e00'0000);
        EXPECT_EQ (impostor.address, cpu.entry () + 4) << "it hasn't, and comes second";
    });
}

TEST_F (ScriptedCpuTest, a_stage_2_fault_tells_the_ipa_and_the_instruction) {
    run ([this] (ScriptedCpu &cpu) -> Script {
        const auto result = co_await cpu.store (own + 0x1234, 1, {.size = 4});
        EXPECT_FALSE (result);
        EXPECT_EQ (impostor.syndrome, 0x9385'0046) << "a word from W5, translation fault of level 2";
        EXPECT_EQ (impostor.ipa_page, own.value () + 0x1000);
    });
}

TEST_F (ScriptedCpuTest, a_fetch_is_one_of_an_instruction) {
    run ([&] (ScriptedCpu &cpu) -> Script {
        const Ipa code{cpu.entry ()};
        EXPECT_EQ (co_await cpu.fetch (code), 0x1400'0000) << "the tiny kernel's only one";
        const auto unaligned = co_await cpu.fetch (code + 2);
        EXPECT_EQ (unaligned.error ().status (), 0x21);
    });
}

TEST_F (ScriptedCpuTest, where_nobody_answers_is_an_external_abort_at_el1) {
    run ([] (ScriptedCpu &cpu) -> Script {
        const Ipa flash{0};  // the host's, but this machine has none
        EXPECT_EQ (co_await cpu.load (flash), std::unexpected (Abort{0x9600'0010, 0}));
    });
}

TEST_F (ScriptedCpuTest, what_stage_1_refuses_never_reaches_el2) {
    run ([this] (ScriptedCpu &cpu) -> Script {
        const auto unaligned = co_await cpu.load (Ipa{cpu.entry () + 1});
        EXPECT_EQ (unaligned.error ().status (), 0x21);
        EXPECT_EQ (impostor.syndrome, 0);
    });
}

TEST_F (ScriptedCpuTest, translates_by_stage_1_once_that_is_on) {
    run ([this] (ScriptedCpu &cpu) -> Script {
        // One block of 1 GiB: VA 0 on leads to the start of RAM.
        const Ipa table = Ipa{cpu.entry ()} + 0x10'0000;
        EXPECT_TRUE (co_await cpu.store (table, 0x4000'0000 | 1U << 10 | 1));
        cpu.write<tcr_el1> (25 | 1U << 23 | 2ULL << 30);
        cpu.write<ttbr0_el1> (table.value ());
        cpu.write<mair_el1> (0xff);
        machine->cpu (0).hal ().write<sctlr_el1> (1);

        EXPECT_EQ (co_await cpu.load (Va{table.value () - 0x4000'0000}), 0x4000'0000 | 1U << 10 | 1);
    });
}

TEST_F (ScriptedCpuTest, an_instruction_that_el2_returns_to_is_executed_again) {
    deed = [] (hal::Cpu &cpu) {
        // The second try finds memory there.
        cpu.write<elr_el2> (cpu.read<elr_el1> ());
        cpu.write<spsr_el2> (cpu.read<spsr_el1> ());
        cpu.write<hcr_el2> (cpu.read<hcr_el2> () & ~1ULL);
    };
    EXPECT_EQ (run ([this] (ScriptedCpu &cpu) -> Script {
                   const auto result = co_await cpu.load (own);
                   EXPECT_TRUE (result);
               }),
               Outcome::finished);
}

TEST_F (ScriptedCpuTest, an_instruction_that_is_repeated_for_ever_is_a_violation) {
    deed = [] (hal::Cpu &cpu) {
        cpu.write<elr_el2> (cpu.read<elr_el1> ());
        cpu.write<spsr_el2> (cpu.read<spsr_el1> ());
    };
    EXPECT_THROW (run ([this] (ScriptedCpu &cpu) -> Script { co_await cpu.load (own); }), Violation);
}

TEST_F (ScriptedCpuTest, a_return_to_elsewhere_is_a_violation) {
    deed = [] (hal::Cpu &cpu) {
        cpu.write<elr_el2> (0x1234);
    };

    EXPECT_THROW (run ([] (ScriptedCpu &cpu) -> Script { co_await cpu.hvc (0); }), Violation);
}

TEST_F (ScriptedCpuTest, a_return_with_another_pstate_is_a_violation) {
    deed = [] (hal::Cpu &cpu) {
        cpu.write<spsr_el2> (0x3c9);
    };  // EL2h

    EXPECT_THROW (run ([] (ScriptedCpu &cpu) -> Script { co_await cpu.hvc (0); }), Violation);
}

TEST_F (ScriptedCpuTest, an_injected_exception_that_comes_from_elsewhere_is_a_violation) {
    for (const bool lies_about_pc : {false, true}) {
        deed = [lies_about_pc] (hal::Cpu &cpu) {
            if (lies_about_pc) {
                cpu.write<elr_el1> (0x1234);
            } else {
                cpu.write<spsr_el1> (0);
            }
        };
        ScriptedMachine another{BoardName::virt};
        another.script (0, [this] (ScriptedCpu &cpu) -> Script { co_await cpu.load (own); });
        another->cpu (0).observe (&impostor);
        EXPECT_THROW (static_cast<void> (another.boot_and_run ()), Violation);
    }
}

TEST_F (ScriptedCpuTest, an_smc_that_is_not_trapped_is_a_violation) {
    EXPECT_THROW (run ([this] (ScriptedCpu &cpu) -> Script {
                      machine->cpu (0).hal ().write<hcr_el2> (1);
                      co_await cpu.smc (0);
                  }),
                  Violation);
}

TEST_F (ScriptedCpuTest, a_script_calls_another) {
    std::string order;
    const auto inner = [&order] (ScriptedCpu &cpu, char c) -> Script {
        co_await cpu.nop ();
        order.push_back (c);
    };
    run ([&] (ScriptedCpu &cpu) -> Script {
        co_await inner (cpu, 'a');
        co_await inner (cpu, 'b');
        order.push_back ('c');
    });
    EXPECT_EQ (order, "abc");
}

TEST_F (ScriptedCpuTest, what_a_called_script_throws_its_caller_can_catch) {
    bool caught      = false;
    const auto inner = [] (ScriptedCpu &cpu) -> Script {
        co_await cpu.nop ();
        throw std::runtime_error{"from inside"};
    };
    run ([&] (ScriptedCpu &cpu) -> Script {
        try {
            co_await inner (cpu);
        } catch (const std::runtime_error &) { caught = true; }
    });
    EXPECT_TRUE (caught);
}

}  // namespace
}  // namespace ravelin::sim
