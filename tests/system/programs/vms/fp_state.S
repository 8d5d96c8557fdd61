// SPDX-License-Identifier: BSD-2-Clause

// FpState: 32 registers of 16 bytes, then FPCR and FPSR.

        .arch_extension fp
        .arch_extension simd

        .macro  each operation
        \operation q0, q1, [x0]
        \operation q2, q3, [x0, #32]
        \operation q4, q5, [x0, #64]
        \operation q6, q7, [x0, #96]
        \operation q8, q9, [x0, #128]
        \operation q10, q11, [x0, #160]
        \operation q12, q13, [x0, #192]
        \operation q14, q15, [x0, #224]
        \operation q16, q17, [x0, #256]
        \operation q18, q19, [x0, #288]
        \operation q20, q21, [x0, #320]
        \operation q22, q23, [x0, #352]
        \operation q24, q25, [x0, #384]
        \operation q26, q27, [x0, #416]
        \operation q28, q29, [x0, #448]
        \operation q30, q31, [x0, #480]
        .endm

// fp_load (const FpState *)
        .text
        .globl  fp_load
fp_load:
        each    ldp
        ldr     x1, [x0, #512]
        ldr     x2, [x0, #520]
        msr     fpcr, x1
        msr     fpsr, x2
        ret

// fp_save (FpState *)
        .globl  fp_save
fp_save:
        each    stp
        mrs     x1, fpcr
        mrs     x2, fpsr
        str     x1, [x0, #512]
        str     x2, [x0, #520]
        ret
