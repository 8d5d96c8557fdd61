/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_TESTS_VMS_LAYOUT_H
#define RAVELIN_TESTS_VMS_LAYOUT_H

/* What a guest finds where: for guests and for the host that makes their machine. */

#define GUEST_RAM       0x40000000
#define GUEST_RAM_SIZE  0x1000000
#define GUEST_ARGUMENTS 0x40000000 /* a page: for each vCPU a word, and one of those that the first is to turn on */
#define GUEST_TREE      0x40010000 /* the device tree, from the host */
#define GUEST_FILE      0x40200000 /* of a protected VM: the signed file, with manifest and guest firmware */
#define GUEST_IMAGE     0x40400000 /* the kernel in it: the guest, with its first instruction */

/* The interrupt controller, if the machine has one. */
#define GUEST_GICD 0x08000000
#define GUEST_GICC 0x08010000

/* Devices: pages outside RAM. */
#define GUEST_CONSOLE 0x09000000 /* a byte stored is printed */
#define GUEST_FINISH  0x09001000 /* the number of checks that failed; the vCPU doesn't run again */
#define GUEST_ASK     0x09002000 /* a word stored asks the host something, a word loaded is its answer */
#define GUEST_SCRATCH 0x09003000 /* GUEST_SCRATCH_SIZE bytes that keep what is stored */
#define GUEST_BEGUN   0x09004000 /* a protected VM's first vCPU has turned on the others, and goes on as a guest */
#define GUEST_NOTHING 0x0c000000 /* not even a device */

#define GUEST_SCRATCH_SIZE 64

/* More RAM, of the guest that looks at memory: arrives in blocks, lies above 4 GiB, ends with 39 bits. */
#define GUEST_BLOCK_RAM      0x80000000
#define GUEST_BLOCK_RAM_SIZE 0x800000
#define GUEST_HIGH_RAM       0x140000000
#define GUEST_HIGH_RAM_SIZE  0x200000
#define GUEST_TOP_RAM        0x7fffe00000
#define GUEST_TOP_RAM_SIZE   0x200000

/* A page of RAM about which guest and host talk. */
#define GUEST_PAGE 0x40800000

/* A vCPU's word of GUEST_ARGUMENTS. */
#define GUEST_NUMBER      0xff  /* the vCPU's number */
#define GUEST_IS_PLAIN    0x100 /* the host and it see the same memory */
#define GUEST_VARIANT_BIT 16    /* from here on what is the guest's own affair */

#define GUEST_MAX_VCPUS  8
#define GUEST_TO_TURN_ON (8 * GUEST_MAX_VCPUS) /* offset of the last word: a bit for each */
#define GUEST_STACK_SIZE 8192

/* The registers that an exception of a guest's saves: X0-X30, and room to keep the stack aligned. */
#define GUEST_FRAME_SIZE 256

#endif
