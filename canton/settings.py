"""Django settings of one centre. Everything that differs between centres comes from the environment.

CANTON_HOME          folder of this centre's data, keys, logs and embedded database
CANTON_CENTRE        code of the centre this process serves (44 = Guangdong province)
CANTON_DATABASE_URL  any PostgreSQL >= 15; the embedded one sets it itself
"""

import os
from pathlib import Path

from canton.kernel.configuration import database_settings, home, secret_key

CHECKOUT = Path(__file__).resolve().parent.parent
NODE_MODULES = CHECKOUT / "node_modules"

CANTON_HOME = home()
CANTON_CENTRE = os.environ.get("CANTON_CENTRE", "44")
CANTON_EVENTS_PORT = int(os.environ.get("CANTON_EVENTS_PORT", "8001"))
# Pages of the web port may read events; a viewer learns of those of the centres in his scope.
CANTON_WEB_PORT = int(os.environ.get("CANTON_WEB_PORT", str(CANTON_EVENTS_PORT - 1)))
CANTON_VIEWER_SCOPE = "canton.centres.selectors.scope"

SECRET_KEY = secret_key(CANTON_HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CANTON_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "canton.kernel",
    "canton.shell",
    "canton.audit",
    "canton.centres",
    "canton.accounts",
    "canton.codes",
    "canton.exchange",
    "canton.records",
    "canton.intake",
    "canton.reports",
    "canton.results",
    "canton.queries",
    "canton.monitoring",
    "canton.demo",
    "axes",
    "django_htmx",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "canton.shell.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "canton.shell.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "canton.accounts.middleware.DeniedUnlessNamed",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "canton.urls"
WSGI_APPLICATION = "canton.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "canton.shell.context.shell",
                "canton.accounts.context.reminders",
            ],
        },
    }
]

DATABASES = {"default": database_settings()}
# Tables whose rows the app's database role may add and read, nothing else.
CANTON_APPEND_ONLY = ["audit_entry", "reports_filedfile"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "canton.accounts.backends.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "canton.accounts.policy.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "canton.accounts.policy.NotCommon"},
    {"NAME": "canton.accounts.policy.NotDigitsAlone"},
    {
        "NAME": "canton.accounts.policy.NotLikeThePerson",
        "OPTIONS": {"user_attributes": ["number", "name"]},
    },
    {"NAME": "canton.accounts.policy.NotUsedBefore"},
]
CANTON_PASSWORD_DAYS = 90  # a staff password must be changed after so many days (F39; PCI DSS 4.0.1, 8.3.9)
CANTON_PASSWORD_WARN_DAYS = 14  # and its person is told so many days before
CANTON_PASSWORD_HISTORY = 5  # a new one is none of the last so many (PCI DSS 4.0.1, 8.3.7 asks for four)
CANTON_LINK_MINUTES = 30  # how long a link to set a new password is good
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "shell:home"

AXES_USERNAME_FORM_FIELD = "username"  # the keyword of authenticate(); without it every number counts as one
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # knocking does not prolong a lock
AXES_LOCKOUT_CALLABLE = "canton.accounts.locking.drawn_by_the_view"

SESSION_ENGINE = "canton.accounts.sessions"
SESSION_COOKIE_NAME = f"canton{CANTON_CENTRE}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_NAME = f"canton{CANTON_CENTRE}csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "canton.shell.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

if os.environ.get("CANTON_BEHIND_TLS") == "1":  # a proxy in front sets this header and drops a client's own
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CANTON_TRANSFER_PLAIN = os.environ.get("CANTON_TRANSFER_PLAIN") == "1"  # packages also by plain HTTP

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "canton_language"
LOCALE_PATHS = [CHECKOUT / "canton/cli/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    ("vendor/tabler", NODE_MODULES / "@tabler/core/dist"),
    ("vendor/barlow", NODE_MODULES / "@fontsource/barlow/files"),
    ("vendor/echarts", NODE_MODULES / "echarts/dist"),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CANTON_LOG", "WARNING")},
}

# Limits of what is taken in; each is named in docs/operations.md and tests lower them.
CANTON_UPLOAD_BYTES = 4 * 2**30  # a data file, unpacked
CANTON_PACKAGE_RATIO = 200  # unpacked / packed size of a package
CANTON_PACKAGE_BYTES = 2**30  # a package as it is sent
CANTON_TRANSFER_SECONDS = 300  # age at which a signed request of a neighbour is refused
CANTON_PART_SECONDS = 24 * 3600  # an upload nobody goes on with is thrown away
CANTON_SFTP_SESSIONS = 128  # SFTP connections at once, of all neighbours
CANTON_SFTP_SESSIONS_EACH = 16  # and of one
CANTON_LINE_BYTES = 1 * 2**20  # one line of a data file
CANTON_SHEET_BYTES = 2 * 2**30  # all parts of a workbook, unpacked
CANTON_SHEET_RATIO = 200  # unpacked / packed size of a part of a workbook
CANTON_SHEET_TEXTS = 256 * 2**20  # the table of texts of a workbook, which is held in memory
CANTON_SAMPLE_BYTES = 16 * 2**20  # a sample a layout is tried on
CANTON_REFUSED_SHARE = 0.5  # a file with a larger share of refused rows is refused whole
CANTON_REFUSED_ROWS = None  # and one with more of them; None = no such limit
CANTON_REPAIR_ROWS = 100_000  # rows put right in one act
CANTON_REPAIR_AT_ONCE = 500  # rows put right while the page waits; more are written by a worker
CANTON_COLUMNS = 500  # columns of a data file
CANTON_THREADS = int(os.environ.get("CANTON_THREADS", "2"))
CANTON_MEMORY = os.environ.get("CANTON_MEMORY", "4GB")  # DuckDB memory_limit of one job
CANTON_HELD_BYTES = 9 * 2**28  # parsed text of a file one job keeps in memory from step to step

CANTON_QUERY_ROWS = 100_000  # rows a query may give without being asked about it
CANTON_QUERY_PREVIEW_SECONDS = 10  # first rows and their count; the screen waits for them
CANTON_QUERY_SECONDS = 600  # a query is stopped after so long
CANTON_ORIGINAL_BYTES = 16 << 20  # of a larger original that another centre holds only the lines travel
CANTON_QUERY_DAYS = 7  # results and the files made of them are kept so long
CANTON_FILED_DAYS = int(os.environ.get("CANTON_FILED_DAYS", "3650"))  # a filed report is kept so long
