/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RAVELIN_ABI_BOOT_H
#define RAVELIN_ABI_BOOT_H

/*
 * How a protected VM boots. tools/sign-image makes one file of a kernel, an initramfs and a command line, which any
 * VMM loads as it would load the kernel: to a multiple of 2 MiB. Ravelin places its guest firmware in that file's room,
 * and the first vCPU starts there. The firmware verifies the file, writes a device tree of its own, and enters the
 * kernel.
 *
 *     +0       struct ravelin_manifest
 *     +64 KiB  RAVELIN_IMAGE_TREE: room for the device tree that the kernel gets
 *     +1 MiB   RAVELIN_IMAGE_FIRMWARE: room for the firmware
 *     +2 MiB   RAVELIN_IMAGE_KERNEL: the kernel, and behind it zeros that it uses
 *     ...      the initramfs, at the next page
 *     ...      RAVELIN_IMAGE_END, at the next multiple of 16
 */

#define RAVELIN_IMAGE_TREE      0x10000
#define RAVELIN_IMAGE_TREE_SIZE 0x10000
#define RAVELIN_IMAGE_FIRMWARE  0x100000
#define RAVELIN_IMAGE_KERNEL    0x200000
#define RAVELIN_IMAGE_ALIGNMENT 0x200000

/* Pages that the firmware takes, and of them those that it brings; the rest is its working memory. */
#define RAVELIN_FIRMWARE_PAGES       32u
#define RAVELIN_FIRMWARE_IMAGE_PAGES 16u

/* The file's last 16 bytes: a file that has lost its end is told from one that was changed. */
#define RAVELIN_IMAGE_END "RavelinImageEnd"

/* "RAVELINM", in memory order. */
#define RAVELIN_MANIFEST_MAGIC  0x4d4e494c45564152u
#define RAVELIN_MANIFEST_FORMAT 1u

#define RAVELIN_HASH_SIZE         32u   /* of SHA-256 */
#define RAVELIN_SIGNATURE_SIZE    64u   /* of ECDSA with P-256: r and s, big-endian */
#define RAVELIN_COMMAND_LINE_SIZE 2048u /* with its final zero: no arm64 kernel takes more */

/* Where the firmware's first instruction is, behind the parameters. */
#define RAVELIN_FIRMWARE_ENTRY 0x200u

#ifndef __ASSEMBLER__

#include <stdint.h>

/* What is signed: numbers are little-endian. */
struct ravelin_manifest {
    uint8_t header[64];  /* of an arm64 Image, for who loads the file  [Linux, Documentation/arch/arm64/booting] */
    uint64_t magic;      /* RAVELIN_MANIFEST_MAGIC */
    uint32_t format;     /* RAVELIN_MANIFEST_FORMAT */
    uint32_t generation; /* of the image: a firmware doesn't start what is older than it was built to */
    uint8_t key[RAVELIN_HASH_SIZE]; /* hash of the public key that verifies: its point, uncompressed  [SEC 1, 2.3.3] */
    uint64_t kernel_size;           /* bytes, a multiple of a page; with the zeros */
    uint64_t initramfs_size;        /* bytes; 0: none */
    uint8_t kernel_hash[RAVELIN_HASH_SIZE];
    uint8_t initramfs_hash[RAVELIN_HASH_SIZE];
    char command_line[RAVELIN_COMMAND_LINE_SIZE];
    uint8_t zero[1792];
    uint8_t signature[RAVELIN_SIGNATURE_SIZE]; /* over all that comes before */
};

/* Some RAM of a VM. */
struct ravelin_ram {
    uint64_t start; /* IPA */
    uint64_t size;
};

/* What Ravelin tells its firmware, at the start of its pages, before the first instruction: all that the firmware knows
   of its VM without having to believe the host. */
struct ravelin_boot_parameters {
    uint64_t device_tree;   /* IPA, as the host said: neither it nor what is there has been looked at */
    uint64_t distributor;   /* IPA of the GIC's, or 0: there's no GIC */
    uint64_t cpu_interface; /* the same */
    uint32_t intids;        /* that the GIC has */
    uint32_t vcpus;         /* a bit for each that there is */
    uint32_t ipa_bits;
    uint32_t ram_ranges; /* of these: */
    struct ravelin_ram ram[8];
};

/* Why a firmware doesn't start what it was given: X1 of GUEST_REFUSE, X2 of EXIT_REFUSED. The first that applies. */
enum ravelin_refusal {
    RAVELIN_REFUSED_PLACE     = 1,  /* the file doesn't begin at a multiple of 2 MiB */
    RAVELIN_REFUSED_UNSIGNED  = 2,  /* there's no manifest where the file begins */
    RAVELIN_REFUSED_KEY       = 3,  /* another key has signed it */
    RAVELIN_REFUSED_MANIFEST  = 4,  /* the signature isn't the manifest's, or the manifest contradicts itself */
    RAVELIN_REFUSED_OLD       = 5,  /* its generation is below what this firmware starts */
    RAVELIN_REFUSED_NO_ROOM   = 6,  /* the file isn't all in one range of RAM, or the new device tree finds no room */
    RAVELIN_REFUSED_TRUNCATED = 7,  /* the file's end isn't where it should be */
    RAVELIN_REFUSED_KERNEL    = 8,  /* its hash isn't the manifest's */
    RAVELIN_REFUSED_INITRAMFS = 9,  /* its hash isn't the manifest's */
    RAVELIN_REFUSED_OVERLAP   = 10, /* the host's device tree lies on the file */
    RAVELIN_REFUSED_TREE      = 11, /* it's malformed, or isn't in RAM, or contradicts what the VM is */
    RAVELIN_REFUSED_FAULT     = 12  /* the firmware took an exception: a mistake of its own */
};

/* The same for people, who read "this VM doesn't start: " before it: X (status, text) of each. The firmware says it on
   the UART that the host's tree has first, if there's a sound tree. */
#define RAVELIN_REFUSAL_TEXTS(X)                                                                                       \
    X (RAVELIN_REFUSED_PLACE, "the signed file isn't at a multiple of 2 MiB")                                          \
    X (RAVELIN_REFUSED_UNSIGNED, "what it boots isn't signed")                                                         \
    X (RAVELIN_REFUSED_KEY, "it's signed with a key that Ravelin doesn't trust")                                       \
    X (RAVELIN_REFUSED_MANIFEST, "the signature is wrong")                                                             \
    X (RAVELIN_REFUSED_OLD, "it's older than what Ravelin accepts")                                                    \
    X (RAVELIN_REFUSED_NO_ROOM, "it has too little memory")                                                            \
    X (RAVELIN_REFUSED_TRUNCATED, "the signed file has lost its end")                                                  \
    X (RAVELIN_REFUSED_KERNEL, "its kernel isn't what was signed")                                                     \
    X (RAVELIN_REFUSED_INITRAMFS, "its initramfs isn't what was signed")                                               \
    X (RAVELIN_REFUSED_OVERLAP, "its device tree lies on the signed file")                                             \
    X (RAVELIN_REFUSED_TREE, "its device tree is malformed, or tells what isn't so")                                   \
    X (RAVELIN_REFUSED_FAULT, "its firmware has failed")

#endif

#endif
