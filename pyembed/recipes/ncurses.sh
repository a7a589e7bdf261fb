# For curses and libedit. The usual terminals are compiled in: there is no terminfo database on an empty root.
configure_static --with-build-cc=clang-22 --without-shared --with-normal --without-debug --without-ada --without-cxx \
  --without-cxx-binding --without-manpages --without-progs --without-tests --enable-widec --disable-database \
  --disable-stripping \
  --with-fallbacks=xterm,xterm-256color,linux,vt100,vt220,screen,screen-256color,tmux,tmux-256color,dumb,ansi
make -j"$JOBS" libs
make install.libs install.includes
