// SPDX-License-Identifier: BSD-2-Clause

// V0-V31 to and from a hal::FpState in x0. Nothing else in EL2 knows of these registers after boot.

        .arch   armv8-a+simd
        .macro  each_pair operation
        .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
        \operation \n
        .endr
        .endm

        .altmacro
        .macro  store_pair n
        store_two \n, %(\n + 1)
        .endm
        .macro  store_two n, m
        stp     q\n, q\m, [x0, #16 * \n]
        .endm
        .macro  load_pair n
        load_two \n, %(\n + 1)
        .endm
        .macro  load_two n, m
        ldp     q\n, q\m, [x0, #16 * \n]
        .endm

        .text
        .globl  ravelin_save_fp
ravelin_save_fp:
        each_pair store_pair
        ret

        .globl  ravelin_load_fp
ravelin_load_fp:
        each_pair load_pair
        ret
