# SPDX-License-Identifier: BSD-2-Clause
"""A copy of the sources that patches are applied to, each in its turn, so that only what one changes is built."""

import fcntl
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ('CMakeLists.txt', 'CMakePresets.json', 'bench', 'fuzz', 'hyp', 'sim', 'tests', 'tools')
LINES_SHOWN = 30


class Failure(Exception):
    pass


def sources() -> list[Path]:
    """All files of the tree that something is built or run of, in their order."""
    tops = [ROOT / top for top in SOURCES]
    return sorted(file for top in tops for file in ([top] if top.is_file() else top.rglob('*')) if file.is_file())


def run(command: list, what: str) -> str:
    """What a command prints; throws a Failure that says @p what if it fails."""
    done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print('\n'.join(done.stdout.decode(errors='replace').splitlines()[-LINES_SHOWN:]))
        raise Failure(what)
    return done.stdout.decode(errors='replace')


class Copy:
    """Sources of our own, and what is built of them."""

    def __init__(self, directory: Path, settings: list[str], preset: str = 'dev') -> None:
        """@p settings are for CMake, beside those of @p preset. Who else wants the copy waits until this one is gone."""
        self.sources, self.settings, self.preset = directory / 'source', settings, preset
        # Where its build lies to the sources is as in the tree: for ccache that's the same command.
        self.build = self.sources / 'build' / preset
        directory.mkdir(parents=True, exist_ok=True)
        self.lock = (directory / 'lock').open('w')
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def refresh(self) -> None:
        """Makes the sources what they are in the tree; touches only what isn't so."""
        wanted = {file.relative_to(ROOT) for file in sources()}
        for top in SOURCES:
            for file in (self.sources / top).rglob('*'):
                if file.is_file() and file.relative_to(self.sources) not in wanted:
                    file.unlink()
        for name in wanted:
            source, copy = ROOT / name, self.sources / name
            if not copy.is_file() or copy.read_bytes() != source.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)

    def apply(self, patch: Path) -> None:
        said = run(['patch', '--batch', '--forward', '--fuzz=0', '--no-backup-if-mismatch', '-r', '-', '-p1',
                    '-d', self.sources, '-i', patch], f'{patch.name} does not apply')
        if 'patching file' not in said:
            raise Failure(f'{patch.name} changes nothing')

    def make(self, *targets: str) -> None:
        if not (self.build / 'build.ninja').is_file():
            run(['cmake', '--preset', self.preset, '-S', self.sources, '-B', self.build, '-D', 'RAVELIN_LTO=OFF',
                 *(f'-D{setting}' for setting in self.settings)], 'the copy cannot be configured')
        run(['cmake', '--build', self.build, '--target', *targets], 'what the patch leaves does not build')
