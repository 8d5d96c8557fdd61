# SPDX-License-Identifier: BSD-2-Clause
# Where tools/setup keeps what it fetched: the same place that tools/lib/common.sh works out.

if (DEFINED ENV{RAVELIN_CACHE})
    set (ravelin_cache "$ENV{RAVELIN_CACHE}")
elseif (DEFINED ENV{XDG_CACHE_HOME})
    set (ravelin_cache "$ENV{XDG_CACHE_HOME}/ravelin")
else ()
    set (ravelin_cache "$ENV{HOME}/.cache/ravelin")
endif ()

# libfdt for EL2: Debian's own, built for arm64. Its headers are those of this machine's libfdt.
find_file (RAVELIN_ARM64_LIBFDT libfdt.a PATHS "${ravelin_cache}/arm64/usr/lib/aarch64-linux-gnu" NO_DEFAULT_PATH)
find_library (RAVELIN_LIBFDT fdt)
find_path (RAVELIN_LIBFDT_INCLUDE libfdt.h)

foreach (needed RAVELIN_ARM64_LIBFDT RAVELIN_LIBFDT RAVELIN_LIBFDT_INCLUDE)
    if (NOT ${needed})
        message (FATAL_ERROR "libfdt is missing (${needed}): run tools/setup first")
    endif ()
endforeach ()
