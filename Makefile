# CNN Digits Detector. `make help` lists the targets; all that they install stays in this folder.

PYTHON ?= python3

# The uv on the path, or one of our own: the system's Python is never touched, and no other one downloaded.
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
unexport VIRTUAL_ENV

# $(call sync,what): looking first makes it near free when all is there; bytecode halves the page's first start.
sync = "$(UV)" sync --inexact --locked --check $(1) >/dev/null 2>&1 \
    || "$(UV)" sync --inexact --locked --compile-bytecode $(1)
everything = --all-extras --all-groups

# What `make app` and the image install.
serving = --no-default-groups --extra app
SBOM ?= dist/sbom.cdx.json

# What `make lint` and `make test` install: no training framework, no cluster.
quick = --no-default-groups --group quick --extra app --extra mcp --extra bulk

.PHONY: help app lint test test-all soak docs lock audit sbom media clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s  %s\n", $$1, $$2}' Makefile

app: .venv ## serve the page on http://localhost:7860 (another port: make app PORT=8000)
	@$(call sync,$(serving))
	@.venv/bin/python app.py $(if $(PORT),--port $(PORT))

lint: .venv ## format, lint and types
	@$(call sync,$(quick))
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy

test: .venv ## before every commit: the real server, a real browser, real pictures; without a training framework
	@$(call sync,$(quick))
	@env -u DIGITS_SOAK .venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not train"

test-all: .venv ## the whole suite: training, notebooks, three Pythons, a cluster, long browser runs
	@$(call sync,$(everything))
	@env -u DIGITS_SOAK .venv/bin/python -m pytest

soak: .venv ## what takes long: malformed requests, memory, load (DIGITS_SOAK=1 is all of it; the default is a twentieth)
	@$(call sync,$(everything))
	@DIGITS_SOAK="$${DIGITS_SOAK:-0.05}" .venv/bin/python -m pytest tests/soak

docs: .venv ## build the documentation into site/
	@$(call sync,--group docs)
	NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --strict

lock: $(filter .uv/bin/uv,$(UV)) ## resolve the dependencies again, and write requirements.txt, with hashes, from the lock
	"$(UV)" lock
	"$(UV)" export --quiet --locked $(serving) --no-emit-project --no-annotate --output-file requirements.txt

audit: .venv ## ask PyPI for known vulnerabilities of all that the wheel and its extras install, as locked
	@$(call sync,--only-group audit)
	@"$(UV)" export --quiet --locked --no-default-groups --all-extras --no-emit-project --output-file dist/locked.txt
	@.venv/bin/python -m scripts.audit dist/locked.txt

sbom: $(filter .uv/bin/uv,$(UV)) ## write what the image installs as CycloneDX, to dist/sbom.cdx.json
	"$(UV)" export --quiet --locked $(serving) --format cyclonedx1.5 --preview-features sbom-export \
	    --output-file $(SBOM)

media: .venv ## make the README's pictures again, and fill in its figures (needs MNIST and Chromium)
	@$(call sync,$(everything))
	.venv/bin/python -m scripts.media
	.venv/bin/python -m scripts.record_page
	.venv/bin/python -m scripts.readme

clean: ## remove the environments, caches and builds
	rm -rf .venv .uv dist site .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Order-only: the environment is made once, by $(PYTHON); uv keeps it in step from there.
.venv: | $(filter .uv/bin/uv,$(UV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "$(PYTHON) is older than Python 3.11; name another: make app PYTHON=python3.12" >&2; exit 1; }
	@"$(UV)" venv --quiet --relocatable --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"

.uv/bin/uv:
	@$(PYTHON) -m venv .uv || { rm -rf .uv; \
	    echo "$(PYTHON) has no working venv module; on Debian: apt install python3-venv" >&2; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check uv || { rm -rf .uv; \
	    echo "uv could not be installed from PyPI" >&2; exit 1; }
