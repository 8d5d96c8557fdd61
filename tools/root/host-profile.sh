# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# In a host, what root's shells begin with. The console's first one does what the host was started for.
if [ "$(tty)" = /dev/ttyAMA0 ] && mkdir /run/host-console 2>/dev/null; then host-console; fi
