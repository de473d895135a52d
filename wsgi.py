"""The WSGI entry point: ``flask --app wsgi …``, ``waitress-serve wsgi:app``."""

import os
import sys

from dotenv import load_dotenv

from roadmap import create_app
from roadmap.config import ConfigError

if not os.environ.get("FLASK_SKIP_DOTENV"):
    load_dotenv()

try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))
