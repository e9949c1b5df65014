"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi`."""

import gc
import sys

# nothing that a start makes goes away again: to look for it would be a sixth of the start
gc.disable()

from app import create_app  # noqa: E402 - all that is imported is what need not be looked at
from app.config import SettingsError  # noqa: E402

try:
    app = create_app()
except SettingsError as error:
    sys.exit("The portal cannot start:\n" + "\n".join(f"  - {line}" for line in error.problems))
# nor is it ever looked at later, and so its memory stays shared by the processes of gunicorn
gc.freeze()
gc.enable()
