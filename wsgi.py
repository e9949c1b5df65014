"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi`."""

import sys

from app import create_app
from app.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit("The portal cannot start:\n" + "\n".join(f"  - {line}" for line in error.problems))
