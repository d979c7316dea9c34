# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessibility bus, asked directly. libatspi asks one thing after the other and waits for each answer; here all that is to be known
of many objects is asked at once (survey.c), which makes a look at a window several times faster."""

import collections
import ctypes
import json
import os
from pathlib import Path

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402 (Atspi: for the names of roles and states only)

ACCESSIBLE = 'org.a11y.atspi.Accessible'
ACTION = 'org.a11y.atspi.Action'
COMPONENT = 'org.a11y.atspi.Component'
EDITABLE_TEXT = 'org.a11y.atspi.EditableText'
TEXT = 'org.a11y.atspi.Text'
VALUE = 'org.a11y.atspi.Value'
PROPERTIES = 'org.freedesktop.DBus.Properties'
WINDOW_COORDINATES = 1
NOTHING = '/org/a11y/atspi/null'
TIMEOUT_MS = 10000

BUILD = Path(os.environ.get('MESON_BUILD_ROOT', Path(__file__).resolve().parents[2] / '_build'))

# A call as call_all() takes it; the method is a property where @signature is None.
Call = collections.namedtuple('Call', 'interface method signature arguments', defaults=('()', ()))

CHILDREN = Call(ACCESSIBLE, 'GetChildren')
ROLE = Call(ACCESSIBLE, 'GetRole')
STATES = Call(ACCESSIBLE, 'GetState')
NAME = Call(ACCESSIBLE, 'Name', None)
DESCRIPTION = Call(ACCESSIBLE, 'Description', None)
PARENT = Call(ACCESSIBLE, 'Parent', None)
EXTENTS = Call(COMPONENT, 'GetExtents', '(u)', (WINDOW_COORDINATES,))
CHARACTER_COUNT = Call(TEXT, 'CharacterCount', None)
CURRENT_VALUE = Call(VALUE, 'CurrentValue', None)
N_ACTIONS = Call(ACTION, 'NActions', None)
GRAB_FOCUS = Call(COMPONENT, 'GrabFocus')


def get_text(end):
    return Call(TEXT, 'GetText', '(ii)', (0, end))


class Bus:
    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        [address] = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress', None, GLib.VariantType('(s)'),
                                      Gio.DBusCallFlags.NONE, -1).unpack()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.address, self.glib = address.encode(), ctypes.CDLL('libglib-2.0.so.0')
        self.look = ctypes.CDLL(str(BUILD / 'tests/ui/survey.so')).jipui_survey
        self.look.restype = ctypes.c_void_p

    def survey(self, objects):
        """Of each object and all below that is shown: name on the bus, path, depth, role, name, states, box (survey.c)."""
        names, paths = ((ctypes.c_char_p * len(objects))(*(each[place].encode() for each in objects)) for place in (0, 1))
        text = self.look(self.address, names, paths, len(objects))
        try:
            return json.loads(ctypes.string_at(text))
        finally:
            self.glib.g_free(ctypes.c_void_p(text))

    def call_all(self, pairs):
        """Of (object, Call) pairs all answers, in their order; None where there is none: what is gone, or has no such interface."""
        answers, waiting = [None] * len(pairs), len(pairs)

        def answered(connection, result, place):
            nonlocal waiting
            waiting -= 1
            try:
                answer = connection.call_finish(result).unpack()
                answers[place] = answer[0] if len(answer) == 1 else answer
            except GLib.Error:
                pass

        for place, (accessible, call) in enumerate(pairs):
            if call.signature is None:
                call = Call(PROPERTIES, 'Get', '(ss)', (call.interface, call.method))
            self.connection.call(*accessible, call.interface, call.method, GLib.Variant(call.signature, call.arguments), None,
                                 Gio.DBusCallFlags.NO_AUTO_START, TIMEOUT_MS, None, answered, place)
        while waiting:
            GLib.MainContext.default().iteration(True)
        return answers

    def call(self, accessible, call):
        return self.call_all([(accessible, call)])[0]

    def set_property(self, accessible, interface, name, value):
        """@value: a GLib.Variant."""
        return self.call(accessible, Call(PROPERTIES, 'Set', '(ssv)', (interface, name, value)))

    def process_of(self, accessible):
        """The process that an object belongs to, None when it is gone."""
        return self.call(('org.freedesktop.DBus', '/org/freedesktop/DBus'),
                         Call('org.freedesktop.DBus', 'GetConnectionUnixProcessID', '(s)', (accessible[0],)))

    def applications(self):
        return self.call(('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root'), CHILDREN) or []


def role_name(role):
    return Atspi.role_get_name(Atspi.Role(role)) if role is not None else ''


def state_bits(words):
    """@words: two numbers of 32 bits, None for none."""
    low, high = words or (0, 0)
    return low | high << 32


STATE_NAMES = {int(state): state.value_nick.replace('-', ' ')
               for state in (Atspi.StateType(number) for number in range(int(Atspi.StateType.LAST_DEFINED)))}


def state_names(bits):
    return {name for number, name in STATE_NAMES.items() if bits >> number & 1}
