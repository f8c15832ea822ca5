"""The staff pages and partner APIs, for granian's WSGI worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - only once the settings are there

_patterns = get_resolver().url_patterns  # all views are read now, so that nobody's first page waits for it
