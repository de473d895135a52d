"""The WSGI entry point: ``flask --app wsgi …``, ``waitress-serve wsgi:app``."""

import sys

from dotenv import load_dotenv

from roadmap import create_app
from roadmap.config import ConfigError

load_dotenv()

try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))
