# SPDX-License-Identifier: BSD-2-Clause
"""Measurements that rows of several groups are made of: rates in process, fuzzers, coverage."""

import json
import tempfile

from measure.command import BUILD, run
from measure.row import Result


def benchmark_rate(name: str) -> Result:
    """Items a second of a benchmark, released."""
    run('tools/lib/build', '--insecure-dev-key', 'release', 'ravelin_bench')
    text = run('build/release/bench/ravelin_bench', f'--benchmark_filter={name}', '--benchmark_repetitions=3',
               '--benchmark_format=json', quiet=True)
    runs = json.loads(text[text.index('{\n'):])['benchmarks']
    rates = {found['aggregate_name']: found['items_per_second'] for found in runs if 'aggregate_name' in found}
    return Result(round(rates['median']), 'median of three', detail={'rates': rates})


def fuzz_rate(target: str, unit: str) -> Result:
    """What a fuzzer makes of its inputs a second, from its seeds on, with AddressSanitizer."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='corpus-', dir=BUILD) as corpus:
        run('tools/fuzz', target, '--seconds', 30, '--seed', 1, '--corpus', corpus)
    report = json.loads((BUILD / f'reports/fuzz/{target}.json').read_text())
    return Result(round(report[f'{unit}_per_second']), f'{report["inputs_per_second"]:,.0f} inputs/s', detail=report)


def core_coverage(kind: str) -> Result:
    """Percent of the portable core's lines, or branches, that tools/coverage sees reached."""
    run('tools/coverage', timeout=1800)
    report = json.loads((BUILD / 'reports/coverage/coverage.json').read_text())
    core = report['core']
    return Result(core[f'{kind}_percent'], f'{core[f"{kind}_covered"]:,} of {core[f"{kind}_total"]:,}', detail=report)
