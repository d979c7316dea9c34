# SPDX-License-Identifier: GPL-3.0-or-later
"""The property of sync: replicas with a random stream of operations and faults end equal to each other and to the server, with
every queue empty, and nothing that was written lost or doubled. One run follows from its seed, which is printed when it fails;
`--runs 1 --seed N --keep` plays it again and leaves its folder; `--plan` shows its operations and faults."""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

from property_model import Model
from property_run import Run, Template, jipctl
from property_plan import Plan


def one_run(options, seed):
    folder = tempfile.mkdtemp(prefix='jip-property-')
    template = Template(folder) if not options.template else load(options.template)
    run = None
    result = {'seed': seed, 'problems': [], 'divergences': 0, 'stuck': 0, 'lost': 0, 'doubled': 0}
    began = time.monotonic()
    try:
        run = Run(template, seed, options.operations, folder if options.template else None)
        run.play()
        stuck = run.heal()
        differ = run.missing_files() + run.converge() if not stuck else []
        run.end()
        found = Model(run).check()
        if 'unbroken' not in jipctl('audit', 'verify', data=run.server.data):
            found.wrong.append('the audit is broken')
        result.update(stuck=len(stuck), divergences=len(differ), lost=len(found.lost), doubled=len(found.doubled), checked=found.checked)
        result['problems'] = [f'stuck: replica {number} {state}' for number, state in stuck] + differ \
            + ['lost: ' + text for text in found.lost] + ['doubled: ' + text for text in found.doubled] + found.wrong
    except Exception:
        result['problems'].append(traceback.format_exc() + (run.log_tail() if run else ''))
    finally:
        if run:
            result['problems'] += run.crashes
            result.update(crashes=len(run.crashes), operations=len(run.operations), replicas=len(run.replicas), drained=round(run.drained, 2),
                          requests=sum(sum(lane.counters.values()) for lane in run.proxy.lanes), faults=dict(run.faults + run.proxy.tally))
            run.close(options.keep)
            if options.keep:
                print(f'# {run.folder}', file=sys.stderr)
    result['seconds'] = round(time.monotonic() - began, 1)
    return result


def load(path):
    template = Template.__new__(Template)
    template.data = os.path.join(path, 'server')
    with open(os.path.join(path, 'template.json'), encoding='utf-8') as file:
        template.__dict__.update(json.load(file))
    return template


def child(options, template, seed):
    """Each run in a process of its own: environment and threads are apart."""
    command = [sys.executable, os.path.abspath(__file__), '--one', '--seed', str(seed), '--operations', str(options.operations), '--template', template]
    run = subprocess.run(command + (['--keep'] if options.keep else []), capture_output=True, text=True, timeout=600)
    try:
        return json.loads(run.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        return {'seed': seed, 'problems': [f'ended with {run.returncode}: {run.stdout[-1000:]}{run.stderr[-3000:]}']}


def summary(results, seed):
    faults = collections.Counter()
    for result in results:
        faults.update(result.get('faults', {}))

    def total(name):
        return sum(result.get(name, 0) for result in results)
    drained = sorted(result.get('drained', 0) for result in results) or [0]
    return {'runs': len(results), 'first_seed': seed, 'operations': total('operations'), 'checked': total('checked'), 'replicas': total('replicas'),
            'requests': total('requests'), 'faults': dict(sorted(faults.items())), 'faults_total': sum(faults.values()),
            'divergences': total('divergences'), 'stuck': total('stuck'), 'lost': total('lost'), 'doubled': total('doubled'),
            'client_crashes': total('crashes'),
            'longest_drain_s': drained[-1], 'median_drain_s': drained[len(drained) // 2],
            'failed_seeds': [result['seed'] for result in results if result['problems']]}


def campaign(options):
    folder = tempfile.mkdtemp(prefix='jip-property-template-')
    results = []
    try:
        template = Template(folder)
        with open(os.path.join(folder, 'template.json'), 'w', encoding='utf-8') as file:
            json.dump({'uri': template.uri, 'sessions': template.sessions, 'event': template.event, 'entries': template.entries}, file)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            runs = [pool.submit(child, options, folder, options.seed + number) for number in range(options.runs)]
            for future in concurrent.futures.as_completed(runs):
                result = future.result()
                results.append(result)
                for problem in result['problems']:
                    for line in problem.splitlines():
                        print(f'# seed {result["seed"]}: {line[:1500]}', file=sys.stderr if options.json else sys.stdout, flush=True)
                if options.verbose:
                    print('# ' + json.dumps(result)[:1000], file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return summary(results, options.seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--runs', type=int, default=200)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 31), help='of the first run; the next ones count on')
    parser.add_argument('--operations', type=int, default=120, help='in each run')
    parser.add_argument('--jobs', type=int, default=3, help='runs beside each other')
    parser.add_argument('--keep', action='store_true', help='leave the folders')
    parser.add_argument('--plan', action='store_true', help='only print what would happen')
    parser.add_argument('--json', action='store_true', help='print the result and nothing else')
    parser.add_argument('--verbose', action='store_true', help='a line for each run')
    parser.add_argument('--one', action='store_true', help=argparse.SUPPRESS)
    parser.add_argument('--template', help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plan:
        for action in Plan(options.seed, options.operations).actions:
            print(json.dumps(action, ensure_ascii=False))
        return 0
    if options.one:
        print(json.dumps(one_run(options, options.seed)))
        return 0
    if not options.json:
        print(f'1..1\n# seed {options.seed}', flush=True)
    result = campaign(options)
    failed = result['failed_seeds'] or result['runs'] != options.runs or not result['checked']
    text = json.dumps(result)
    print(text if options.json else f'# {text}\n{"not ok" if failed else "ok"} 1 property', flush=True)
    return 1 if failed else 0


sys.exit(main())
