# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's command lines for what the system tests boot, good and bad."""

import os
import select
import shlex
import struct
import subprocess
import time
from pathlib import Path

ICOUNT = ['-icount', 'shift=0,sleep=off']

# The first process of a guest.
GUEST_INIT = Path(__file__).resolve().parents[1] / 'guest-init'

# Where QEMU loads an Image on virt.
LOAD_ADDRESS = 0x40200000

# Where the bad inputs are put on virt, whose RAM starts at 0x40000000 and is 1 GiB.
IMAGE = 0x44000000
TREE = 0x50000000
ABSENT = 0x700000000


def arm64_cache() -> Path:
    base = os.environ.get('RAVELIN_CACHE')
    if not base:
        base = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'ravelin'
    return Path(base) / 'arm64'


def wait_readable(stream, deadline: float) -> None:
    select.select([stream], [], [], max(0.0, min(0.5, deadline - time.monotonic())))


def trampoline(x0: int, target: int) -> bytes:
    """An arm64 Image that goes to TARGET with X0 set, in the state in which it was entered."""
    def load(register: int, value: int) -> list[int]:
        first = 0xD2800000 | (value & 0xFFFF) << 5 | register  # MOVZ
        rest = [0xF2800000 | half << 21 | (value >> 16 * half & 0xFFFF) << 5 | register for half in (1, 2, 3)]  # MOVK
        return [first, *rest]

    code = [*load(0, x0), *load(9, target), 0xD61F0120]  # BR X9
    header = struct.pack('<IIQQQQQQ4sI', 0x14000010, 0, 0, 0x10000, 0xA, 0, 0, 0, b'ARM\x64', 0)
    return header + struct.pack(f'<{len(code)}I', *code)


