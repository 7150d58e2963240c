# The commands of the README.  CMake does the work: build/ is for tests and
# for you, build-demo/ for the demo, so that both can run at the same time.

BUILD ?= build
DEMO = build-demo
CONFIGURE = cmake -DCMAKE_BUILD_TYPE=RelWithDebInfo
JOBS ?= $(shell nproc)

.PHONY: help demo build test soak servers bench install package format clean

help:
	@echo 'make demo     a shop in a private MariaDB, and a prompt for SQL on it'
	@echo 'make test     build everything and run all tests'
	@echo 'make build    the module, the library and the command, in $(BUILD)/'
	@echo 'make servers  fetch for CI: MariaDB 11.4, MySQL 5.6, Galera'
	@echo 'make soak     new random tests for MINUTES=30, to the first difference'
	@echo 'make bench    measure beside programs over raw libmariadb'
	@echo 'make install  install what was built (PREFIX=/usr/local)'
	@echo 'make package  a Debian package of it'
	@echo 'make format   bring the C files into shape'
	@echo 'make clean    remove what was built'

demo:
	@.ci/deps
	@mkdir -p $(DEMO)
	@echo 'building in $(DEMO)/ ...'
	@{ $(CONFIGURE) -S . -B $(DEMO) -DENT_TESTS=OFF && \
	  cmake --build $(DEMO) -j$(JOBS); } >$(DEMO)/log 2>&1 || \
	  { cat $(DEMO)/log; exit 1; }
	@sh cli/demo/demo.sh $(DEMO)/cli/entable

build:
	@.ci/deps --tests
	@$(CONFIGURE) -S . -B $(BUILD)
	@cmake --build $(BUILD) -j$(JOBS)

# One more than CPUs: a test often waits for its server, or for time to pass.
test: build
	@ctest --test-dir $(BUILD) --output-on-failure -j$$(($(JOBS) + 1))

MINUTES ?= 30
soak: build
	@$(BUILD)/cli/entable sandbox --with redis --database judge -- \
	  /usr/bin/python3 tests/differential/soak.py \
	  --module $(BUILD)/vtab/entable.so \
	  --pausing $(BUILD)/vtab/entable_faults.so --minutes $(MINUTES)

servers:
	@.ci/servers

bench: build
	@cmake --build $(BUILD) --target bench

PREFIX ?= /usr/local
install: build
	@cmake --install $(BUILD) --prefix $(PREFIX)

package: build
	@cd $(BUILD) && cpack

format:
	@find backends cache cli tests vtab -name '*.[ch]' -print0 | \
	  xargs -0 clang-format -i

clean:
	@rm -rf $(BUILD) $(DEMO)
