# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo city on this machine: build, data, server, language model, desktop (or a tour). Called by tools/run."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import logins

TOP = Path(__file__).resolve().parent.parent
BUILD = TOP / '_build'
DEMO = TOP / '_demo'
SERVER_DATA = DEMO / 'server'
TOUR = DEMO / 'tour'
STOP_SECONDS = 10


class Stop(Exception):
    """Asked to end: Ctrl-C, a closed terminal, SIGTERM."""


class Failure(Exception):
    """One sentence for the user."""


def say(text):
    print(text, flush=True)


class Started:
    """The programs that were started; the last one ends first."""

    def __init__(self):
        self.programs = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for _name, process in reversed(self.programs):
            end(process)
        return False

    def start(self, name, command, log=None, **options):
        out = open(log, 'ab') if log else None
        # A session of its own: Ctrl-C reaches this program only, which then ends the others in order.
        process = subprocess.Popen([str(word) for word in command], cwd=TOP, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT if out else None, start_new_session=True, **options)
        if out:
            out.close()
        self.programs.append((name, process))
        return process


def end(process):
    """Asks the program's whole session to end, insists after a while."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        if process.poll() is not None and number == signal.SIGTERM:
            break
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
            break
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue


def stop_cb(_number, _frame):
    raise Stop


def free_port(wanted=0):
    """@wanted where that is free, else any that is."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', wanted))
        except OSError:
            return free_port()
        return probe.getsockname()[1]


def server_port():
    """The one of last time: a desktop remembers its server's address."""
    file = DEMO / 'port'
    port = free_port(int(file.read_text(encoding='ascii')) if file.exists() else 0)
    file.write_text(str(port), encoding='ascii')
    return port


def build():
    if not (BUILD / 'build.ninja').exists():
        say('Setting up the build in _build/ …')
        checked(['meson', 'setup', str(BUILD)], 'the build cannot be set up')
    started = time.monotonic()
    checked(['ninja', '-C', str(BUILD)], 'the build failed')
    if time.monotonic() - started > 2:
        say(f'Built in {time.monotonic() - started:.0f} s.')


def checked(command, problem):
    result = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, errors='replace', check=False)
    if result.returncode != 0:
        raise Failure(f'{problem}:\n{result.stdout[-4000:]}')
    return result.stdout


def make_city(options):
    """Into a folder that gets its name when the city is whole: an interrupted start begins again."""
    if (SERVER_DATA / 'logins.txt').exists():
        return
    say(f'Making a demo city of {options.staff} people and {options.ideas} ideas in _demo/ …')
    scratch = DEMO / 'server.new'
    for old in (scratch, SERVER_DATA, DEMO / 'desktop'):
        shutil.rmtree(old, ignore_errors=True)
    checked([str(BUILD / 'src/cli/jipctl'), 'demo', str(scratch), '--seed', str(options.seed), '--staff',
             str(options.staff), '--ideas', str(options.ideas)], 'the demo city cannot be made')
    scratch.rename(SERVER_DATA)


def copy_for_tour():
    """The tour changes things: each one begins with the city as it was made."""
    copy = DEMO / 'tour-server'
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(SERVER_DATA, copy)
    return copy


def start_model(started, options):
    """Returns the address it will have; it is fetched and loaded while everything else works already."""
    if options.no_model:
        return None
    port, status = free_port(), DEMO / 'model.json'
    status.unlink(missing_ok=True)
    command = ['/usr/bin/python3', TOP / 'tools/model-server', '--port', port, '--status', status]
    if os.environ.get('JIP_MODEL'):
        command += ['--model', Path(os.environ['JIP_MODEL']).resolve()]
    started.start('model', command, DEMO / 'model.log')
    say('The language model is being prepared in the background (1.1 GB at the first time); see _demo/model.log.')
    return f'http://127.0.0.1:{port}/v1'


