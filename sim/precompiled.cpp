// SPDX-License-Identifier: BSD-2-Clause
// What most files of the core and of the simulator include, where they are built for this machine. A file includes what
// it uses nevertheless: tools/lint reads each of them without this.
#include "sim/machine/machine.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <ranges>
#include <set>
#include <sstream>
