# The amalgamation, compiled once with the features Django and SQLAlchemy look for.
# No loadable extensions (the binary has no dlopen of its own yet).
cd "$SRC"
CC_FOR_BUILD=clang-22 ./configure --host="$TARGET" --build="$BUILD_TRIPLE" --disable-shared --disable-tcl --disable-readline
make -j"$JOBS" sqlite3.c sqlite3.h
$CC $CFLAGS -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DHAVE_USLEEP=1 \
  -DHAVE_FDATASYNC=1 -DHAVE_STRCHRNUL=1 -DHAVE_LOCALTIME_R=1 -DHAVE_GMTIME_R=1 -DSQLITE_ENABLE_COLUMN_METADATA \
  -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS4 \
  -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_STAT4 \
  -DSQLITE_ENABLE_UNLOCK_NOTIFY -c sqlite3.c -o sqlite3.o
mkdir -p "$OUT/lib" "$OUT/include"
$AR rcs "$OUT/lib/libsqlite3.a" sqlite3.o
cp sqlite3.h "$OUT/include/"
