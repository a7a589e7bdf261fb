# requires: bcrypt
from concurrent.futures import ThreadPoolExecutor

import bcrypt

digest = bcrypt.hashpw(b"word", bcrypt.gensalt(rounds=6))
with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(lambda word: bcrypt.checkpw(word, digest), [b"word", b"other", b"word"])) == [True, False, True]
print("hashed, checked in threads")
