"""Pictures of a provider: chosen, cleaned, described, in order, gone; shown small beside what it offers."""

import gzip
import io
import re
import threading
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from app.base.columns import new_public_id
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.pictures import actions, queries
from app.market.pictures.models import PictureSize, ProviderPicture
from app.market.pictures.rules import PICTURES_MOST, PictureKind
from app.market.presenting.models import ProviderChange
from app.market.providers.models import Provider
from app.market.search.actions import building
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.files.gateway import store
from app.platform.files.models import StoredFile
from tests.factories import accounts, catalogue, councils, pictures, providers
from tests.factories.files import photo, waiting
from tests.inspection import InspectingClient
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")

ALT = "Two people plant a tree"
BUILT = Path(__file__).parents[3] / "static" / "built"


def _staff(name: str = "Tidy Hands") -> tuple[Person, Provider]:
    provider = providers.provider(name, phone="0161 496 0001")
    return accounts.person(Role.PROVIDER_STAFF, name="Mia Micro", provider_id=provider.id), provider


def _sent(client: InspectingClient, provider: Provider, content: bytes, *, name: str = "us.jpg", **more: str) -> str:
    asked = {"photo": (io.BytesIO(content), name), "kind": "people", "alt": ALT} | more
    response = client.submit(f"/desk/{provider.public_id}/pictures/new", **asked)
    return "" if response.status_code == 302 else response.get_data(as_text=True)


def test_a_picture_is_chosen_cleaned_shown_and_taken_away(client: InspectingClient, app: Flask) -> None:
    person, provider = _staff()
    accounts.sign_in(client, person)
    hidden = photo((1500, 900)) + b"<script>alert(1)</script>"
    assert _sent(client, provider, hidden) == ""
    images = client.page(f"/providers/{provider.public_id}").select("main img")
    assert [(one["alt"], one["width"], one["height"], one["loading"]) for one in images] == [
        (ALT, "1280", "768", "lazy")
    ]
    widths = re.findall(r"(\S+) (\d+)w", images[0]["srcset"])
    assert [width for _, width in widths] == ["160", "320", "640", "1280"]
    client.get("/sign-out")
    for address, width in widths:
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert "Set-Cookie" not in answer.headers
        with Image.open(io.BytesIO(answer.data)) as shown:
            assert (shown.format, shown.width) == ("WEBP", int(width))
        assert not any(secret in answer.data for secret in (b"SECRETMAKER", b"script", b"2026:11:24"))
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(f"{widths[0][0]}0").status_code == 404
    # Nothing is left of what was chosen, and each width is known.
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 4
    keys = [one.key for one in db.session.scalars(select(StoredFile))]
    assert sorted(_kept(app)) == sorted(keys)
    accounts.sign_in(client, person)
    client.submit(f"/desk/{provider.public_id}/pictures", button="Take it away")
    assert client.page(f"/providers/{provider.public_id}").select("main img") == []
    assert client.get(widths[0][0]).status_code == 404
    assert _kept(app) == []
    rows = client.page(f"/desk/{provider.public_id}/who-we-are/history").select("main tbody tr")
    assert [row.get_text("|", strip=True).split("|")[:3] for row in rows] == [
        ["Picture taken away", f"People: {ALT}", "Nothing"],
        ["Picture added", "Nothing", f"People: {ALT}"],
    ]


def _kept(app: Flask) -> list[str]:
    root = Path(app.config["INSTANCE_DIR"]) / "files"
    return [file.relative_to(root).as_posix() for file in root.glob("??/*")]


