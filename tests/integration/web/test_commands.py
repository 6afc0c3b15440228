"""Every ``flask`` command says what it is for, and answers wrong arguments in words."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from app.contents import COMMANDS

WRONG = "no-such-\U0001f600"
LEFT_ALONE = {("demo", "serve"), ("demo", "load"), ("jobs", "work")}
"""They serve, load and work: other tests run them."""


def _commands() -> Iterator[tuple[tuple[str, str], click.Command]]:
    for room in COMMANDS:
        for name, command in sorted(room.commands.items()):
            yield (str(room.name), name), command


def _wrong(command: click.Command, file: Path) -> list[str]:
    given = []
    for part in command.params:
        value = str(file) if isinstance(part.type, click.Path) else WRONG
        if isinstance(part.type, click.Choice):
            value = str(part.type.choices[0])
        if isinstance(part, click.Argument):
            given.append(value)
        elif isinstance(part, click.Option) and part.required:
            given += [part.opts[0], value]
    return given


def test_every_command_and_every_option_has_words() -> None:
    silent = [path for path, command in _commands() if not command.help]
    silent += [
        (*path, option.name)
        for path, command in _commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


@pytest.mark.parametrize("path", [path for path, _ in _commands() if path not in LEFT_ALONE], ids=" ".join)
def test_wrong_arguments_are_answered_in_words(app: Flask, tmp_path: Path, path: tuple[str, str]) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(b'\x00\xff\xfe,,\n"')
    command = dict(_commands())[path]
    for given in (_wrong(command, file), [WRONG, WRONG, WRONG, WRONG]):
        told = app.test_cli_runner().invoke(args=[*path, *given])
        assert told.exception is None or isinstance(told.exception, SystemExit), (given, told.output)
        assert "Traceback" not in told.output
    assert told.exit_code == 2
