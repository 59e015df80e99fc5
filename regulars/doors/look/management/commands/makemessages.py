"""`makemessages`, which also collects the sentences of `regulars/kit/speaking.py`."""

from __future__ import annotations

from django.core.management.commands import makemessages

#: What marks a text for translation, as xgettext names it: the call, and which of its arguments are texts.
SPEAKING = {"words": "1", "words_of": "1,2", "worded": "1", "phrase": "1", "counted": "1,2"}
#: What the shapes of a programme file say of themselves (`programme/shapes.py`, `programme/records.py`). Places count
#: arguments with names too: other calls of these names must not have a text there.
SHAPES = {"Reference": "1", "Word": "3", "Known": "3", "Field": "3"}


class Command(makemessages.Command):
    """Django's own, with our marks."""

    xgettext_options = [
        *makemessages.Command.xgettext_options,
        *(f"--keyword={call}:{places}" for call, places in (SPEAKING | SHAPES).items()),
    ]
