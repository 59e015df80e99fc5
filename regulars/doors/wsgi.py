"""The pages and the API as a WSGI application, for any server; `asgi` has the intake in front of it."""

import os

from django.core.wsgi import get_wsgi_application

from regulars.doors.cli.beside import end_with_parent

end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
application = get_wsgi_application()
