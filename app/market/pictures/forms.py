"""The questions about a picture: which file, what it is, what it shows."""

from app.market.pictures.rules import ALT_LONGEST, PICTURE_WORDS, PictureKind
from app.platform.files.forms import ChosenPhotoField
from app.platform.web.fields import ChoiceField, Form, KeyField, TextField

_SHOWS = (
    "For people who cannot see it, for example: Two workers and a man baking bread in a bright kitchen. Name nobody who"
    " has not said yes to that."
)


class PictureForm(Form):
    """Which picture, and what does it show?"""

    asks_about_danger = False

    photo = ChosenPhotoField(
        "The picture",
        required="Choose the picture",
        hint="Everybody can see it. We keep nothing of where it was taken, or with what.",
    )
    kind = ChoiceField(
        "What is it?",
        required="Select what it is",
        hint="Ask everybody in a photograph first: they must have said yes to being shown here.",
        choices={kind.value: words for kind, words in PICTURE_WORDS.items()},
    )
    alt = TextField("What does it show?", required="Say what the picture shows", hint=_SHOWS, longest=ALT_LONGEST)
    key = KeyField()

    @property
    def chosen_kind(self) -> PictureKind:
        """What was ticked."""
        return PictureKind(self.kind.data)


class PictureWordsForm(Form):
    """What does the picture show?"""

    asks_about_danger = False

    alt = TextField("What does it show?", required="Say what the picture shows", hint=_SHOWS, longest=ALT_LONGEST)