def test_what_is_no_picture_is_refused_and_words_are_kept(client: InspectingClient) -> None:
    person, provider = _staff()
    accounts.sign_in(client, person)
    for content, words in (
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "must be a photo (JPG, PNG, HEIC, WebP or AVIF)",
        ),
        (b"GIF89a\x01\x00", "must be a photo"),
        (b"%PDF-1.7 a leaflet", "must be a photo"),
        (b"\xff\xd8\xff" + b"\0" * 99, "cannot be opened"),
        (photo((299, 400)), "too small (299 by 400 pixels)"),
        (photo((2000, 400)), "too long and thin"),
    ):
        page = _sent(client, provider, content, name="us.jpg")
        assert words in page
        assert ALT in page
    assert "Say what the picture shows" in _sent(client, provider, photo(), alt="!!! 12")
    assert db.session.scalar(select(func.count()).select_from(ProviderPicture)) == 0
    assert client.submit(f"/desk/{provider.public_id}/pictures/new", kind="people", alt=ALT).status_code == 200


def test_a_photo_waits_while_its_words_are_wrong_and_a_second_click_is_the_same(client: InspectingClient) -> None:
    person, provider = _staff()
    waits_for = waiting(person, photo(), key="a-key-made-with-the-form")
    asked = {"actor": person, "provider": provider, "kind": PictureKind.PLACE, "waits_for": waits_for}
    with pytest.raises(BadInput):
        actions.add_picture(alt=" ", key="a-key-made-with-the-form", **asked)
    made = actions.add_picture(alt=ALT, key="a-key-made-with-the-form", **asked).id
    assert actions.add_picture(alt=ALT, key="a-key-made-with-the-form", **asked).id == made
    with pytest.raises(Conflict, match="waited too long"):
        actions.add_picture(alt=ALT, key="another-key-of-another-form", **asked)
    stranger, _ = _staff("Somebody Else")
    with pytest.raises(NotAllowed):
        actions.add_picture(alt=ALT, key="a-third-key-of-a-form", **(asked | {"actor": stranger}))
    accounts.sign_in(client, stranger)
    client.page(f"/desk/{provider.public_id}/pictures", status=404)