class Machine:
    """Makes images and command lines for one board."""

    def __init__(self, board: str, cpus: int, ravelin: Path, directory: Path, cache: Path, tools: Path,
                 key: Path) -> None:
        self.board, self.cpus, self.ravelin, self.key = board, cpus, ravelin, key
        self.directory, self.cache, self.tools = directory, cache, tools

    def qemu(self, *, tree: bool = True) -> list[str]:
        command = ['qemu-system-aarch64', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot']
        if self.board == 'virt':
            return command + ['-M', 'virt,virtualization=on,gic-version=2', '-cpu', 'cortex-a72',
                              '-smp', str(self.cpus), '-m', '1G', '-nic', 'none']
        command += ['-M', 'raspi4b', '-accel', 'tcg,thread=single']
        if tree:
            file = self.directory / 'raspi4b.dtb'
            self.tool('lib/make-pi-tree', '--smp', self.cpus, '--output', file)
            command += ['-dtb', str(file)]
        return command

    def tool(self, name: str, *arguments) -> None:
        subprocess.run([self.tools / name, *map(str, arguments)], check=True)

    def joined(self, kernel: Path) -> Path:
        image = self.directory / 'ravelin.img'
        self.tool('make-image', '--ravelin', self.ravelin, '--kernel', kernel, '--output', image)
        return image

    def alone(self, program: Path, _end: str) -> list[str]:
        """virt with nothing of ours below the program, which starts at EL1."""
        command = self.qemu()
        command[command.index('-M') + 1] = 'virt,gic-version=2'
        return command + ['-kernel', str(program)]

    def program(self, program: Path, _end: str) -> list[str]:
        return self.qemu() + ['-kernel', str(self.joined(program))]

    def signed_debian(self) -> Path:
        """Debian's kernel with a shell, signed for protected VMs."""
        initramfs, file = self.directory / 'guest.gz', self.directory / 'guest.signed'
        self.tool('lib/make-initramfs', '--busybox', self.cache / 'bin/busybox', '--init', GUEST_INIT, '--output', initramfs)
        subprocess.run([self.ravelin.parent / 'tools/sign/ravelin-sign', '--kernel', self.cache / 'Image',
                        '--initramfs', initramfs, '--command-line', 'console=ttyAMA0 panic=-1', '--key', self.key,
                        '--output', file], check=True)
        return file

    def linux(self, program: Path, _end: str) -> list[str]:
        """A bare-metal host that boots Debian in a protected VM."""
        return self.program(program, '') + ['-initrd', str(self.signed_debian())]

    def debian(self, init: Path, end: str) -> list[str]:
        initrd = self.directory / 'initramfs.gz'
        modules = []
        if self.board == 'raspi4b':
            watchdog = next((self.cache / 'lib/modules').glob('*/kernel/drivers/watchdog/bcm2835_wdt.ko*'))
            modules = ['--add', f'lib/bcm2835_wdt.ko={watchdog}']
        self.tool('lib/make-initramfs', '--busybox', self.cache / 'bin/busybox', '--init', init, *modules,
                  '--output', initrd)
        words = f'console=ttyAMA0 panic=-1 ravelin.cpus={self.cpus} ravelin.end={end}'
        return self.qemu() + ['-kernel', str(self.joined(self.cache / 'Image')), '-initrd', str(initrd),
                              '-append', words]

    def tree(self, *edits: tuple[str, ...]) -> Path:
        """virt's own device tree, edited with fdtput."""
        file = self.directory / 'virt.dtb'
        dump = self.qemu()
        dump[dump.index('-M') + 1] += f',dumpdtb={file}'
        subprocess.run(dump, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for edit in edits:
            options = edit[:edit.index('/')]
            subprocess.run(['fdtput', *options, str(file), *edit[len(options) + 1:]], check=True)
        return file

    def through_trampoline(self, x0: int, image: int, tree: Path | None = None, file: Path | None = None) -> list[str]:
        """Enters Ravelin at an address, with an X0, that QEMU's loader wouldn't choose."""
        stub = self.directory / 'trampoline.img'
        stub.write_bytes(trampoline(x0, image))
        ravelin = file or self.joined(self.cache / 'Image')
        command = self.qemu() + ['-kernel', str(stub)]
        command += ['-device', f'loader,file={ravelin},addr={image:#x},force-raw=on']
        if tree:
            command += ['-device', f'loader,file={tree},addr={TREE:#x},force-raw=on']
        return command


def said(text: str) -> str:
    return rf'Ravelin: [^\n]*{text}[^\n]*; stopped'


def no_tree(machine: Machine) -> tuple[list[str], str]:
    return machine.through_trampoline(0, IMAGE), said('no device tree: X0 is 0x0')


def atags(machine: Machine) -> tuple[list[str], str]:
    """Without -dtb, QEMU's Pi hands over the list of tags that came before device trees."""
    machine.board = 'raspi4b'
    return machine.qemu(tree=False) + ['-kernel', str(machine.joined(machine.cache / 'Image'))], \
        said('no device tree: its header is malformed at 0x100')


def garbage_tree(machine: Machine) -> tuple[list[str], str]:
    garbage = machine.directory / 'garbage'
    garbage.write_bytes(bytes((i * 167 + 13) & 0xFF for i in range(4096)))
    return machine.through_trampoline(TREE, IMAGE, garbage), said('its header is malformed at 0x50000000')


def damaged_tree(machine: Machine) -> tuple[list[str], str]:
    tree = machine.tree()
    data = bytearray(tree.read_bytes())
    structure = struct.unpack_from('>I', data, 8)[0]
    data[structure + 64:structure + 128] = b'\xff' * 64
    tree.write_bytes(data)
    return machine.through_trampoline(TREE, IMAGE, tree), said('the device tree is malformed at 0x50000000')


def absent_tree(machine: Machine) -> tuple[list[str], str]:
    return machine.through_trampoline(ABSENT, IMAGE), \
        r'Ravelin: panic: an exception that EL2 took itself.*FAR_EL2 0x700000000.*Ravelin: stopped'


def edited_tree(expected: str, *edits: tuple[str, ...]):
    def make(machine: Machine) -> tuple[list[str], str]:
        return machine.through_trampoline(TREE, IMAGE, machine.tree(*edits)), said(expected)
    return make


def no_kernel(machine: Machine) -> tuple[list[str], str]:
    return machine.qemu() + ['-kernel', str(machine.ravelin)], said('the image holds no host kernel')


def truncated_kernel(machine: Machine) -> tuple[list[str], str]:
    image = machine.joined(machine.cache / 'Image')
    os.truncate(image, 4 << 20)
    return machine.qemu() + ['-kernel', str(image)], said('the host kernel is truncated or no arm64 Image')


def misaligned(machine: Machine) -> tuple[list[str], str]:
    return machine.through_trampoline(TREE, IMAGE + 0x1000, machine.tree()), \
        said(f'not loaded at a multiple of 2 MiB, but at {IMAGE + 0x1000:#x}')


def entered_at_el1(machine: Machine) -> tuple[list[str], str]:
    return machine.alone(machine.joined(machine.cache / 'Image'), ''), said('entered at EL1, but it needs EL2')


def stack_overflow(machine: Machine) -> tuple[list[str], str]:
    """A debugger puts the first CPU's stack pointer into the page below its stack, then shows the console."""
    console = machine.directory / 'serial'
    qemu = machine.qemu() + ['-kernel', str(machine.joined(machine.cache / 'Image')), '-S', '-gdb', 'stdio']
    qemu[qemu.index('-serial') + 1] = f'file:{console}'
    steps = ['set confirm off', f'target remote | exec timeout 120 {shlex.join(qemu)}',
             "tbreak *'ravelin::answer_psci'", 'continue', 'tbreak halt',
             'printf "guard %#lx\\n", (long) &ravelin_stacks', 'set $sp = (long) &ravelin_stacks + 0x800',
             # Whoever reads the console's end stops the debugger at once: QEMU, which that doesn't stop, ends before.
             'continue', 'kill', f'shell cat {shlex.quote(str(console))}']
    elf = machine.ravelin.with_suffix('.elf')
    command = ['gdb-multiarch', '-nx', '-batch', '-ex', f'add-symbol-file {elf} -o {LOAD_ADDRESS:#x}']
    return command + [word for step in steps for word in ('-ex', step)], \
        r'guard 0x(\w+)000\n.*panic: an exception that EL2 took itself.*FAR_EL2 0x\1\w{3}\r?\n.*Ravelin: stopped'


# "/" stands where fdtput wants the file.
REFUSALS = {
    'stack-overflow': stack_overflow,
    'no-tree': no_tree,
    'atags': atags,
    'garbage-tree': garbage_tree,
    'damaged-tree': damaged_tree,
    'absent-tree': absent_tree,
    'no-memory': edited_tree('no memory', ('-r', '/', '/memory@40000000')),
    'no-gic': edited_tree('no GICv2 interrupt controller', ('-r', '/', '/intc@8000000')),
    'other-board': edited_tree('this board is not supported', ('-t', 's', '/', '/', 'compatible', 'acme,toaster')),
    'little-memory': edited_tree(
        'too little memory', ('-t', 'x', '/', '/memory@40000000', 'reg', '0', '40000000', '0', '5000000')),
    'initrd-on-ravelin': edited_tree(
        'the initramfs lies on top of the image, at 0x44100000',
        ('-t', 'x', '/', '/chosen', 'linux,initrd-start', '44100000'),
        ('-t', 'x', '/', '/chosen', 'linux,initrd-end', '44180000')),
    'no-kernel': no_kernel,
    'truncated-kernel': truncated_kernel,
    'misaligned': misaligned,
    'entered-at-el1': entered_at_el1,
}
