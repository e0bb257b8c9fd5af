# The page in a container: docker build -t cnn-digits-detector . ; the README tells how to run it read-only.
# Not yet built: there was no container engine where it was written. A test runs the install steps of its first stage.

FROM python:3.12-slim AS install
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
WORKDIR /app
RUN pip install uv
# The dependencies change seldom: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --extra app --no-install-project
COPY README.md LICENSE ./
COPY src src
RUN uv sync --locked --no-default-groups --extra app --no-editable

FROM python:3.12-slim
RUN useradd --create-home --uid 1000 digits
USER digits
WORKDIR /home/digits
COPY --from=install /app/.venv /app/.venv
ENV PATH="/app/.venv/bin:$PATH" DIGITS_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --start-period=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
CMD ["digits", "serve"]
