// SPDX-License-Identifier: BSD-2-Clause

// V0-V31 to and from a hal::FpState in x0. Nothing else in EL2 knows of these registers after boot.

        .arch   armv8-a+simd
        .macro  each_four operation
        .irp    four, v0.2d-v3.2d, v4.2d-v7.2d, v8.2d-v11.2d, v12.2d-v15.2d, \
                      v16.2d-v19.2d, v20.2d-v23.2d, v24.2d-v27.2d, v28.2d-v31.2d
        \operation {\four}, [x0], #64
        .endr
        .endm

        .text
        .globl  ravelin_save_fp
ravelin_save_fp:
        each_four st1
        ret

        .globl  ravelin_load_fp
ravelin_load_fp:
        each_four ld1
        ret
