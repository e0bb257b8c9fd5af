"""Ask a server that serves its page, with gradio_client.

python examples/client_gradio.py http://localhost:7860 seven.png
"""

import sys

from gradio_client import Client, handle_file

server, picture = sys.argv[1:]
client = Client(server, verbose=False)
print(client.predict(image=handle_file(picture), api_name="/predict_digit")["digit"])
