# SPDX-License-Identifier: GPL-3.0-or-later
"""A small GTK window that the harness itself is tried on."""

import sys

import gi

gi.require_version('Gtk', '4.0')
gi.require_version('Adw', '1')
from gi.repository import Adw, Gio, GLib, Gtk  # noqa: E402


def on_activate(app):
    window = Adw.ApplicationWindow(application=app, title='집현 시험', default_width=600, default_height=420)
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin_top=12, margin_bottom=12, margin_start=12,
                  margin_end=12)
    label = Gtk.Label(label='아직 없음')
    entry = Gtk.Entry()
    entry.update_property([Gtk.AccessibleProperty.LABEL], ['제목'])
    text = Gtk.TextView(vexpand=True)
    text.update_property([Gtk.AccessibleProperty.LABEL], ['본문'])
    switch = Gtk.Switch(halign=Gtk.Align.START)
    switch.update_property([Gtk.AccessibleProperty.LABEL], ['이름 숨기기'])
    later = Gtk.Button(label='잠시 뒤')
    send = Gtk.Button(label='보내기')

    def sent(*_):
        buffer = text.get_buffer()
        body = buffer.get_text(*buffer.get_bounds(), False)
        label.set_label(f'{entry.get_text()}|{body}|{"숨김" if switch.get_active() else "보임"}')

    def opened(*_):
        GLib.timeout_add(300, lambda: label.set_label('이제 왔다') or GLib.SOURCE_REMOVE)

    rows = Gtk.ListView(model=Gtk.SingleSelection(model=Gtk.StringList.new([f'제안 {n}' for n in range(1, 6)])))
    factory = Gtk.SignalListItemFactory()
    factory.connect('setup', lambda _f, item: item.set_child(Gtk.Label(xalign=0)))
    factory.connect('bind', lambda _f, item: item.get_child().set_label(item.get_item().get_string()))
    rows.set_factory(factory)
    rows.connect('activate', lambda _v, position: label.set_label(f'연 것: {position + 1}'))
    rows.set_single_click_activate(False)
    send.connect('clicked', sent)
    later.connect('clicked', opened)
    for child in (label, entry, text, switch, rows, later, send):
        box.append(child)
    shortcut = Gio.SimpleAction(name='send')
    shortcut.connect('activate', sent)
    window.add_action(shortcut)
    app.set_accels_for_action('win.send', ['<Control>Return'])
    window.set_content(box)
    window.present()


application = Adw.Application(application_id='kr.go.jiphyeon.Harness')
application.connect('activate', on_activate)
sys.exit(application.run())
