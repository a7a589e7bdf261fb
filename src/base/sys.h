// Every system call we make, as a Result whose error names the call. EINTR is retried where a retry is right.
// Its files (sys.cpp, sys_files.cpp, sys_sockets.cpp) call the kernel for all others; a new call gets its line here.
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"

namespace base::sys {

// What a non-blocking transfer came to. `again`: nothing now, wait for readiness. `closed`: end of stream or a peer
// that is gone (EPIPE, ECONNRESET); both end the connection.
struct Transfer {
  enum class Kind { done, again, closed } kind;
  std::size_t bytes = 0;
};

// Of all pieces together.
std::size_t size_of(std::span<iovec const> pieces);

// Sockets
Result<Fd> socket(int family, int type);
Result<void> bind(Fd const&, sockaddr const*, socklen_t);
Result<void> listen(Fd const&, int backlog);
// A listening socket hears nothing more; what is still queued on it is refused.
Result<void> stop_listening(int listener);
// No more is queued on a listening socket than is already, or than one connection.
Result<void> stop_queueing(int listener);
// A stream socket that does not block may still be on its way there afterwards.
Result<void> connect(Fd const&, sockaddr const*, socklen_t);
Result<void> set_option(Fd const&, int level, int option, int value);
Result<int> get_option(Fd const&, int level, int option);
// An empty optional: nothing is queued, or the socket does not listen any more.
Result<std::optional<Fd>> accept(int listener, sockaddr_storage* peer, socklen_t* peer_size);
// How many connections wait in a TCP listener to be accepted.
Result<int> accept_queue(int listener);
Transfer receive(int socket, std::span<char> into);
// The same, but what was received is received again next time.
Transfer peek(int socket, std::span<char> into);
Transfer send(int socket, std::span<iovec const> pieces);
Transfer send_file(int socket, int file, off_t* offset, std::size_t count);
// One message, of a socket that keeps their borders, with a descriptor that both processes then have (SCM_RIGHTS). The
// receiver's is close-on-exec, and empty where a message brought none.
Transfer send_descriptor(int socket, std::span<iovec const> pieces, int descriptor);
Transfer receive_descriptor(int socket, std::span<char> into, Fd* descriptor);
// Bytes that were sent and that the peer has not taken yet; 0 where the kernel does not say.
std::size_t untaken(int socket);
// Bytes that have come and that nobody has taken yet; 0 where the kernel does not say.
std::size_t unread(int socket);
// One datagram.
Result<void> send_to(int socket, sockaddr const*, socklen_t, std::string_view bytes);
// Two connected sockets, close-on-exec.
struct SocketPair {
  Fd one;
  Fd other;
};
Result<SocketPair> socket_pair(int type);
Result<void> shutdown_write(int socket);

// What an existing socket is bound to.
Result<void> local_address(int socket, sockaddr_storage* address, socklen_t* size);

// Files
Result<Fd> open(std::string const& path, int flags, mode_t mode = 0);
// Where every step of `path` stays beneath `directory` (openat2, Linux 5.6).
Result<Fd> open_beneath(int directory, std::string const& path, int flags);
Result<std::string> read_file(std::string const& path);
Result<std::size_t> read(int descriptor, std::span<char> into);
Result<std::size_t> read_at(int file, std::span<char> into, off_t offset);
// Writes all of it; only for descriptors that may block.
Result<void> write_all(int descriptor, std::string_view bytes);
Result<Fd> memfd(char const* name);
Result<void> unlink(std::string const& path);
Result<void> rename(std::string const& from, std::string const& to);
Result<void> change_directory(std::string const& path);
enum class FileKind { regular, directory, pipe, socket, terminal, other };
Result<FileKind> kind_of(int descriptor);
// Of the path itself, a link not followed; nothing when it does not exist.
Result<std::optional<FileKind>> kind_of(std::string const& path);
struct FileIdentity {
  dev_t device;
  ino_t inode;
  bool operator==(FileIdentity const&) const = default;
};
Result<std::optional<FileIdentity>> identity_of(std::string const& path);
// What tells one content of a file from the next, a link followed; nothing when there is no file.
struct FileStamp {
  FileIdentity identity;
  off_t size;
  WallTime modified;
  WallTime changed;  // or put in its place, whatever the time of its content (st_ctim)
  bool operator==(FileStamp const&) const = default;
};
std::optional<FileStamp> stamp_of(std::string const& path);
Result<void> set_mode(std::string const& path, mode_t mode);
// -1 leaves that half as it is.
Result<void> set_owner(std::string const& path, uid_t user, gid_t group);
// The same for a regular file, and for nothing else: a link that somebody put there instead is not followed.
Result<void> give_file(std::string const& path, uid_t user, gid_t group);
mode_t set_umask(mode_t mask);
Result<Fd> duplicate(int descriptor);
// Makes descriptor `to` refer to what `from` does, in one step.
Result<void> duplicate_onto(int from, int to);
// The same for a standard stream: it stays open in programs that are executed.
Result<void> replace_stream(int from, int stream);
// Waits for the only lock on the file that `descriptor` refers to; closing it lets go.
Result<void> lock_file(int descriptor);
Result<FileIdentity> identity_of(int descriptor);
// A second name for a file; fails with EEXIST where `name` exists.
Result<void> link(std::string const& path, std::string const& name);
Result<void> set_nonblocking(int descriptor);
Result<void> set_close_on_exec(int descriptor);
Result<void> keep_on_exec(int descriptor);
// One writev(2) or sendmsg(2) that sends what fits now; send_now() never waits, whatever the socket's flags.
Transfer write_now(int descriptor, std::span<iovec const> pieces);
Transfer send_now(int socket, std::span<iovec const> pieces);

// Descriptors that wait for us
Result<Fd> epoll();
Result<Fd> event_counter();
Result<Fd> signal_descriptor(sigset_t const&);
// Non-blocking; `events` as inotify(7) has them. Returns the number of the watch.
Result<Fd> directory_watch();
Result<int> watch_directory(Fd const& watch, std::string const& path, std::uint32_t events);
struct Pipe {
  Fd read_end;
  Fd write_end;
};
// Both ends non-blocking.
Result<Pipe> pipe();
// Room for so many bytes in pages that are filled; a page that is not filled takes as much of it.
Result<void> widen(Pipe const&, std::size_t capacity);
bool is_full(Pipe const&);
// Moves the pages that have come to `socket`, without copying what stands in them, at most `most` bytes (splice(2)).
// `again`: nothing has come, or the pipe is full. An error: the two do not do this.
Result<Transfer> move(int socket, Pipe const&, std::size_t most);
// True when one of `descriptors` is ready or has failed (see revents), false when `limit` passed first or a signal
// came; without a limit it waits for as long as it takes.
Result<bool> poll(std::span<pollfd> descriptors, std::optional<Duration> limit);

// Lets the process open so many descriptors, or as many as it may give itself (RLIMIT_NOFILE): that number, or the
// greater one that holds already.
Result<std::uint64_t> allow_descriptors(std::uint64_t wanted);
// Has the kernel make room in its table for so many, within that limit. To be called while the process has one thread:
// where it has several, whoever opens one too many waits until no processor reads the old table any more, 8 to 20 ms
// each time it doubles (expand_fdtable of the kernel's fs/file.c: synchronize_rcu).
Result<void> make_room_for_descriptors(std::uint64_t count);

// Processes
Result<pid_t> fork();
pid_t own_pid();
pid_t parent_pid();
[[noreturn]] void exit_at_once(int status);
// Is there a process of this pid, ours or somebody else's?
bool is_alive(pid_t pid);
Result<void> kill(pid_t pid, int signal);
struct Exited {
  pid_t pid;
  int status;
};
// One child that ended and has not been reaped yet, if there is one.
Result<std::optional<Exited>> wait_any();
// Is there a child left, running or not yet reaped?
bool has_children();
Result<void> die_with_parent(int signal);
Result<void> become_subreaper();
// Replaces the program; returns only when that failed. `environment` holds "NAME=value" texts.
[[nodiscard]] Error execute(std::string const& path, std::vector<std::string> const& words,
                            std::vector<std::string> const& environment);
// A session of its own: no terminal, no foreground group.
Result<void> start_session();

// Owners
uid_t effective_user();
gid_t effective_group();
// The groups of a user, `group` among them, by the user and group databases; an error where the user has no name.
Result<std::vector<gid_t>> groups_of(uid_t user, gid_t group);
Result<void> set_groups(std::span<gid_t const> groups);
// Real, effective and saved, so that there is no way back.
Result<void> set_group(gid_t group);
Result<void> set_user(uid_t user);
Result<struct sigaction> signal_action(int signal);
Result<struct sigaction> set_signal_action(int signal, struct sigaction const& action);
// Replaces the set of blocked signals and returns the one before.
Result<sigset_t> set_signal_mask(sigset_t const& blocked);
Result<void> unblock_signals(sigset_t const&);

// Memory shared with children to come; zeroed, page-aligned, for the life of the process.
Result<void*> shared_memory(std::size_t size);

}  // namespace base::sys
