// SPDX-License-Identifier: BSD-2-Clause
#include "sim/machine/violation.hpp"
#include "sim/replay/divergence.hpp"
#include "sim/replay/record/reader.hpp"
#include "sim/replay/replayer.hpp"

#include <cstdio>
#include <cstdlib>

using namespace ravelin::sim;
using namespace ravelin::sim::replay;

auto main (int count, char **arguments) -> int {
    if (count < 2) { return 2; }
    Reader reader{arguments[1]};
    Tape tape{reader.header (), [&] {
                  return reader.next ();
              }};
    Replayer replayer{tape};
    try {
        while (replayer.advance ()) {}
        const auto p = replayer.progress ();
        std::printf ("%llu traps, %llu events\n", (unsigned long long)p.traps, (unsigned long long)p.events);
    } catch (const Violation &v) {
        std::printf ("%s: violation: %s\n", replayer.where ().c_str (), v.what ());
        return 1;
    } catch (const Divergence &v) {
        std::printf ("%s: %s\n", replayer.where ().c_str (), v.what ());
        return 1;
    }
    return 0;
}
