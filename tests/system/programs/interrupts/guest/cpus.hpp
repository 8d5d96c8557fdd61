// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "distributor.hpp"
#include "others.hpp"
#include "taking.hpp"
#include "vms/host/helper.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

namespace interrupts {

/// The four CPUs of the machine. The first one hands the others what to do.
class Cpus {
  public:
    Cpus () {
        for (unsigned i = 1; i < cpu_count; ++i) {
            others_.at (i).emplace (i);
        }
    }

    /// CPU @p number, not 0, does @p work; this one waits.
    template <class Work>
    void run (unsigned number, Work work) {
        others_.at (number)->run (call<Work>, static_cast<void *> (&work));
    }

    /// All CPUs do @p work at the same time.
    template <class Work>
    void all (Work work) {
        for (unsigned i = 1; i < cpu_count; ++i) {
            others_.at (i)->start (call<Work>, static_cast<void *> (&work));
        }
        work ();
        for (unsigned i = 1; i < cpu_count; ++i) {
            others_.at (i)->wait ();
        }
    }

    /// The first CPU does @p work while CPU @p number does @p other.
    template <class Other, class Work>
    void beside (unsigned number, Other other, Work work) {
        others_.at (number)->start (call<Other>, static_cast<void *> (&other));
        work ();
        others_.at (number)->wait ();
    }

    /// The first CPU does @p work while all others take interrupts and, between them, what they are told.
    template <class Work>
    void while_others_take (Work work) {
        ready_   = 1;
        is_over_ = false;
        all ([&] {
            const Taking taking;
            if (this_cpu () != 0) {
                serve ();
                return;
            }
            if (!el1::wait_until (el1::patience, [&] { return ready_ == cpu_count; })) {
                el1::give_up ("the other CPUs don't take interrupts");
            }
            work ();
            is_over_ = true;
        });
    }

    /// In while_others_take(): CPU @p number writes GICD_SGIR.
    void send (unsigned number, std::uint32_t sgir) {
        if (number == 0) {
            write_sgir (sgir);
            return;
        }
        sgir_   = sgir;
        sender_ = number;
        if (!el1::wait_until (el1::patience, [&] { return sender_ == 0; })) { el1::give_up ("a CPU doesn't send"); }
    }

  private:
    template <class Work>
    static void call (void *work) {
        (*static_cast<Work *> (work)) ();
    }

    static void write_sgir (std::uint32_t sgir) {
        asm volatile ("dsb sy" ::: "memory");
        el1::gic::set_distributor (el1::gic::gicd_sgir, sgir);
    }

    void serve () {
        ++ready_;
        while (!is_over_) {
            if (sender_ == this_cpu ()) {
                write_sgir (sgir_);
                sender_ = 0;
            }
            asm volatile ("yield");
        }
    }

    std::array<std::optional<vms::Helper>, cpu_count> others_;
    std::atomic<unsigned> ready_;
    std::atomic<bool> is_over_;
    std::atomic<unsigned> sender_;  // whom the first CPU has told to send; 0: none
    std::atomic<std::uint32_t> sgir_;
};

}  // namespace interrupts
