# A C and C++ toolchain for static musl programs: the machine's clang and lld, and everything below them from source.
# configure scripts look for "clang" in the compiler's *name*; a wrapper called otherwise silently loses PGO and LTO.
resource=$OUT/lib/clang/22
mkdir -p "$OUT/bin" "$OUT/usr/include" "$resource"
cp -r /usr/lib/llvm-22/lib/clang/22/include "$resource/"

# Kernel headers are the machine's.
case $ARCH in
  x86_64) kernel=/usr/include asm=/usr/include/x86_64-linux-gnu/asm ;;
  *) kernel=/usr/$ARCH-linux-gnu/include asm=$kernel/asm ;;
esac
if [ ! -d "$kernel/linux" ]; then
  echo "Kernel headers for $ARCH are missing: ci/setup $ARCH installs them."
  exit 1
fi
cp -r "$kernel/linux" "$kernel/asm-generic" "$asm" "$OUT/usr/include/"

# $1 file, $2 compiler, $3 more flags. The sysroot may be moved: the wrapper finds it by its own place.
# The machine may have a libc++ of its own beside clang: -nostdinc++ keeps its headers out.
wrapper() {
  cat > "$OUT/bin/$1" <<WRAPPER
#!/bin/sh
sysroot=\${0%/bin/*}
link=-static-pie
case " \$* " in *" -shared "* | *" -r "*) link= ;; esac
exec /usr/lib/llvm-22/bin/$2 --target=$TARGET --sysroot="\$sysroot" -resource-dir "\$sysroot/lib/clang/22" \\
  -rtlib=compiler-rt -unwindlib=libunwind -fuse-ld=lld -Wno-unused-command-line-argument \$link$3 "\$@"
WRAPPER
  chmod +x "$OUT/bin/$1"
}
wrapper "$TARGET-clang" clang ""
wrapper "$TARGET-clang++" clang++ " -stdlib=libc++ -nostdinc++ -isystem \"\$sysroot/usr/include/c++/v1\""
CC=$OUT/bin/$TARGET-clang CXX=$OUT/bin/$TARGET-clang++

# 1. musl
mkdir musl && (
  cd musl
  CC=$CC "$SRC_musl/configure" --target="$TARGET" --prefix=/usr --disable-shared
  make -j"$JOBS"
  make DESTDIR="$OUT" install
)

# 2. compiler-rt and 3. libunwind, libc++abi, libc++. Nothing links before all of them are there.
runtime() {
  cmake -S "$SRC_llvm/$1" -B "$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_SYSTEM_PROCESSOR="$ARCH" -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY \
    -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_ASM_COMPILER="$CC" \
    -DCMAKE_C_COMPILER_TARGET="$TARGET" -DCMAKE_CXX_COMPILER_TARGET="$TARGET" -DCMAKE_ASM_COMPILER_TARGET="$TARGET" \
    -DCMAKE_AR="$(command -v "$AR")" -DCMAKE_RANLIB="$(command -v "$RANLIB")" -DCMAKE_NM="$(command -v "$NM")" "$@"
  ninja -C "$1" install
}
set -- compiler-rt -DCMAKE_INSTALL_PREFIX="$resource" -DLLVM_CMAKE_DIR="$SRC_llvm/llvm/cmake" \
  -DCOMPILER_RT_DEFAULT_TARGET_ONLY=ON -DLLVM_ENABLE_PER_TARGET_RUNTIME_DIR=ON -DCOMPILER_RT_CXX_LIBRARY=none \
  -DCOMPILER_RT_BUILD_BUILTINS=ON -DCOMPILER_RT_BUILD_CRT=ON -DCOMPILER_RT_BUILD_PROFILE=ON \
  -DCOMPILER_RT_INCLUDE_TESTS=OFF
for part in SANITIZERS XRAY LIBFUZZER MEMPROF ORC GWP_ASAN CTX_PROFILE; do
  set -- "$@" "-DCOMPILER_RT_BUILD_$part=OFF"
done
runtime "$@"
runtime runtimes -DCMAKE_INSTALL_PREFIX="$OUT/usr" -DLLVM_ENABLE_RUNTIMES="libunwind;libcxxabi;libcxx" \
  -DLLVM_INCLUDE_TESTS=OFF -DLIBUNWIND_ENABLE_SHARED=OFF -DLIBUNWIND_USE_COMPILER_RT=ON -DLIBUNWIND_INCLUDE_TESTS=OFF \
  -DLIBCXXABI_ENABLE_SHARED=OFF -DLIBCXXABI_USE_LLVM_UNWINDER=ON -DLIBCXXABI_USE_COMPILER_RT=ON \
  -DLIBCXXABI_ENABLE_STATIC_UNWINDER=ON -DLIBCXXABI_INCLUDE_TESTS=OFF -DLIBCXX_ENABLE_SHARED=OFF \
  -DLIBCXX_HAS_MUSL_LIBC=ON -DLIBCXX_USE_COMPILER_RT=ON -DLIBCXX_CXX_ABI=libcxxabi \
  -DLIBCXX_ENABLE_STATIC_ABI_LIBRARY=ON -DLIBCXX_INCLUDE_TESTS=OFF -DLIBCXX_INCLUDE_BENCHMARKS=OFF \
  -DLIBCXX_HAS_ATOMIC_LIB=OFF -DLIBCXXABI_HAS_CXA_THREAD_ATEXIT_IMPL=OFF

# It must work: C++23 with exceptions, as a static-PIE whose relocations are packed.
if [ "$ARCH" = x86_64 ]; then
  $CXX -std=c++23 -O2 -Wl,--pack-dyn-relocs=relr -Wl,-z,relro,-z,now "$PYEMBED/tests/hello.cpp" -o hello
  ./hello
fi
