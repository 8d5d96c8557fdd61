# SPDX-License-Identifier: BSD-2-Clause
# Unicorn, as tools/setup has unpacked it in its cache (see RavelinCache), or as the system has it.
# Defines Unicorn::unicorn. Debian 12's own Unicorn is 2.0, which finds memory by virtual address: ask for 2.1.

find_path (UNICORN_INCLUDE_DIR unicorn/unicorn.h HINTS "${ravelin_cache}/amd64/usr/include")
find_library (UNICORN_LIBRARY unicorn HINTS "${ravelin_cache}/amd64/usr/lib/x86_64-linux-gnu")
mark_as_advanced (UNICORN_INCLUDE_DIR UNICORN_LIBRARY)

if (UNICORN_INCLUDE_DIR)
    file (STRINGS "${UNICORN_INCLUDE_DIR}/unicorn/unicorn.h" unicorn_version_lines REGEX "#define UC_API_(MAJOR|MINOR|PATCH)")
    string (REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+).*" "\\1.\\2.\\3" UNICORN_VERSION "${unicorn_version_lines}")
endif ()

include (FindPackageHandleStandardArgs)
find_package_handle_standard_args (Unicorn
    REQUIRED_VARS UNICORN_LIBRARY UNICORN_INCLUDE_DIR
    VERSION_VAR UNICORN_VERSION
    REASON_FAILURE_MESSAGE "Run tools/setup first.")

if (Unicorn_FOUND AND NOT TARGET Unicorn::unicorn)
    # CMake gives what it builds a run-time path to an imported library, so that binaries find the cache's.
    add_library (Unicorn::unicorn SHARED IMPORTED)
    set_target_properties (Unicorn::unicorn PROPERTIES
        IMPORTED_LOCATION "${UNICORN_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${UNICORN_INCLUDE_DIR}")
endif ()
