"""The staff pages and partner APIs, for granian's WSGI worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canton.settings")
application = get_wsgi_application()
