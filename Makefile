# What a newcomer types: `make demo` and `make test`. Both install what is missing on Debian.

SHELL := /bin/bash
PYTHON := .venv/bin/python
RELEASE := .build/release/awsjob
# The linker's note about mktemp comes from FoundationEssentials, which ArgumentParser brings; nothing here calls it.
QUIET := 2>&1 | { grep -v "mktemp" || true; }

.PHONY: build demo test bench install clean prerequisites

build: $(RELEASE)

$(RELEASE): prerequisites $(shell find Sources -type f) Package.swift
	set -o pipefail; swift build -c release --static-swift-stdlib -Xlinker -s --product awsjob $(QUIET)
	@touch $@

demo: build $(PYTHON)
	Tests/Demo/demo.sh $(RELEASE) $(PYTHON)

test: prerequisites $(PYTHON)
	set -o pipefail; swift build --build-tests --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors $(QUIET)
	.ci/tests

bench: build $(PYTHON)
	set -o pipefail; swift build -c release --static-swift-stdlib --product signing-bench $(QUIET)
	$(PYTHON) Tests/Benchmarks/signing_bench.py --signer .build/release/signing-bench
	$(PYTHON) Tests/Benchmarks/bench.py --awsjob $(RELEASE)
	$(PYTHON) Tests/Benchmarks/imds_bench.py --awsjob $(RELEASE)
	@.ci/prerequisites bench
	$(PYTHON) Tests/Benchmarks/logs_bench.py --awsjob $(RELEASE)
	$(PYTHON) Tests/Benchmarks/history_bench.py --awsjob $(RELEASE)
	$(PYTHON) Tests/Benchmarks/diagnosis_bench.py --awsjob $(RELEASE)
	$(PYTHON) Tests/Benchmarks/claude_bench.py --awsjob $(RELEASE)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r Tests/Benchmarks/requirements.txt
	$(PYTHON) Tests/Benchmarks/redaction_bench.py --awsjob $(RELEASE)
	AWSJOB_SIGNING_COUNT=20000 swift test --filter SigningDifferentialTests
	set -o pipefail; swift build -c release --static-swift-stdlib --product simulated-day $(QUIET)
	AWSJOB_PROGRAM=$(abspath $(RELEASE)) AWSJOB_CRASH_SEEDS=300 AWSJOB_FAULT_CASES=all AWSJOB_SIMULATED_DAY=$(abspath .build/release/simulated-day) \
		swift test --skip-build --filter 'CrashPointTests|FaultMatrixTests|SimulatedDayTests'

# The program for this host, and the folder where each user's state is kept (mode 1777, like /tmp: users make their own).
install: build
	install -D -m 755 $(RELEASE) /usr/local/bin/awsjob
	install -d -m 1777 /var/lib/awsjob

clean:
	rm -rf .build .venv

prerequisites:
	@.ci/prerequisites

$(PYTHON): Tests/Servers/requirements.txt
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r Tests/Servers/requirements.txt
	@touch $@
