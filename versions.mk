# What is fetched, with version and SHA-256: the only list of pins. make includes it, ci/fetch reads it;
# ci/README.md documents the keys. A port's pins are in its recipe, under the same keys.

# Upstream's tarball; Debian ships it unchanged.
musl.version := 1.2.5
musl.debian  := musl_$(musl.version).orig.tar.gz
musl.sha256  := a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4
musl.url     := https://musl.libc.org/releases/musl-$(musl.version).tar.gz

# Sources of compiler-rt's builtins, libunwind, libc++abi and libc++. Debian packs its own tarball from the
# release, so the two files differ while the parts in llvm.tree do not: llvm.tree.sha256 covers them by content.
llvm.version := 22.1.8
llvm.debian  := llvm-toolchain-22_$(llvm.version).orig.tar.xz
llvm.sha256  := b49b9277aef97616320b2da259e1f8174c65b0ce2fbe2e8629644a97693402fe
llvm.url     := https://github.com/llvm/llvm-project/releases/download/llvmorg-$(llvm.version)/llvm-project-$(llvm.version).src.tar.xz
llvm.tree.sha256 := 9a725f4817620468c56a56b2c53e8ee4e59b6346fff0e88648a64d6e9a3a7e68
llvm.tree    := cmake runtimes llvm/cmake \
	compiler-rt/CMakeLists.txt compiler-rt/LICENSE.TXT compiler-rt/cmake compiler-rt/include compiler-rt/lib/builtins \
	libunwind libcxxabi \
	libcxx/CMakeLists.txt libcxx/LICENSE.TXT libcxx/cmake libcxx/include libcxx/modules libcxx/src libcxx/utils libcxx/vendor \
	libc/shared libc/hdr libc/include libc/src/__support

# The tests of the C++ libraries, from the same archive; only tests/cxx/libcxx-suite unpacks them.
llvm-tests.version := $(llvm.version)
llvm-tests.debian  := $(llvm.debian)
llvm-tests.sha256  := $(llvm.sha256)
llvm-tests.url     := $(llvm.url)
llvm-tests.tree.sha256 := 5f2a07e61261608d2d2b4421d5cf2fb15e85f5b7ceb672f24608426e79a74e09
llvm-tests.tree    := libcxx/docs libcxx/include libcxx/modules libcxx/src libcxx/test libcxx/utils \
	libcxxabi/include libcxxabi/src libcxxabi/test libunwind/include libunwind/test llvm/utils/lit

# wasm-opt for `wali-clang --wasm-opt`, an option of the SDK: clang-wrappers/add-wasm-opt gets it with npm.
binaryen.version := 132.0.0
binaryen.sha256  := 6543555fb29bb92548f325c7dc18e9ab7dbb1215edda25993d1e3f71d85b8618
