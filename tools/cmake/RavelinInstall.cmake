# SPDX-License-Identifier: BSD-2-Clause
# What `cmake --install` puts where: the two libraries with their headers, for find_package (Ravelin), and the image.

include (CMakePackageConfigHelpers)

set_target_properties (ravelin_options PROPERTIES EXPORT_NAME options)
install (TARGETS ravelin_hyp ravelin_sim ravelin_options EXPORT RavelinTargets)

foreach (room hyp sim)
    install (DIRECTORY ${room}/ DESTINATION "${ravelin_include}/${room}"
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h"
        PATTERN arm64 EXCLUDE PATTERN unicorn EXCLUDE PATTERN tool EXCLUDE PATTERN spec EXCLUDE)
endforeach ()

install (FILES "${PROJECT_BINARY_DIR}/ravelin.bin" "${PROJECT_BINARY_DIR}/ravelin.elf"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/ravelin")

set (ravelin_package "${CMAKE_INSTALL_LIBDIR}/cmake/Ravelin")
install (EXPORT RavelinTargets NAMESPACE Ravelin:: DESTINATION "${ravelin_package}")
configure_package_config_file (
    "${CMAKE_CURRENT_LIST_DIR}/RavelinConfig.cmake.in" "${PROJECT_BINARY_DIR}/RavelinConfig.cmake"
    INSTALL_DESTINATION "${ravelin_package}")
write_basic_package_version_file ("${PROJECT_BINARY_DIR}/RavelinConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install (FILES "${PROJECT_BINARY_DIR}/RavelinConfig.cmake" "${PROJECT_BINARY_DIR}/RavelinConfigVersion.cmake"
    DESTINATION "${ravelin_package}")
