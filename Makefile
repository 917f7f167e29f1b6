# The commands of this repository. `make` alone prints them. CMake does the building (see CMakePresets.json);
# this file only names the steps and installs what they need first.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
CTEST_FLAGS := --output-on-failure --no-tests=error --parallel $(JOBS) --output-junit tests.xml
ASAN := build/asan-ubsan
TSAN := build/tsan
# Which rooms clang-tidy looks at.
TIDY_ROOMS ?= *
# How long each fuzz target runs, in seconds.
FUZZ_SECONDS ?= 60
export CTEST_PARALLEL_LEVEL := $(JOBS)

.PHONY: help demo build test test-long simulate test-tsan fuzz fuzz-keep benches bench pictures lint lint-tidy format clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

build: ## Build the programs: build/bin/sennit, sennit-ctrl, sennit-user
	@tools/setup build
	@tools/configure release
	@cmake --build build --target sennit sennit-ctrl sennit-user --parallel $(JOBS)

demo: build ## Run the pipeline of examples/digits and show its status, logs and results
	@tools/setup demo
	@tools/demo

test: ## Build once with ASan and UBSan and run all tests but the long ones
	@tools/setup build test
	@tools/configure asan-ubsan
	@cmake --build $(ASAN) --parallel $(JOBS)
	@ctest --test-dir $(ASAN) $(CTEST_FLAGS) --label-exclude '^long$$'

test-long: ## The long suites: hundreds of kills, large transfers
	@tools/setup build test
	@tools/configure asan-ubsan
	@cmake --build $(ASAN) --parallel $(JOBS)
	@ctest --test-dir $(ASAN) $(CTEST_FLAGS) --label-regex '^long$$'

simulate: ## Simulate tens of thousands of workflows with faults, optimised and without sanitizers
	@tools/setup build test
	@tools/configure release -DSENNIT_SIMULATION=ON
	@cmake --build build --parallel $(JOBS) --target simulation
	@tools/simulate build/bin/simulation $(JOBS)

test-tsan: ## The rooms with threads, under ThreadSanitizer
	@tools/setup build test
	@tools/configure tsan
	@cmake --build $(TSAN) --parallel $(JOBS) --target tsan_tests
	@ctest --test-dir $(TSAN) $(CTEST_FLAGS) --label-regex '^threads$$'

fuzz: ## Fuzz each parser for FUZZ_SECONDS
	@tools/setup build test fuzz
	@tools/configure asan-ubsan
	@cmake --build $(ASAN) --parallel $(JOBS) --target fuzz_targets
	@tools/fuzz $(ASAN)/bin $(FUZZ_SECONDS)

fuzz-keep: ## Take what `make fuzz` has found into tests/fuzz/corpus
	@tools/fuzz_keep $(ASAN)/bin

benches: build ## Build the benchmarks
	@tools/setup bench
	@tools/configure release -DSENNIT_BENCH=ON
	@cmake --build build --parallel $(JOBS) --target benches

bench: benches ## Measure against the bare loop and the peers; one table
	@tools/setup peers
	@python3 bench/run.py --bin build/bin

pictures: build ## Draw the pictures of docs/terminal.md anew
	@tools/setup test
	@tools/screenshots/draw

lint: ## Format, layers, sizes, style
	@tools/setup lint
	@tools/lint

lint-tidy: ## clang-tidy over every source file, or those of TIDY_ROOMS="base model" (slow: minutes)
	@tools/setup build test tidy
	@tools/configure tidy
	@tools/tidy build/tidy $$(git ls-files $(TIDY_ROOMS:%='src/%/*.cc'))

format: ## Let clang-format rewrite the sources
	@tools/setup lint
	@git ls-files '*.cc' '*.h' | xargs -r clang-format -i

clean: ## Remove everything that was built
	rm -rf build
