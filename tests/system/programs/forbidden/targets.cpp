// SPDX-License-Identifier: BSD-2-Clause
#include "targets.hpp"

#include "memory.hpp"
#include "report.hpp"

#include <array>
#include <span>

using namespace el1;

namespace forbidden {

namespace {
constexpr std::array virt_targets{
    Target{"GICH", Pa{0x0803'0000}},
    Target{"GICV", Pa{0x0804'0000}},
    Target{"GICV's end", Pa{0x0804'1fc0}},
    Target{"behind GICD", Pa{0x0800'1000}},
    Target{"the SMMU", Pa{0x0905'0000}},
    Target{"secure memory", Pa{0x0e00'0000}},
    Target{"an address with nothing there", Pa{0x20'0000'0000}},
};

constexpr std::array pi_targets{
    Target{"GICH", Pa{0xff84'4000}},
    Target{"GICH's alias", Pa{0xff84'5000}},
    Target{"GICV", Pa{0xff84'6000}},
    Target{"GICV's end", Pa{0xff84'7fc0}},
    Target{"behind GICD", Pa{0xff84'0000}},
    Target{"the local block", Pa{0xff80'0000}},
    Target{"the local block's timer", Pa{0xff80'0040}},
    Target{"an address with nothing there", Pa{0x20'0000'0000}},
};
}  // namespace

auto targets () -> Targets {
    constexpr std::uint64_t line = 64;
    const PaRange own            = machine ().ravelin;

    Targets all;
    bool fits       = true;
    const auto push = [&] (const Target &target) {
        fits &= all.push (target);
    };
    push ({"Ravelin's code", own.start});
    push ({"Ravelin's data", own.start + own.size / 2});
    push ({"Ravelin's end", Pa{own.end ().value () - line}});
    push ({"Ravelin's reserve", machine ().reserve.start});
    push ({"the reserve's end", Pa{machine ().reserve.end ().value () - line}});
    push ({"behind RAM", machine ().end_of_ram ()});
    for (const Target &target :
         machine ().is_pi () ? std::span<const Target>{pi_targets} : std::span<const Target>{virt_targets}) {
        push (target);
    }
    return fits ? all : Targets{};
}

}  // namespace forbidden
