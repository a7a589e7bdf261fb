// The interpreter lock as a proof: a function that touches Python takes a Gil const& first, and a Gil exists only in a
// scope that holds the lock. Never stored.
#pragma once

namespace python {

class Gil {
 public:
  Gil(Gil const&) = delete;
  Gil& operator=(Gil const&) = delete;

  // For code the interpreter called, which holds the lock by contract, and for the thread that started the interpreter.
  static Gil const& held() {
    static Gil const proof;
    return proof;
  }

 private:
  friend class AcquireGil;
  Gil() = default;
};

// Attaches the thread for a scope. A thread that runs applications holds one for its whole life and detaches inside it
// (ReleaseGil), so that the application's thread-locals and context variables live as long as the thread.
class AcquireGil {
 public:
  AcquireGil();
  ~AcquireGil();
  AcquireGil(AcquireGil const&) = delete;
  AcquireGil& operator=(AcquireGil const&) = delete;

  operator Gil const&() const { return Gil::held(); }

 private:
  int state_;
};

// Detaches the thread for a scope: for every wait, so that other Python threads run.
class ReleaseGil {
 public:
  explicit ReleaseGil(Gil const&);
  ~ReleaseGil();
  ReleaseGil(ReleaseGil const&) = delete;
  ReleaseGil& operator=(ReleaseGil const&) = delete;

 private:
  void* thread_state_;
};

}  // namespace python