def test_two_clicks_at_once_make_one_picture(app: Flask) -> None:
    person, provider = _staff()
    waits_for = waiting(person, photo(), key="a-key-made-with-the-form")
    ids, both, made = (person.id, provider.id), threading.Barrier(2), []
    db.session.close()

    def click() -> None:
        with app.app_context():
            actor, shop = db.session.get_one(Person, ids[0]), db.session.get_one(Provider, ids[1])
            both.wait()
            one = actions.add_picture(
                actor=actor,
                provider=shop,
                kind=PictureKind.LOGO,
                alt=ALT,
                waits_for=waits_for,
                key="a-key-made-with-the-form",
            )
            made.append(one.id)

    threads = [threading.Thread(target=click) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert db.session.scalar(select(func.count()).select_from(PictureSize)) == 3


def test_pictures_keep_an_order_the_logo_apart_and_one_logo_takes_the_place_of_another(
    client: InspectingClient,
) -> None:
    person, provider = _staff()
    first, second, third = (
        pictures.picture(person, provider, alt=f"Picture number {word}") for word in ("one", "two", "three")
    )
    pictures.picture(person, provider, kind=PictureKind.LOGO, alt="The old logo")
    logo = pictures.picture(person, provider, kind=PictureKind.LOGO, alt="The new logo")
    accounts.sign_in(client, person)

    def alts() -> list[str]:
        return [one["alt"] for one in client.page(f"/desk/{provider.public_id}/pictures").select("main img")]

    assert alts() == ["The new logo", *(f"Picture number {word}" for word in ("one", "two", "three"))]
    earlier = f"/desk/{provider.public_id}/pictures/{third.public_id}/earlier"
    client.submit(f"/desk/{provider.public_id}/pictures", at=earlier)
    assert alts()[1:] == [f"Picture number {word}" for word in ("one", "three", "two")]
    client.submit(f"/desk/{provider.public_id}/pictures/{second.public_id}", alt="A garden in spring")
    assert alts()[-1] == "A garden in spring"
    assert db.session.get_one(Provider, provider.id).small_picture == logo.public_id
    with transaction():
        actions.take_away_picture(actor=person, provider=provider, picture=logo)
    assert db.session.get_one(Provider, provider.id).small_picture == first.public_id
    facts = db.session.scalars(select(ProviderChange.fact).order_by(ProviderChange.id.desc()).limit(3)).all()
    assert facts == ["picture_taken_away", "picture_described", "picture_moved"]
    with pytest.raises(Conflict, match="took this picture away"), transaction():
        actions.describe_picture(actor=person, provider=provider, picture=logo, alt="Something else")


def test_the_database_allows_one_logo_and_words_for_each() -> None:
    person, provider = _staff()
    pictures.picture(person, provider, kind=PictureKind.LOGO)
    other = pictures.picture(person, provider)
    for values in ({"kind": PictureKind.LOGO}, {"alt": ""}):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(update(ProviderPicture).where(ProviderPicture.id == other.id).values(values))


def test_a_page_is_full_some_time() -> None:
    person, provider = _staff()
    for number in range(PICTURES_MOST):
        made = ProviderPicture(
            public_id=new_public_id(), key=f"a-key-of-a-picture-{number}", provider_id=provider.id, kind=PictureKind.PLACE,
            alt=ALT, position=number, added_at=provider.created_at, added_by_id=person.id,
        )  # fmt: skip
        db.session.add(made)
    db.session.commit()
    with pytest.raises(Conflict, match="can show 12 pictures"):
        pictures.picture(person, provider)


def test_results_show_a_small_picture_follow_its_change_and_ask_nothing_for_it(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    person, provider = _staff("Acme Meals")
    listing = catalogue.listing(provider, "meals", council, title="Hot dinners")
    building.rebuild()
    page = "/search?q=dinners&council=millbrook"
    with counted() as before:
        assert client.page(page).select(".app-result img") == []
    made = pictures.picture(person, provider)
    small = f"/pictures/{made.public_id}/160"
    assert building.catch_up() >= 1
    db.session.commit()
    with counted() as after:
        (image,) = client.page(page).select(".app-result img")
    assert len(after) <= len(before)
    expected = {"src": small, "width": "64", "height": "64", "alt": "", "loading": "lazy"}
    assert expected.items() <= image.attrs.items()
    (gallery,) = client.page(f"/listings/{listing.public_id}").select("main .app-photos img")
    assert gallery["alt"] == "Two people plant a tree"
    with transaction():
        actions.take_away_picture(actor=person, provider=provider, picture=made)
    building.catch_up()
    assert client.page(page).select(".app-result img") == []


def test_a_first_visit_to_twenty_results_with_pictures_weighs_less_than_60_kilobytes(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    for number in range(20):
        _person, provider = _staff(f"Acme Meals {number}")
        catalogue.card(
            catalogue.listing(provider, "meals", council, title=f"Hot dinners {number}", summary="Warm. " * 30)
        )
        provider.small_picture = f"picture-{number}"
    db.session.commit()
    building.rebuild()
    page = client.page("/search?q=dinners&council=millbrook")
    images = page.select("img")
    assert len(images) == 20
    assert all(one["loading"] == "lazy" and one["width"] and one["height"] for one in images)
    built = {
        one.split("?")[0].rpartition("/")[2]
        for one in re.findall(r"/static/built/[^\"#\s]+", str(page))
        if ".svg" not in one or "icon" not in one
    }
    weight = len(gzip.compress(str(page).encode()))
    weight += sum((BUILT / f"{name}.gz").stat().st_size for name in built)
    assert weight < 60_000, (weight, built)


def test_a_file_that_cannot_be_read_is_no_fault_and_no_page(client: InspectingClient) -> None:
    person, provider = _staff()
    made = pictures.picture(person, provider)
    file = queries.picture_file(made.public_id, 320)
    store().take_away(file.key)
    answer = client.get(f"/pictures/{made.public_id}/320")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
