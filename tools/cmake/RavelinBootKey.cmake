# SPDX-License-Identifier: BSD-2-Clause
# The key whose images protected VMs boot: RAVELIN_BOOT_KEY, a PEM file with a P-256 key, public or private, of which only
# the public half is used; by default the development key, which everybody has. Makes hyp/firmware/boot_key.hpp.

set (ravelin_development_key ${PROJECT_SOURCE_DIR}/tools/keys/development.pem)
set (RAVELIN_BOOT_KEY "$ENV{RAVELIN_BOOT_KEY}" CACHE FILEPATH "PEM file with the key whose images protected VMs boot")
set (RAVELIN_BOOT_GENERATION 1 CACHE STRING "The oldest generation of images that protected VMs boot: from 1 on")
option (RAVELIN_INSECURE_DEV_KEY "Let a release build trust the development key, which everybody has" OFF)

find_program (RAVELIN_OPENSSL openssl REQUIRED)

# The public point of the key in FILE, uncompressed, as hexadecimal digits; and whether the file has the private half.
function (ravelin_read_point file result can_sign)
    # What a P-256 public key begins with in DER, before the point.  [RFC 5480, 2]
    set (prefix 3059301306072a8648ce3d020106082a8648ce3d03010703420004)
    set (der ${CMAKE_CURRENT_BINARY_DIR}/boot_key.der)
    execute_process (COMMAND ${RAVELIN_OPENSSL} pkey -in ${file} -pubin -pubout -outform DER -out ${der}
        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    set (${can_sign} OFF PARENT_SCOPE)
    if (failed)
        set (${can_sign} ON PARENT_SCOPE)
        execute_process (COMMAND ${RAVELIN_OPENSSL} pkey -in ${file} -pubout -outform DER -out ${der}
            RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE why)
    endif ()
    if (failed)
        message (FATAL_ERROR "RAVELIN_BOOT_KEY: ${file} is not a PEM file with a key: ${why}")
    endif ()
    file (READ ${der} hex HEX)
    if (NOT hex MATCHES "^${prefix}(................................................................................................................................)$")
        message (FATAL_ERROR "RAVELIN_BOOT_KEY: the key in ${file} is not one for P-256: make one with openssl ecparam -name prime256v1 -genkey")
    endif ()
    set (${result} "04${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction ()

if (NOT RAVELIN_BOOT_GENERATION MATCHES "^[1-9][0-9]*$")
    message (FATAL_ERROR "RAVELIN_BOOT_GENERATION: ${RAVELIN_BOOT_GENERATION} is not a number from 1 on")
endif ()
if (RAVELIN_BOOT_KEY)
    get_filename_component (ravelin_boot_key_file ${RAVELIN_BOOT_KEY} ABSOLUTE BASE_DIR ${CMAKE_BINARY_DIR}/../..)
else ()
    set (ravelin_boot_key_file ${ravelin_development_key})
endif ()
set_property (DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ravelin_boot_key_file} ${ravelin_development_key})

ravelin_read_point (${ravelin_boot_key_file} ravelin_point ravelin_key_can_sign)
ravelin_read_point (${ravelin_development_key} ravelin_development_point ravelin_anybody_can_sign)
if (ravelin_point STREQUAL ravelin_development_point)
    if (CMAKE_BUILD_TYPE STREQUAL Release AND NOT RAVELIN_INSECURE_DEV_KEY)
        message (FATAL_ERROR "A release build needs a key of yours: -DRAVELIN_BOOT_KEY=FILE (tools/keys/README.md says how to make one), or -DRAVELIN_INSECURE_DEV_KEY=ON to trust what anybody can sign")
    endif ()
    set (ravelin_key_name "the DEVELOPMENT key, which everybody has,")
else ()
    # The first bytes of what a manifest names a key by.
    string (REGEX REPLACE "(..)" "\\\\x\\1" escaped ${ravelin_point})
    execute_process (COMMAND printf ${escaped} OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/boot_key.point)
    file (SHA256 ${CMAKE_CURRENT_BINARY_DIR}/boot_key.point ravelin_key_hash)
    string (SUBSTRING ${ravelin_key_hash} 0 16 ravelin_key_hash)
    set (ravelin_key_name "key ${ravelin_key_hash}")
endif ()

string (REGEX REPLACE "(..)" "0x\\1, " ravelin_point_bytes ${ravelin_point})
set (ravelin_generated ${PROJECT_BINARY_DIR}/generated)
configure_file (${PROJECT_SOURCE_DIR}/hyp/firmware/boot_key.hpp.in ${ravelin_generated}/hyp/firmware/boot_key.hpp @ONLY)
