# Needs python3 (3.11 or newer) and a package registry; everything else is brought along.
UV := .uv/bin/uv
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: setup run test check dashboard dashboard-check screenshots format bench fuzz clean

# Bytecode is compiled here: Ray starts its workers from it, and writes none itself.
setup: .venv/.ready

$(UV):
	python3 -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.8

.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet --compile-bytecode
	$(BIN)/python -m models.simulation.warm & $(BIN)/python -m models.optimiser.warm; wait
	$(BIN)/python -m models.warm
	touch $@

run: setup
	$(BIN)/lateswap run

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m serve.commands.openapi docs/openapi.json --check
	$(BIN)/python -m serve.commands.asyncapi docs/asyncapi.json --check
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory dashboard-check; \
	else echo "dashboard: no npm here; the committed build is taken as it is"; fi

# The dashboard: source in web/, build in serve/static/, committed, so that nobody else needs Node.
web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --silent
	touch $@

dashboard: web/node_modules
	cd web && npm run --silent build

dashboard-check: web/node_modules
	cd web && npm run --silent check
	cd web && npm run --silent build -- --outDir ../.dashboard --logLevel warn
	diff -r .dashboard serve/static || { echo "the committed build is not that of web/: make dashboard"; exit 1; }
	rm -rf .dashboard

screenshots: setup
	$(BIN)/python web/screenshots.py docs

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# On two cores, each file whole in one of them: what is tested starts processes of its own.
test: check
	$(BIN)/pytest -n auto --maxprocesses 2 --dist loadfile

bench: setup
	$(UV) sync --frozen --quiet --compile-bytecode --all-groups
	$(BIN)/lateswap bench

# Minutes of random payloads for every adapter; FUZZ says how many times as many as in the tests.
fuzz: setup
	FUZZ=$${FUZZ:-60} $(BIN)/pytest -q --timeout 0 tests/actors/feeds/adapters/test_any_bytes.py tests/actors/feeds/adapters/test_reading.py

clean:
	rm -rf .venv .uv .lateswap
