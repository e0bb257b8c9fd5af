"""The page in the browser, and the server behind it."""

import os

# Gradio reads this when it is imported; the page calls no other host, and neither does its server.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
