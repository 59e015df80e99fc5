"""The intake in front of the pages and the API, as an ASGI application (`intake.speaking` calls it)."""

from regulars.doors.wsgi import application as django  # first of all: it sets Django up

# isort: split
from regulars.doors.intake.application import Application

application = Application(django)
