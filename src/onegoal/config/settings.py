"""Settings of an installation, read from the environment; every one is described in docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from onegoal.config.email import email_settings
from onegoal.config.home import home_directory, secret_key

HOME = home_directory()
DEBUG = os.environ.get("ONEGOAL_DEBUG") == "1"
SECRET_KEY = os.environ.get("ONEGOAL_SECRET_KEY") or secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("ONEGOAL_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ONEGOAL_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "ninja",
    "onegoal.apps.audit",
    "onegoal.apps.accounts",
    "onegoal.apps.company",
    "onegoal.apps.shell",
    "onegoal.apps.people",
    "onegoal.apps.products",
    "onegoal.apps.marketing",
    "onegoal.apps.sales",
    "onegoal.apps.regulation",
    "onegoal.apps.scoring",
    "onegoal.apps.desk",
    "onegoal.apps.cards",
    "onegoal.apps.board",
    "onegoal.apps.quality",
    "onegoal.apps.feedback",
    "onegoal.apps.facts",
    "onegoal.apps.imports",
    "onegoal.apps.goal",
    "onegoal.apps.organisation",
    "onegoal.apps.planning",
    "onegoal.apps.analysis",
    "onegoal.apps.attribution",
    "onegoal.apps.control",
    "onegoal.apps.pay",
    "onegoal.apps.conflicts",
    "onegoal.apps.wall",
    "onegoal.apps.evening",
    "onegoal.apps.api",
    "onegoal.apps.demo",
    "django.forms",  # last: the shell has templates of its own for some widgets
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "onegoal.apps.accounts.middleware.PersonalSettingsMiddleware",
    "onegoal.apps.audit.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "onegoal.apps.shell.middleware.CompanyClockMiddleware",
    "onegoal.apps.shell.middleware.ToastMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "onegoal.config.urls"
WSGI_APPLICATION = "onegoal.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "onegoal.apps.shell.context.frame",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

SQLITE_OPTIONS = {
    # IMMEDIATE: a deferred transaction that reads and then writes fails at once, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA wal_autocheckpoint=1000;PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-32000"
    ),
}
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("ONEGOAL_DATABASE") or f"sqlite:///{HOME / 'records.sqlite3'}", conn_max_age=300
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The demo company's sign-in page offers its people with one button each; a real company never does.
DEMO_SIGN_IN = os.environ.get("ONEGOAL_DEMO_SIGN_IN", "1") == "1"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SESSION_COOKIE_AGE = 14 * 24 * 3600
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_DISABLE_ACCESS_LOG = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("ro", "Română"), ("hu", "Magyar")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(__file__).resolve().parent.parent / "static_built"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
# Both the manifest's names (.0123456789ab.) and the bundle's chunks (-ABCD1234.) change with their content.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+(\.[0-9a-f]{12}|-[0-9A-Z]{8})\..+$"
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "woff2", "png", "gz", "br", "zip")
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_TEMP_DIR = HOME / "incoming"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

IS_HTTPS = os.environ.get("ONEGOAL_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("ONEGOAL_BEHIND_PROXY") == "1" else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/api/docs"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # ECharts and Tabler place elements with style attributes; style blocks still need the nonce.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ONEGOAL_LOG", "WARNING")},
}

# Mail: off, and saying so, until an installation names its server.
EMAIL_URL = os.environ.get("ONEGOAL_EMAIL_URL", "")
globals().update(email_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ONEGOAL_EMAIL_FROM", "onegoal@localhost")
# Where links in messages lead: the first origin the site is reached by.
SITE_URL = CSRF_TRUSTED_ORIGINS[0].rstrip("/") if CSRF_TRUSTED_ORIGINS else ""

# Messages to chats: off, and saying so, until an installation names its bot. Origins that may be asked though their
# address is an inner one: a chat server or a Bot API server of one's own.
TELEGRAM_TOKEN = os.environ.get("ONEGOAL_TELEGRAM_TOKEN", "").strip()
TELEGRAM_API = os.environ.get("ONEGOAL_TELEGRAM_API", "https://api.telegram.org").rstrip("/")
OUTGOING_ALLOW = frozenset(
    origin.strip().rstrip("/").lower()
    for origin in os.environ.get("ONEGOAL_OUTGOING_ALLOW", "").split(",")
    if origin.strip()
)

# The warehouse: where facts live and how much of the machine a question may take.
WAREHOUSE_DIRECTORY = HOME / "warehouse"
WAREHOUSE_ENGINE = os.environ.get("ONEGOAL_WAREHOUSE_ENGINE", "duckdb")  # or "spark", with the extra of that name
WAREHOUSE_MEMORY = os.environ.get("ONEGOAL_WAREHOUSE_MEMORY", "1GB")
WAREHOUSE_THREADS = int(os.environ.get("ONEGOAL_WAREHOUSE_THREADS", "2"))
WATCHED_DIRECTORY = HOME / "watched"
JOBS_IMMEDIATE = os.environ.get("ONEGOAL_JOBS_IMMEDIATE") == "1"
RECORDINGS_DIRECTORY = HOME / "recordings"  # of calls; named in Call.recording relative to it
RECORDING_MAX_BYTES = int(os.environ.get("ONEGOAL_RECORDING_MAX_MB", "100")) * 1_000_000
EVIDENCE_DIRECTORY = HOME / "evidence"  # documents that show why a rejection was wrong
FALSE_ALARMS_A_YEAR = float(os.environ.get("ONEGOAL_FALSE_ALARMS_A_YEAR", "4"))  # of sags, over all watched series
IMPORT_MAX_BYTES = int(os.environ.get("ONEGOAL_IMPORT_MAX_MB", "512")) * 1_000_000
