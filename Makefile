# The one entry. `make help` lists what there is; README.md says what it is for.
#
# All paths are relative: a checkout may be in a directory whose name has spaces. What a stage depends on is hashed by
# ci/stage, so every stage target runs and mostly finds its result in the cache; make only knows their order.

include versions.mk

BUILD   := build
SDK     := $(BUILD)/sdk
PREFIX  ?= /usr/local
PORTS   ?= lua sqlite bash
# The -j that make was given, else one per core. Expanded in recipes only: before, MAKEFLAGS does not hold it.
JOBS     = $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),$(shell nproc))
STARTED := $(shell date +%s)
elapsed  = echo "$(1) in $$(( $$(date +%s) - $(STARTED) )) s"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

help: ## list the targets
	@echo 'make TARGET, where TARGET is:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-14s %s\n' "$$name" "$$text"; done
	@echo '  check-NAME   the tests of tests/NAME alone'
	@echo '  port-NAME    one port'

demo: ports ## install what is missing, build everything, run lua, sqlite and bash
	@for port in $(PORTS); do ports/wali-port demo "$$port" || exit; done
	@$(call elapsed,demo: ready)

# Set-up.

setup: ## install missing Debian packages (needs root or sudo)
	@ci/setup

fetch: | setup ## fetch all sources into the cache
	@ci/fetch musl >/dev/null
	@ci/fetch --tree llvm >/dev/null

# The SDK. Each stage: what it builds on, what it reads, what it runs.

stage  = ci/stage run $(1) --jobs $(JOBS)
clang  = --tool 'clang-22 --version' --tool 'wasm-ld-22 --version'
build  = --prefix @PREFIX@ --work @WORK@ -j @JOBS@
STAGES := clang-wrappers wali-fpcast wali-musl libcxx-build libcxx runtime-lite cmake-toolchain rust-target port-tree
.PHONY: $(STAGES)

clang-wrappers: | setup
	@$(call stage,$@) --input $@ $(clang) -- $@/build $(build)

wali-fpcast: | setup
	@$(call stage,$@) --input clang-wrappers/fpcast --input runtime-lite/wasm $(clang) -- clang-wrappers/fpcast/build $(build)

wali-musl: clang-wrappers | fetch
	@$(call stage,$@) --base clang-wrappers --input $@ --input spec --pin musl $(clang) \
		--tool "dpkg-query -W linux-libc-dev" -- $@/build $(build)

# The builtins, then all that is C++: a change there need not build these anew.
libcxx-build: wali-musl | fetch
	@$(call stage,$@) --base wali-musl --input $@/build --input $@/build-builtins --input $@/patches --pin llvm \
		$(clang) -- $@/build $(build)

libcxx: libcxx-build | fetch
	@$(call stage,$@) --base libcxx-build --input libcxx-build/build-libcxx --input libcxx-build/patches-libcxx \
		--pin llvm $(clang) --tool 'cmake --version' --tool 'ninja --version' -- libcxx-build/build-libcxx $(build)

runtime-lite = --input runtime-lite --input spec $(clang) --tool 'llvm-config-22 --version' \
	--tool "dpkg-query -W libc6-dev libc6-dev-arm64-cross libc6-dev-riscv64-cross" -- $(MAKE) -C runtime-lite BUILD=@WORK@ PREFIX=@PREFIX@ \
	CFLAGS='-O2 -g -fdebug-compilation-dir=.' -j @JOBS@
runtime-lite: | setup
	@$(call stage,$@) $($@) install

cmake-toolchain: | setup
	@$(call stage,$@) --input $@ -- $@/build $(build)

# Where Debian's Rust is missing it installs nothing, and the key says that.
rust-target: | setup
	@$(call stage,$@) --input $@ --tool '/usr/bin/rustc -vV' --tool '/usr/bin/cargo -V' \
		--tool 'dpkg-query -W rust-web-src' -- $@/build $(build)

# Recipes and the tool that builds them.
port-tree: | setup
	@$(call stage,$@) --input ports --input ci/fetch --input ci/stage --input ci/wali_ci -- ports/build $(build)

sdk: $(STAGES) ## build the SDK into build/sdk
	@ci/stage assemble $(SDK) $(STAGES)

# Ports.

ports: $(PORTS:%=port-%) ## build the ports lua, sqlite and bash
port-%: sdk
	@ports/wali-port build $*

# Tests: every executable tests/<group>/*.t prints TAP. They run in this directory and find what they test by WALI_SDK
# and WALI_BUILD, which are relative to it.

TESTS ?= $(wildcard tests/*/*.t)
# With SANITIZE=1: the same tests, on an SDK whose runtime checks itself.
tested = $(if $(SANITIZE),sdk-sanitize,sdk)
# A test that calls make is no part of this one. Signals as a terminal's shell leaves them, under nohup, too.
prove  = env --default-signal MAKEFLAGS= MFLAGS= WALI_SDK=$(BUILD)/$(tested) WALI_BUILD=$(BUILD) prove -j$(JOBS) --timer --exec '' $(1)

sdk-sanitize: sdk
	@$(call stage,runtime-lite-sanitize) $(runtime-lite) SANITIZE=1 install
	@ci/stage assemble $(BUILD)/$@ $(STAGES) runtime-lite-sanitize

# The line with the totals comes last, whatever the result.
check: ports $(tested) ## build and run all tests (SANITIZE=1: with ASan and UBSan in the runtime; TESTS=files)
	@$(call prove,$(TESTS))

check-%: $(tested)
	@$(call prove,$(or $(wildcard tests/$*/*.t),$(error there are no tests in tests/$*)))

format: ## format all C as .clang-format says (but musl's overlay)
	@git ls-files -co --exclude-standard -- '*.[ch]' ':!wali-musl' ':!ports' | xargs -d '\n' clang-format-22 -i

bench: sdk ## measure; figures go to build/bench
	@bench/run

fuzz: | setup ## random modules on all engines, and libFuzzer (FUZZ_MODULES=10000 FUZZ_SECONDS=600 FUZZ_FIRST=0)
	@FUZZ_MODULES=$${FUZZ_MODULES:-10000} FUZZ_SECONDS=$${FUZZ_SECONDS:-600} WALI_BUILD=$(BUILD) MAKEFLAGS= MFLAGS= \
		tests/fuzz/fuzz.t

# Installing. The SDK finds its parts from its own path: any directory will do.

install: sdk ## copy the SDK to $(DESTDIR)$(PREFIX)
	@mkdir -p "$(DESTDIR)$(PREFIX)"
	@cp -a --no-preserve=ownership $(SDK)/. "$(DESTDIR)$(PREFIX)/"

dist: sdk ## pack the SDK as build/wali-sdk-<machine>.tar.xz
	@tar -C $(BUILD) --transform 's,^sdk,wali-sdk,' --sort=name --owner=0 --group=0 --numeric-owner \
		-cJf $(BUILD)/.dist.tar.xz sdk
	@mv $(BUILD)/.dist.tar.xz $(BUILD)/wali-sdk-$$(uname -m).tar.xz
	@ls -sh $(BUILD)/wali-sdk-$$(uname -m).tar.xz

clean: ## remove what is built here (the cache keeps stages)
	@rm -rf $(BUILD)

distclean: clean ## and the cache that checkouts share
	@rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/wali-sdk"

.PHONY: help demo setup fetch sdk ports check sdk-sanitize format bench fuzz install dist clean distclean
