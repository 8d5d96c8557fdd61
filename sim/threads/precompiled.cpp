// SPDX-License-Identifier: BSD-2-Clause
// What each file of the core includes, where it is built for threads.
#include "hyp/core/hypervisor.hpp"
