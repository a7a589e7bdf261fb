# requires: argon2-cffi
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

hasher = PasswordHasher(time_cost=1, memory_cost=8192)
digest = hasher.hash("word")
assert hasher.verify(digest, "word")
try:
    hasher.verify(digest, "other")
except VerifyMismatchError:
    print("hashed with threads of its own, verified")
