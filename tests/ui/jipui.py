# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a GTK 4 window as a person would: finds widgets by role and name through AT-SPI, acts on them, waits for states.

    with jipui.Program(['_build/src/app/jiphyeon', …]) as app:
        app.find('text', tr('Your idea')).set_text('출장비 정산 도우미')
        app.find('button', tr('Send')).click()
        app.find_row('출장비 정산').click()
        app.picture('sent.png')

Run it under tests/ui/run. But for buttons nothing waits for a time: each wait is for a state, and fails with what was on screen.
"""

import collections
import gettext
import itertools
import os
import re
import signal
import subprocess
import tempfile
import time

import atspi
from gi.repository import GLib

BUILD = atspi.BUILD

WAIT = float(os.environ.get('JIPUI_WAIT', '30'))
POLL = 0.03
# GTK does what a button is for this long after it was activated; who goes on at once does the next thing before it.
BUTTON_STAYS_DOWN = 0.26

ROLES = {'button': 'push button', 'toggle': 'push button', 'entry': 'text', 'switch': 'check box', 'row': 'list item',
         'check': 'check box', 'window': 'frame', 'tab': 'page tab', 'radio': 'radio button'}
# What GTK 4.8 gives as a name to a list that has none.
TYPE_NAME = re.compile(r'^(Gtk|Gdk|Adw|Jip)[A-Z]\w+$')
ACTIONS = ('click', 'activate', 'toggle', 'press')

_CATALOGUE = gettext.translation('jiphyeon', BUILD / 'po', languages=os.environ.get('LANGUAGE', '').split(':'), fallback=True)


def tr(message, plural=None, count=None):
    """@message of the sources as the program under test shows it, without the underscore of a mnemonic."""
    text = _CATALOGUE.gettext(message) if plural is None else _CATALOGUE.ngettext(message, plural, count)
    return re.sub(r'_(?=\w)', '', text)


def tr_in(context, message):
    """The same, of a message with a context."""
    return _CATALOGUE.pgettext(context, message)


class Missing(AssertionError):
    """Something that was waited for did not come; the message holds the tree that was there instead."""


def wait_until(condition, what, timeout=WAIT, on_failure=None):
    """Calls @condition until it gives something true, which is returned. Half of the time the program is left alone: what is waited
    for is its work, which each look at it delays."""
    end = time.monotonic() + timeout
    while True:
        began = time.monotonic()
        result = condition()
        if result:
            return result
        now = time.monotonic()
        if now > end:
            seen = f'\n{on_failure()}' if on_failure else ''
            raise Missing(f'not within {timeout:g} s: {what}{seen}')
        time.sleep(max(POLL, now - began))


def matches(wanted, text):
    if wanted is None:
        return True
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return wanted == text


_BUS = None


def bus():
    global _BUS
    _BUS = _BUS or atspi.Bus()
    return _BUS


def ask_all(nodes, *calls):
    """For each node the answers to each of @calls, asked at once; None for what is gone or not there."""
    answers = bus().call_all([(node.accessible, call) for node in nodes for call in calls])
    return [answers[first:first + len(calls)] for first in range(0, len(answers), len(calls))]


def contents(nodes):
    """What entries, text views and labels hold; None of anything else."""
    counts = [count for [count] in ask_all(nodes, atspi.CHARACTER_COUNT)]
    texts = iter(bus().call_all([(node.accessible, atspi.get_text(count)) for node, count in zip(nodes, counts) if count is not None]))
    return [None if count is None else next(texts) for count in counts]


class Seen(collections.namedtuple('Seen', 'node depth role name states box')):
    """A node as one look at the window found it. @box: (x, y, width, height) inside the window, None for what is no widget."""

    def on_screen(self):
        return 'visible' in self.states and self.box is not None and self.box[2] > 0 and self.box[3] > 0


def look_at(roots):
    """Each of @roots (nodes) and all below that is shown, as Seen, parents first."""
    if not roots:
        return []
    return [Seen(Node(roots[0].program, (bus_name, path)), depth, atspi.role_name(role), name, atspi.state_names(states),
                 tuple(box) or None)
            for bus_name, path, depth, role, name, states, box in bus().survey([root.accessible for root in roots])]


class Node:
    """One accessible of the program. Cheap: it asks the program again each time."""

    def __init__(self, program, accessible):
        self.program = program
        self.accessible = accessible  # (name on the bus, path)

    def __repr__(self):
        return f'<{self.role} {self.name!r}>'

    def __eq__(self, other):
        return isinstance(other, Node) and self.accessible == other.accessible

    def __hash__(self):
        return hash(self.accessible)

    def _ask(self, call):
        return bus().call(self.accessible, call)

    @property
    def role(self):
        return atspi.role_name(self._ask(atspi.ROLE))

    @property
    def name(self):
        return self._ask(atspi.NAME) or ''

    @property
    def description(self):
        return self._ask(atspi.DESCRIPTION) or ''

    @property
    def content(self):
        """What an entry or a text view holds; None of anything else."""
        return contents([self])[0]

    @property
    def text(self):
        """What an entry or a text view holds; of anything else its name."""
        return self.content or self.name

    @property
    def value(self):
        return self._ask(atspi.CURRENT_VALUE)

    @property
    def states(self):
        return atspi.state_names(atspi.state_bits(self._ask(atspi.STATES)))

    def _nodes(self, children):
        return [Node(self.program, child) for child in children or () if child[1] != atspi.NOTHING]

    @property
    def children(self):
        return self._nodes(self._ask(atspi.CHILDREN))

    @property
    def parent(self):
        """None of the program itself."""
        found = self._ask(atspi.PARENT)
        return self._nodes([found])[0] if found and found[1] != atspi.NOTHING else None

    def has(self, *states):
        return set(states) <= self.states

    def extents(self):
        """(x, y, width, height) inside the window."""
        return self._ask(atspi.EXTENTS) or (0, 0, 0, 0)

    def on_screen(self):
        _, _, width, height = self.extents()
        return width > 0 and height > 0 and 'visible' in self.states

    # -- finding

    def survey(self):
        """This node and all below it as they are now (Seen), parents first, what is not shown left out."""
        return look_at([self])

    def _matching(self, role, name, where):
        role = ROLES.get(role, role)
        return (seen.node for seen in self.survey()
                if (role is None or seen.role == role) and matches(name, seen.name) and seen.on_screen()
                and (where is None or where(seen.node)))

    def find_all(self, role=None, name=None, where=None):
        """All shown nodes of this role (see ROLES for short names) and name (a string, or a compiled pattern)."""
        return list(self._matching(role, name, where))

    def find(self, role=None, name=None, where=None, timeout=WAIT):
        """The first that fits, waited for."""
        return wait_until(lambda: next(self._matching(role, name, where), None),
                          f'{role or "any"} {name.pattern if isinstance(name, re.Pattern) else name!r}', timeout,
                          self.program.dump)

    wait_for = find

    def find_text(self, text, timeout=WAIT):
        """The first node whose name holds @text, else the first whose content does, waited for."""
        def look():
            all_seen = self.survey()
            named = next((seen.node for seen in all_seen if text in seen.name), None)
            return named or next((seen.node for seen, content in zip(all_seen, contents([seen.node for seen in all_seen]))
                                  if text in (content or '')), None)
        return wait_until(look, f'the text {text!r}', timeout, self.program.dump)

    def rows(self):
        """The list items, table rows and tree items that are shown, each with all names in it."""
        all_seen, found = self.survey(), []
        for number, seen in enumerate(all_seen):
            if seen.role in ('list item', 'table row', 'tree item'):
                below = itertools.takewhile(lambda other: other.depth > seen.depth, all_seen[number + 1:])
                found.append((seen.node, ' '.join([seen.name, *(other.name for other in below)])))
        return found

    def find_row(self, text, timeout=WAIT):
        """The list item, table row or tree item that shows @text (a string inside it, or a pattern)."""
        def holds(words):
            return text.search(words) if isinstance(text, re.Pattern) else text in words
        return wait_until(lambda: next((row for row, words in self.rows() if holds(words)), None), f'a row with {text!r}', timeout,
                          self.program.dump)

    def wait_gone(self, role=None, name=None, timeout=WAIT):
        wait_until(lambda: not self.find_all(role, name), f'{role} {name!r} goes away', timeout, self.program.dump)

    def wait_state(self, *states, timeout=WAIT):
        wait_until(lambda: self.has(*states), f'{self!r} becomes {", ".join(states)}', timeout, self.program.dump)
        return self

    def wait_without(self, state, timeout=WAIT):
        wait_until(lambda: state not in self.states, f'{self!r} is no longer {state}', timeout, self.program.dump)
        return self

    def wait_text(self, wanted, timeout=WAIT):
        """Until the text equals @wanted, or matches it (a pattern), or satisfies it (a function)."""
        def look():
            return wanted(self.text) if callable(wanted) else matches(wanted, self.text)
        wait_until(look, f'{self!r} shows {wanted!r}', timeout, lambda: f'it shows {self.text!r}')
        return self

    # -- acting

    def click(self):
        """Presses a button, opens a row: through the widget's own action where it has one, else with the mouse."""
        self.wait_state('sensitive')
        names = self._actions()
        for wanted in ACTIONS:
            if wanted in names:
                wait_until(lambda: self._do(names.index(wanted)) is not False, f'{self!r} can be pressed', WAIT, self.program.dump)
                time.sleep(BUTTON_STAYS_DOWN)
                return self
        return self.mouse_click()

    def _actions(self):
        return bus().call_all([(self.accessible, atspi.Call(atspi.ACTION, 'GetName', '(i)', (number,)))
                               for number in range(self._ask(atspi.N_ACTIONS) or 0)])

    def _do(self, number):
        """False where it is not taken: inside of what is insensitive GTK 4.8 calls a widget sensitive."""
        return self._ask(atspi.Call(atspi.ACTION, 'DoAction', '(i)', (number,)))

    def act(self, name):
        """One action of the widget by its name, such as `win.send` of a window."""
        names = self._actions()
        if name not in names:
            raise Missing(f'{self!r} has no action {name}: {", ".join(map(str, names))}')
        self._do(names.index(name))
        return self

    def mouse_click(self, times=1):
        window = self.window()
        self.program.focus_window(window)
        left, top = self.program.window_origin(window)
        x, y, width, height = wait_until(self._settled_extents, f'{self!r} stays in its place', WAIT, self.program.dump)
        # without --sync, which waits for seconds where the pointer is there already
        subprocess.run(['xdotool', 'mousemove', str(left + x + width // 2), str(top + y + height // 2),
                        'click', '--repeat', str(times), '--delay', '60', '1'], check=True)
        return self

    def _settled_extents(self):
        """Where it is, once that is so for a moment and not the place that something before it is about to give up."""
        before = self.extents()
        time.sleep(POLL)
        return before if before[2] > 0 and before == self.extents() else None

    def window(self):
        node = self
        while node.role not in ('frame', 'dialog', 'window', 'alert') and (parent := node.parent) is not None:
            node = parent
        return node

    def focus(self):
        self.program.focus_window(self.window())
        self._ask(atspi.GRAB_FOCUS)
        try:
            wait_until(lambda: 'focused' in self.states, 'focus', 1)
        except Missing:
            self.mouse_click()
            wait_until(lambda: 'focused' in self.states, f'{self!r} takes the keyboard', WAIT, self.program.dump)
        return self

    def set_text(self, text):
        """Replaces what an entry or a text view holds, as an input method would (any script)."""
        self.wait_state('sensitive')
        count = self._n_characters()
        if count:
            self._ask(atspi.Call(atspi.EDITABLE_TEXT, 'DeleteText', '(ii)', (0, count)))
        if text:
            self._insert(text, 0)
        return self.wait_text(text)

    def insert_text(self, text, position=None):
        """Puts text at @position (characters; the end by default)."""
        self.wait_state('sensitive')
        self._insert(text, self._n_characters() if position is None else position)
        return self

    def _n_characters(self):
        count = self._ask(atspi.CHARACTER_COUNT)
        if count is None:
            raise Missing(f'{self!r} holds no text')
        return count

    def _insert(self, text, position):
        self._ask(atspi.Call(atspi.EDITABLE_TEXT, 'InsertText', '(isi)', (position, text, len(text.encode('utf-8')))))

    def set_value(self, value):
        """Of a scale or a spin button."""
        bus().set_property(self.accessible, atspi.VALUE, 'CurrentValue', GLib.Variant('d', value))
        wait_until(lambda: self.value == value, f'{self!r} takes {value}', WAIT, lambda: f'it is {self.value}')
        return self

    def press(self, *keys):
        """Keys of the keyboard while this widget has it, as xdotool names them: 'Return', 'ctrl+Return', '7'."""
        self.focus()
        self.program.keys(*keys)
        return self


class Program(Node):
    """A program under test, started and ended here; also the root of its accessibles."""

    def __init__(self, command, env=None, timeout=WAIT, log=None):
        super().__init__(self, None)
        self.command = [str(word) for word in command]
        # not fatal: see complaints()
        self.environment = {**os.environ, 'G_DEBUG': '', **(env or {})}
        self.timeout = timeout
        self.log = log
        self.process = None
        self.pid = None  # of the program itself, also behind a wrapper
        self.output = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind is not None:
            print(f'-- output of {self.command[0]}\n{self.printed()[-4000:]}', flush=True)
        return False

    def start(self):
        self.output = open(self.log, 'w+b') if self.log else tempfile.TemporaryFile()
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True)
        self.accessible = wait_until(self._find_application, f'{self.command[0]} on the accessibility bus',
                                     self.timeout, self.printed)
        wait_until(self.windows, 'a window', self.timeout, self.printed)
        return self

    def _find_application(self):
        if self.process.poll() is not None:
            raise Missing(f'{self.command[0]} ended with {self.process.returncode}:\n{self.printed()}')
        for application in bus().applications():
            self.pid = bus().process_of(application)
            try:
                # Where the command is a wrapper, the program runs in the session that was made for it.
                if self.pid and os.getsid(self.pid) == self.process.pid:
                    return application
            except OSError:
                continue
        return None

    def printed(self):
        """What the program has printed so far."""
        self.output.flush()
        with open(f'/proc/self/fd/{self.output.fileno()}', 'rb') as again:
            return again.read().decode('utf-8', errors='replace')

    def stop(self, number=signal.SIGTERM, timeout=WAIT):
        """Ends the program and waits for it. Returns its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise Missing(f'{self.command[0]} did not end within {timeout:g} s of signal {number}') from None
        complaints = self.complaints()
        if complaints:
            raise AssertionError(f'{self.command[0]} complained:\n' + '\n'.join(complaints))
        return status

    def complaints(self):
        """Criticals that the program printed. One is GTK's own: its bridge asks a closing dialog for a path that is gone."""
        return [line for line in self.printed().splitlines() if '-CRITICAL **' in line and 'g_variant_is_object_path' not in line]

    def kill(self):
        """As a power cut would."""
        return self.stop(signal.SIGKILL)

    # -- windows, keyboard, pictures

    def windows(self):
        nodes = self.children
        return [node for node, [states] in zip(nodes, ask_all(nodes, atspi.STATES)) if 'visible' in atspi.state_names(atspi.state_bits(states))]

    def window_named(self, name, timeout=WAIT):
        return wait_until(lambda: next((node for node in self.windows() if matches(name, node.name)), None),
                          f'a window {name!r}', timeout, self.dump)

    def choose_file(self, title, button, path):
        """In GTK's own file chooser (GTK_USE_PORTAL=0), by typing the path; @title and @button untranslated."""
        dialog = self.window_named(tr(title))
        accept = wait_until(lambda: next(iter(dialog.find_all('button', re.compile(re.escape(tr(button)) + '$'))), None), button)
        self.focus_window(dialog)
        if button in ('_Add', '_Attach'):
            self.keys('ctrl+l')
        dialog.find('text', where=lambda node: 'editable' in node.states).set_text(str(path))
        accept.wait_state('sensitive').click()
        wait_until(lambda: dialog not in self.windows(), 'the dialog to close')

    def survey(self):
        """All below its windows."""
        if self.process.poll() is not None:
            raise Missing(f'{self.command[0]} has ended with {self.process.returncode}:\n{self.printed()[-2000:]}')
        return look_at(self.windows())

    def x_windows(self):
        """The X windows on screen. Asking here and not through AT-SPI leaves a window that closes alone: GTK 4.8's bridge crashes
        when it is asked for what is being destroyed."""
        return subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.pid)], capture_output=True,
                              text=True, check=False).stdout.split()

    def _x_window(self, window):
        """The X window that belongs to an accessible one: by its title among the program's, else its active one."""
        found = wait_until(self.x_windows, f'an X window of {self.command[0]}')
        for number in reversed(found):
            title = subprocess.run(['xdotool', 'getwindowname', number], capture_output=True, text=True, check=False)
            if title.stdout.rstrip('\n') == window.name:
                return number
        return found[-1]

    def window_origin(self, window):
        """Where on the screen the window's content starts. GTK counts without the border that it draws itself."""
        out = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', self._x_window(window)], capture_output=True,
                             text=True, check=True).stdout
        box = {key: int(value) for key, value in re.findall(r'^(\w+)=(-?\d+)$', out, re.MULTILINE)}
        _, _, width, height = window.extents()
        return box['X'] + max(0, box['WIDTH'] - width) // 2, box['Y'] + max(0, box['HEIGHT'] - height) // 2

    def focus_window(self, window):
        """Brings a window to the front, with the keyboard; a click would else land on whatever is before it."""
        number = self._x_window(window)

        def is_active():
            active = subprocess.run(['xdotool', 'getactivewindow'], capture_output=True, text=True, check=False)
            return active.stdout.strip() == number
        if not is_active():
            subprocess.run(['xdotool', 'windowactivate', '--sync', number], check=True)
            wait_until(is_active, f'{window!r} is the active window', WAIT, self.dump)

    def keys(self, *keys):
        """Presses keys for whatever has the keyboard."""
        subprocess.run(['xdotool', 'key', '--clearmodifiers', *keys], check=True)

    def front(self):
        """Before the windows of other programs."""
        self.focus_window(self.windows()[-1])
        return self

    def picture(self, path):
        """The screen as PNG, once two pictures in a row are the same (or after a second of change)."""
        return self._picture(path, [])

    def picture_of_window(self, path):
        """The same, of the first window and what stands before it."""
        left, top = self.window_origin(self.windows()[0])
        _, _, width, height = self.windows()[0].extents()
        return self._picture(path, ['-crop', f'{width}x{height}+{left}+{top}', '+repage'])

    @staticmethod
    def _picture(path, options):
        previous, end = None, time.monotonic() + 1
        while True:
            # Without dates in it: the same screen gives the same bytes.
            shot = subprocess.run(['import', '-window', 'root', *options, '-strip', '+set', 'date:create', '+set',
                                   'date:modify', 'png:-'], capture_output=True, check=True).stdout
            if shot == previous or time.monotonic() > end:
                break
            previous = shot
        with open(path, 'wb') as out:
            out.write(shot)
        return path

    def dump(self, limit=400):
        """The tree that is shown, for a failure's message."""
        all_seen = look_at(self.windows())[:limit]
        texts = contents([seen.node for seen in all_seen])
        return '\n'.join(f'{"  " * seen.depth}{seen.role} {seen.name!r}{" = " + repr(text) if text and seen.role == "text" else ""}'
                         f'{"" if "sensitive" in seen.states else " (insensitive)"}' for seen, text in zip(all_seen, texts))


