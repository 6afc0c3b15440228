"""What the thread of the open pages does in one turn, on real lines and a real database."""

import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

import pytest
from flask import Flask

from app.base.commits import Commits
from app.base.db import db
from app.platform.web.live import ASKED_A_TURN, Lines, LivePage
from tests.factories import accounts


class World:
    """What is so, how often it was read, and whose page may be told."""

    def __init__(self, app: Flask) -> None:
        self.says = "£1.00"
        self.reads = 0
        self.asked: list[int] = []
        self.shut: set[int] = set()
        self.is_broken = False
        self.pages: list[LivePage] = []
        self.browsers: list[socket.socket] = []
        self.lines = Lines(app, self.read, Commits(db.engine))

    def read(self, subjects: Collection[int]) -> dict[int, str]:
        self.reads += 1
        return dict.fromkeys(subjects, self.says)

    def open(self, number: int) -> None:
        ours, browser = socket.socketpair()
        ours.setblocking(False)
        browser.setblocking(False)

        def may_see() -> bool:
            if self.is_broken:
                raise ConnectionError
            self.asked.append(number)
            return number not in self.shut

        self.pages.append(LivePage(ours, number, "£1.00", may_see))
        self.browsers.append(browser)

    def turn(self) -> None:
        gone = self.lines.turn(self.pages)
        self.pages = [page for page in self.pages if page not in gone]

    def heard(self, number: int) -> bytes | None:
        """What one browser has heard since; nothing at all once its line is closed."""
        words = b""
        with suppress(BlockingIOError):
            while True:
                more = self.browsers[number].recv(1024)
                if not more:
                    return words or None
                words += more
        return words


@contextmanager
def open_pages(app: Flask, number: int) -> Iterator[World]:
    world = World(app)
    for one in range(number):
        world.open(one)
    with world.lines:
        yield world
    for page in world.pages:
        page.line.close()
    for browser in world.browsers:
        browser.close()


def test_nothing_is_read_again_until_something_is_committed(app: Flask) -> None:
    with open_pages(app, 2) as world:
        for _ in range(3):
            world.turn()
        assert (world.reads, world.asked) == (1, [0, 1])
        world.says = "£2.00"
        accounts.person()
        world.turn()
        world.turn()
        assert world.reads == 2
        assert [world.heard(one) for one in (0, 1)] == [b'data: "\\u00a32.00"\n\n'] * 2


def test_a_page_that_comes_between_two_commits_is_read_for_all_the_same(app: Flask) -> None:
    with open_pages(app, 1) as world:
        world.turn()
        world.says = "£2.00"
        accounts.person()
        world.turn()
        # It was answered before the change, and its line arrives after the turn that told of it.
        world.open(1)
        world.turn()
        assert world.heard(1) == b'data: "\\u00a32.00"\n\n'


def test_whoever_may_see_it_no_more_is_closed_though_nothing_changed_for_them(app: Flask) -> None:
    with open_pages(app, 2) as world:
        world.turn()
        world.shut.add(1)
        world.turn()
        assert world.heard(1) == b"", "while nothing is committed nobody can have lost the right"
        accounts.person()
        world.turn()
        assert [world.heard(0), world.heard(1)] == [b"", None]


def test_all_are_asked_for_in_the_end_but_only_so_many_in_a_turn(app: Flask) -> None:
    many = 2 * ASKED_A_TURN + 10
    with open_pages(app, many) as world:
        for most in (ASKED_A_TURN, 2 * ASKED_A_TURN, many, many):
            world.turn()
            assert len(world.asked) == most
        assert sorted(world.asked) == list(range(many))


def test_a_browser_that_goes_is_let_go(app: Flask) -> None:
    with open_pages(app, 2) as world:
        world.turn()
        world.browsers[0].close()
        world.turn()
        assert [page.subject for page in world.pages] == [1]


def test_a_turn_that_comes_to_grief_is_made_up_for(app: Flask) -> None:
    with open_pages(app, 2) as world:
        world.turn()
        world.says, world.is_broken = "£2.00", True
        accounts.person()
        with pytest.raises(ConnectionError):
            world.turn()
        world.is_broken = False
        world.turn()
        assert [world.heard(one) for one in (0, 1)] == [b'data: "\\u00a32.00"\n\n'] * 2
