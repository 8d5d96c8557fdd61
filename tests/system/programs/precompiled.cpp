// SPDX-License-Identifier: BSD-2-Clause
// What most programs for EL1, and most guests, include. A file includes what it uses nevertheless: tools/lint reads
// each of them without this.
#include "call.hpp"
#include "gic.hpp"
#include "hyp/abi/boot.h"
#include "hyp/abi/psci.h"
#include "hyp/abi/status.h"
#include "hyp/abi/vm_calls.h"
#include "machine.hpp"
#include "memory.hpp"
#include "report.hpp"
#include "synchronize.hpp"
#include "timer.hpp"

#include <algorithm>
#include <array>
#include <optional>