# Latin letters that stand in Korean text as they are.
KOREAN_USES = ('AI', 'SNS', 'HWPX', 'PDF', 'ODT', 'CSV', 'ID', 'URL', 'Ctrl', 'Enter', 'Esc', 'Alt', 'Shift', 'Tab', 'MB', 'KB',
               'GiB', 'MiB', 'KiB', 'https', 'http', 'QR', 'OK', 'PC')


def english_in(root, allowed=()):
    """The shown texts of @root with Latin words that are not @allowed (words, or whole texts the test wrote itself)."""
    words_allowed, texts_allowed = {*KOREAN_USES, *allowed}, set(allowed)
    found = []
    all_seen = root.survey()
    for seen, [description] in zip(all_seen, ask_all([seen.node for seen in all_seen], atspi.DESCRIPTION)):
        for text in {seen.name, description}:
            if not text or TYPE_NAME.match(text) or text in texts_allowed or not seen.on_screen():
                continue
            words = [word for word in re.findall(r'[A-Za-z]{2,}', text) if word not in words_allowed]
            if words:
                found.append(f'{seen.role} {text!r}: {", ".join(words)}')
    return found


def assert_korean(root, allowed=()):
    found = english_in(root, allowed)
    if found:
        raise AssertionError('English in a Korean window:\n' + '\n'.join(found))

