# make chat, make test: everything else follows from these two.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: install chat test enrolments photographs

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[dev]'
	touch $@

chat: install
	$(BIN)/nocturne fit
	$(BIN)/nocturne chat

test: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile

# After a change of data/courses/*.yml or of the generator; both are committed.
enrolments: install
	$(BIN)/python -m skills.courses.simulation.generator

# Photographs of assignments, which nobody took; they are made where they are needed, not committed.
photographs: install
	$(BIN)/python -m skills.image_check.simulation.generator
