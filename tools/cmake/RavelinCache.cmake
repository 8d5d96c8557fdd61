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

# BearSSL for the guest firmware, the same way.
find_file (RAVELIN_ARM64_BEARSSL libbearssl.a PATHS "${ravelin_cache}/arm64/usr/lib/aarch64-linux-gnu" NO_DEFAULT_PATH)
find_library (RAVELIN_BEARSSL bearssl)
find_path (RAVELIN_BEARSSL_INCLUDE bearssl.h)

foreach (needed RAVELIN_ARM64_LIBFDT RAVELIN_LIBFDT RAVELIN_LIBFDT_INCLUDE RAVELIN_ARM64_BEARSSL RAVELIN_BEARSSL
        RAVELIN_BEARSSL_INCLUDE)
    if (NOT ${needed})
        message (FATAL_ERROR "a library is missing (${needed}): run tools/setup first")
    endif ()
endforeach ()
