"""Every setting of the product. What differs between shops comes from the environment (ops.env)."""

import os

from django.conf.locale import LANG_INFO
from django.utils.csp import CSP

from ops import env
from ops.env import BASE_DIR, DATA_DIR

DEBUG = env.flag("OPS_DEBUG", default=False)
SECRET_KEY = env.text("OPS_SECRET_KEY")
ALLOWED_HOSTS = env.words("OPS_HOSTS", "localhost,127.0.0.1,[::1],testserver")
ORIGIN = env.text("OPS_ORIGIN", "")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
SECURE = ORIGIN.startswith("https://")
DEMO = env.flag("OPS_DEMO", default=False)  # a shop to look at: /mail/ and the sign-ins of the demo people are shown

# The login decides what the process could ever do: `web` owns nothing, `owner` migrates. manage.py picks the owner
# for the commands that need it.
LOGIN = os.environ.get("OPS_LOGIN", "web")
ROLE_PREFIX = env.text("OPS_ROLE_PREFIX", "od")
WEB_LOGIN = env.login(env.text("DATABASE_URL"))
OWNER_LOGIN = env.login(env.text("OPS_OWNER_DATABASE_URL", env.text("DATABASE_URL")))
LIVE_DATABASE_URL = env.text("OPS_LIVE_DATABASE_URL", "")
DATABASES = {
    "default": {
        **env.database(env.text("OPS_OWNER_DATABASE_URL" if LOGIN == "owner" else "DATABASE_URL")),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": env.number("OPS_CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        # pgbouncer in transaction mode keeps neither cursors nor prepared statements between transactions.
        "DISABLE_SERVER_SIDE_CURSORS": env.flag("OPS_PGBOUNCER", default=False),
        "OPTIONS": {"application_name": "opsdeck", "connect_timeout": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "ops.caching.FallbackRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": ROLE_PREFIX,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

INSTALLED_APPS = [
    "accounts",
    "ops",
    "ops.progress",
    "ops.files",
    "ops.notices",
    "ops.shop",
    "ops.rates",
    "ops.digests",
    "ops.standing",
    "ops.exports",
    "ops.threads",
    "customers",
    "catalog",
    "inventory",
    "orders",
    "orders.intake",
    "orders.letters",
    "orders.quotes",
    "analytics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "guardian",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "ops.access.middleware.DoorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "ops.access.middleware.PersonMiddleware",
    "ops.access.middleware.RefusalMiddleware",
    "ops.live.middleware.TicketMiddleware",
]

ROOT_URLCONF = "ops.urls"
WSGI_APPLICATION = "ops.wsgi.application"
ASGI_APPLICATION = "ops.asgi.application"

_loaders = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ops.pages.shell",
                "ops.notices.shell.bell",
            ],
            "builtins": ["ops.templatetags.ops", "django.templatetags.i18n"],
        },
    }
]

# How forms look is said once: ui/field.html and the classes of the widgets.
FORM_RENDERER = "ops.forms.Renderer"

# --- signing in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
GUARDIAN_GET_INIT_ANONYMOUS_USER = None
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # guardian keeps the rows of shared objects; the policies read them

# --- allauth ----------------------------------------------------------------------------------------------------
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.door_forms.SignInForm",
    "change_password": "accounts.door_forms.NewPasswordForm",
    "reset_password": "accounts.door_forms.ForgottenForm",
    "reset_password_from_key": "accounts.door_forms.ChoosePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = str
ACCOUNT_EMAIL_VERIFICATION = "none"  # people admins add people with a known address; there is no sign-up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
# Kept in the cache, so a refused try is counted even though its transaction is rolled back (ruling 25).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("OPS_PROXIES", 1 if SECURE else 0)
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers themselves allow it on localhost only
USERSESSIONS_TRACK_ACTIVITY = False

# --- single sign-on: on when an issuer is named (README) ----------------------------------------------------------
OIDC_ISSUER = env.text("OPS_OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env.text("OPS_OIDC_NAME", "single sign-on")
OIDC_DEFAULT_ROLE = env.text("OPS_OIDC_DEFAULT_ROLE", "")  # empty: only people who are here already
SOCIALACCOUNT_ADAPTER = "accounts.sso.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # accounts.sso.begin takes POST only, so a second page that asks would be one too many
)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": env.text("OPS_OIDC_CLIENT_ID", ""),
                "secret": env.text("OPS_OIDC_CLIENT_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# --- what a browser may do --------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    # Signing in by single sign-on is a form that ends at the provider.
    "form-action": [CSP.SELF, *([env.origin(OIDC_ISSUER)] if OIDC_ISSUER else [])],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "report-uri": ["/csp-report/"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE and env.flag("OPS_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- words, days, files -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
# What the shell may be read in; a language needs its catalogue in locale/, and Urdu turns the page round.
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in env.words("OPS_LANGUAGES", LANGUAGE_CODE)]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.text("OPS_ZONE", "Asia/Karachi")
DAY_RESET_MINUTES = env.number("OPS_DAY_RESET_MINUTES", 5 * 60)
SHOP_NAME = env.text("OPS_SHOP_NAME", "Opsdeck")
SHOP_ADDRESS = env.text("OPS_SHOP_ADDRESS", "").replace("\\n", "\n")  # on papers; lines end in \n
SHOP_CURRENCY = env.text("OPS_CURRENCY", "PKR")
SHOP_COUNTRY = env.text("OPS_COUNTRY", "PK")
SHOP_LAKH = env.flag("OPS_LAKH", default=False)  # 12,34,567 instead of 1,234,567

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_DIR = DATA_DIR / "files"
LOADS_DIR = DATA_DIR / "loads"
FILES_MAX_BYTES = env.number("OPS_FILES_MAX_MB", 25) * 1_000_000
FILES_PER_REQUEST = 50
FILES_PER_SUBJECT = env.number("OPS_FILES_PER_SUBJECT", 300)
FILES_REQUEST_BYTES = FILES_PER_REQUEST * FILES_MAX_BYTES + 1_000_000
FILES_MAX_PIXELS = 64_000_000  # of a picture as it comes; decoding a larger one would take the server's memory
FILES_MAX_SIDE = 4096
FILES_GRACE_HOURS = 24  # before a content that no row names is swept; longer than any request can take
FILES_VERIFY_SAMPLE = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 400  # beyond this not even names are read
# A virus scanner that ends with 0 for clean and 1 for found, such as: clamdscan --no-summary --fdpass {path}
SCAN_COMMAND = env.text("OPS_SCAN_COMMAND", "")

# --- history, mail, jobs, errors --------------------------------------------------------------------------------
SIMPLE_HISTORY_ENABLED = False  # rows are written by the database: ops.db.history
SIMPLE_HISTORY_DATE_INDEX = False  # one object's history is found by the object; a day's by its events
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

EMAIL_URL = env.text("EMAIL_URL", "")
MAIL_DIR = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("OPS_MAIL_FROM", "Opsdeck <opsdeck@localhost>")
MAILERS = {
    "default": env.mailer(EMAIL_URL)
    if EMAIL_URL
    else {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": MAIL_DIR}}
}

SENTRY_DSN = env.text("SENTRY_DSN", "")
RELEASE = env.text("OPS_RELEASE", "dev")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname:7} {name} {message}", "style": "{"}},
    "filters": {"away": {"()": "ops.logs.OneLineWhenAway"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["away"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
