# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the demo city, as `jipctl demo` lists them."""

from typing import NamedTuple


class Login(NamedTuple):
    login: str
    name: str
    role: str
    password: str


def read(path):
    """Role (staff, staff-judge, expert-judge, chair, organiser, …) to the people who have it, in order."""
    people = {}
    for line in path.read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            person = Login(*line.split('\t'))
            people.setdefault(person.role, []).append(person)
    return people
