# CPython as a static library with every module of modules.toml inside, plus a runnable interpreter.
short=$(echo "$VERSION" | cut -d. -f1-2)
modules="python3 $PYEMBED/recipes/python-modules.py"

# `.pc` files are read as for a static program; modules that lack one are told what they link.
export PKG_CONFIG="pkg-config --static" MODULE_BUILDTYPE=static
export BZIP2_LIBS=-lbz2 BZIP2_CFLAGS=" " LIBSQLITE3_LIBS="-lsqlite3 -lm" LIBSQLITE3_CFLAGS="-I$DEPS/include"
export CURSES_LIBS=-lncursesw CURSES_CFLAGS="-DHAVE_NCURSESW=1 -I$DEPS/include/ncursesw"
export PANEL_LIBS="-lpanelw -lncursesw" PANEL_CFLAGS="-I$DEPS/include/ncursesw"
export LIBEDIT_LIBS="-ledit -lncursesw" LIBEDIT_CFLAGS="-I$DEPS/include"
export LIBLZMA_LIBS=-llzma LIBLZMA_CFLAGS=" "

case $PROFILE in
  release) optimize=-O3 ;;
  *) optimize=-O2 ;;
esac
# Threads made by Python get 8 MiB of stack whatever the program's header says: musl's default is 128 KiB.
export OPT="-DNDEBUG $optimize -g1 -Wall" CPPFLAGS="-I$DEPS/include -I$DEPS/include/ncursesw -DTHREAD_STACK_SIZE=0x800000"
set -- --prefix=/monoceros --disable-shared --without-ensurepip --disable-test-modules --with-openssl="$DEPS" \
  --with-system-libmpdec --with-system-expat --with-readline=editline --with-computed-gotos $($modules choices)
if [ -n "$BUILD_PYTHON" ]; then
  # For another machine: what configure finds out by running programs is said, and nothing can be trained.
  set -- "$@" --host="$TARGET" --build="$BUILD_TRIPLE" --with-build-python="$BUILD_PYTHON" ac_cv_file__dev_ptmx=yes \
    ac_cv_file__dev_ptc=no ac_cv_buggy_getaddrinfo=no ac_cv_working_tzset=yes ac_cv_pthread=yes \
    ac_cv_aligned_required=no ac_cv_broken_sem_getvalue=no ac_cv_posix_semaphores_enabled=yes
fi

# -O comes from OPT alone, and a relative source folder keeps this machine's paths out of the interpreter.
CFLAGS=$(echo "$CFLAGS" | sed 's/-O[0-9] //')
stack=-Wl,-z,stack-size=8388608
LINKFORSHARED=" " LDFLAGS="$LDFLAGS -L$DEPS/lib" LDFLAGS_NODIST=$stack "../${SRC##*/}/configure" "$@"
unset CFLAGS CPPFLAGS LDFLAGS OPT
cp Modules/Setup.stdlib Modules/Setup.local
make -j"$JOBS" Modules/config.c
$modules check "$SRC/Modules/Setup.stdlib.in" Modules/config.c

# Not configure's --enable-optimizations: that links every helper program of the build with LTO, and counts in the source
# as it stands rather than in what is left of it once small functions are inlined (-fprofile-generate), which tells less.
# Here objects carry native code for those programs, and bitcode that is optimised once, into the one object the archive
# then holds.
if [ "$PROFILE" = release ] && [ -z "$BUILD_PYTHON" ]; then
  make -j"$JOBS" CFLAGS_NODIST=-fprofile-generate LDFLAGS_NODIST="$stack -fprofile-generate" python
  LLVM_PROFILE_FILE="$WORK/../code-%p.profraw" ./python "$PYEMBED/pgo/workload.py"
  llvm-profdata-22 merge -o "$WORK/../code.profdata" "$WORK"/../code-*.profraw
  make clean
  trained="-fprofile-use=$WORK/../code.profdata"
  make -j"$JOBS" CFLAGS_NODIST="$trained -flto=thin -ffat-lto-objects" all
  # A static function that two files need is named after its file, not after a hash: it has a place in the order.
  ld.lld-22 -r --fat-lto-objects --lto-O3 --thinlto-jobs="$JOBS" -mllvm -use-source-filename-for-promoted-locals \
    --whole-archive "libpython$short.a" Modules/_hacl/*.a -o python.o
  rm "libpython$short.a" Modules/_hacl/*.a
  $AR rcs "libpython$short.a" python.o
else
  make -j"$JOBS" all
fi

mkdir -p "$OUT/bin" "$OUT/lib/python$short/lib-dynload" "$OUT/include/python$short"
cp -r "$SRC/Include/." pyconfig.h "$OUT/include/python$short/"
find "libpython$short.a" Modules/_hacl -name '*.a' -exec cp {} "$OUT/lib/" \;
llvm-strip-22 -o "$OUT/bin/python$short" "${BUILD_PYTHON:-python}"
cp -r "$SRC/Lib/." "$OUT/lib/python$short/"
# What sysconfig tells about the build must not name folders that are gone, nor this machine's.
scratch=${WORK%/*}
for file in build/lib.*/_sysconfigdata_*.py; do
  sed "s|$scratch/deps|/monoceros|g; s|$scratch|/monoceros/src|g" "$file" > "$OUT/lib/python$short/${file##*/}"
done
$modules leave-out "$OUT/lib/python$short"
find "$OUT/lib/python$short" -name __pycache__ -prune -exec rm -rf {} +

# In link order; paths are relative to the output folder of ci/parts.
{
  echo "python/lib/libpython$short.a"
  find Modules/_hacl -name '*.a' -printf 'python/lib/%f\n' | sort
  for name in ssl crypto sqlite3 lzma bz2 z ffi mpdec expat panelw edit ncursesw; do echo "deps/lib/lib$name.a"; done
  echo "-lm"
  case $TARGET in *-gnu) printf '%s\n' -ldl -lpthread -lutil ;; esac
} > "$OUT/link-libs.txt"
