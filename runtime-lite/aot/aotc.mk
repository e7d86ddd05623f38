# wali-aotc, and wali-run for the other ISAs: the part of ../Makefile that needs LLVM and cross libraries.

LLVM_CONFIG ?= llvm-config-22
LLVM_FLAGS   = -isystem $(shell $(LLVM_CONFIG) --includedir)
LLVM_LIBS    = -L$(shell $(LLVM_CONFIG) --libdir) -lLLVM-22

compiler := $(addprefix aot/,link.c snapshot.c target.c writer.c) $(sort $(wildcard aot/compile*.c))

$(call objects,$(compiler) aot/wali-aotc.c): $(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(FLAGS) $(LLVM_FLAGS) -MMD -MP -c -o $@ $<

$(OUT)/wali-aotc: $(call objects,$(engine) $(compiler) aot/wali-aotc.c)
	$(CC) $(CFLAGS) $(FLAGS) $(LDFLAGS) $(filter-out -static,$(LINK)) -o $@ $^ $(LLVM_LIBS) $(LDLIBS)

# Modules to objects, to be looked at.
$(OUT)/aot-compile: $(OUT)/tests/aot/compile.o $(call objects,$(filter aot/compile%,$(compiler)) aot/cpu.c $(filter wasm/%,$(engine)))
	$(CC) $(CFLAGS) $(FLAGS) $(LDFLAGS) -pthread -o $@ $^ $(LLVM_LIBS)

# Random modules, interpreted or compiled: many in one process. Of an unwinder in a library nothing can be wrapped.
$(OUT)/run-modules: $(addprefix $(OUT)/tests/fuzz/,run-modules.o load.o) $(call objects,$(engine) $(compiler))
	$(CC) $(CFLAGS) $(FLAGS) $(LDFLAGS) $(filter-out -static,$(LINK)) -static-libgcc -o $@ $^ $(LLVM_LIBS) $(LDLIBS)

# By `uname -m`; each has libraries in Debian's packages of that name.
ISAS  := x86_64 aarch64 riscv64
CROSS := $(filter-out $(shell uname -m),$(ISAS))

cross: $(CROSS:%=cross-%)
cross-%:
	$(MAKE) -f Makefile BUILD=$(BUILD)/$* SANITIZE= CC='clang-22 --target=$*-linux-gnu' $(BUILD)/$*/wali-run

install-cross-%: cross-%
	install -d "$(PREFIX)/libexec/wali/$*"
	install $(BUILD)/$*/wali-run "$(PREFIX)/libexec/wali/$*/wali-run.new"
	mv -f "$(PREFIX)/libexec/wali/$*/wali-run.new" "$(PREFIX)/libexec/wali/$*/wali-run"

install-aotc: $(OUT)/wali-aotc
	install -d "$(PREFIX)/bin" "$(PREFIX)/share/man/man1"
	install $(OUT)/wali-aotc "$(PREFIX)/bin/wali-aotc.new"
	mv -f "$(PREFIX)/bin/wali-aotc.new" "$(PREFIX)/bin/wali-aotc"
	install -m 644 aot/wali-aotc.1 "$(PREFIX)/share/man/man1/wali-aotc.1"

.PHONY: cross install-aotc

-include $(patsubst %.o,%.d,$(call objects,$(compiler) aot/wali-aotc.c))

$(OUT)/image-mutate: $(OUT)/tests/aot/image-mutate.o $(call objects,$(engine))
	$(CC) $(CFLAGS) $(FLAGS) $(LDFLAGS) $(LINK) -o $@ $^ $(LDLIBS)

# Images are for the runtime that is built from the same sources as their compiler: aot/image.c has the sum of all.
$(OUT)/aot/image.o: $(OUT)/aot-build.h
$(OUT)/aot-build.h: FORCE
	@mkdir -p $(@D)
	@printf '#define AOT_BUILD %su\n' "$$(cat aot/*.[ch] aot/*.def aot/isa/*.h wasm/*.h | cksum | cut -d ' ' -f 1)" >$@.new
	@cmp -s $@.new $@ || cp $@.new $@
	@rm -f $@.new
