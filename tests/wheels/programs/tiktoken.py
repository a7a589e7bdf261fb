# requires: tiktoken
import tiktoken

ranks = {bytes([n]): n for n in range(256)} | {b"mo": 256, b"no": 257, b"mono": 258}
encoding = tiktoken.Encoding("tiny", pat_str=r"\w+|\W+", mergeable_ranks=ranks, special_tokens={"<end>": 300})
tokens = encoding.encode("mono no<end>", allowed_special="all")
assert tokens == [258, 32, 257, 300] and encoding.decode(tokens) == "mono no<end>"
print("text encoded and decoded with a vocabulary of its own")