def start_server(started, data, model_url):
    address, log = data / 'jiphyeond.url', DEMO / 'server.log'
    address.unlink(missing_ok=True)
    command = [BUILD / 'src/server/jiphyeond', '--data', data, '--listen', f'127.0.0.1:{server_port()}']
    if model_url:
        command += ['--llm-url', model_url]
    process = started.start('server', command, log, env={**os.environ, 'JIP_MODEL_STATUS': str(DEMO / 'model.json')})
    give_up = time.monotonic() + 30
    while not address.exists() or not address.read_text(encoding='utf-8').strip():
        if process.poll() is not None or time.monotonic() > give_up:
            raise Failure('the server did not start:\n' + log.read_text(encoding='utf-8', errors='replace')[-2000:])
        time.sleep(0.02)
    return address.read_text(encoding='utf-8').strip()


def wait_for(started, process, name):
    """Until the program ends by itself; a server that dies before it is told."""
    while process.poll() is None:
        for other, running in started.programs:
            if other == 'server' and running.poll() is not None:
                raise Failure('the server ended; see _demo/server.log')
        time.sleep(0.2)
    if process.returncode not in (0, -signal.SIGTERM):
        raise Failure(f'{name} ended with status {process.returncode}')


def open_desktop(started, url, who, secret):
    environment = {**os.environ, 'JIP_MODEL_STATUS': str(DEMO / 'model.json')}
    if not os.environ.get('LANG', '').startswith('ko'):
        environment['LANGUAGE'] = 'ko'
    process = started.start('desktop', [BUILD / 'src/app/jiphyeon', '--server', url, '--login', who.login,
                                        '--password-file', secret, '--data', DEMO / 'desktop'], env=environment)
    say('\nThe desktop is open. Close it, or press Ctrl-C here, to end everything.')
    wait_for(started, process, 'the desktop')


def walk_tour(started, url, options):
    say('\nNo display: walking the tour on a screen of its own (Xvfb). Pictures and papers land in _demo/tour/.')
    shutil.rmtree(TOUR, ignore_errors=True)
    TOUR.mkdir(parents=True)
    command = [TOP / 'tests/ui/run', '--size', '1440x900', '/usr/bin/python3', TOP / 'tools/tour.py', '--server', url,
               '--demo', DEMO, '--out', TOUR]
    if options.no_model:
        command.append('--no-model')
    process = started.start('tour', command)
    wait_for(started, process, 'the tour')
    say('\nThe tour made:')
    for path in sorted(TOUR.iterdir()):
        say(f'  _demo/tour/{path.name}')


def parse_arguments():
    parser = argparse.ArgumentParser(prog='tools/run', description='Builds everything and opens a demo city.',
                                     epilog='JIP_MODEL=FILE.gguf takes another language model.')
    parser.add_argument('--no-model', action='store_true', help='leave the language model out')
    parser.add_argument('--tour', action='store_true', help='walk the tour although there is a display')
    parser.add_argument('--seed', type=int, default=1, help='another city (only when _demo/ is made)')
    parser.add_argument('--staff', type=int, default=120, help='its people (120)')
    parser.add_argument('--ideas', type=int, default=375, help='its ideas (375)')
    return parser.parse_args()


def run(options):
    DEMO.mkdir(exist_ok=True)
    build()
    make_city(options)
    people = logins.read(SERVER_DATA / 'logins.txt')
    with Started() as started, tempfile.TemporaryDirectory() as folder:
        model_url = start_model(started, options)
        tour = options.tour or not (os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY'))
        url = start_server(started, copy_for_tour() if tour else SERVER_DATA, model_url)
        say(f'\nThe server answers at {url}\n\nSome of the people (all are in _demo/server/logins.txt):')
        for role, persons in people.items():
            for who in persons[:2]:
                say(f'  {who.login:10} {who.password}  {role} {who.name}')
        if tour:
            walk_tour(started, url, options)
        else:
            who = people['staff'][0]
            secret = Path(folder) / 'password'
            secret.touch(mode=0o600)
            secret.write_text(who.password, encoding='utf-8')
            open_desktop(started, url, who, secret)


def main():
    options = parse_arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_cb)
    try:
        run(options)
    except Failure as failure:
        print(f'tools/run: {failure}', file=sys.stderr)
        return 1
    except Stop:
        say('\nEnded.')
        return 130
    return 0


if __name__ == '__main__':
    sys.exit(main())
