// SPDX-License-Identifier: BSD-2-Clause
// What most files of the core include, where they are built for EL2. A file includes what it uses nevertheless:
// tools/lint reads each of them without this.
#include "hyp/vm/guest_trap.hpp"
#include "hyp/vm/vms.hpp"

#include <algorithm>
#include <array>
#include <optional>
