# requires: rapidfuzz Levenshtein
import Levenshtein
from rapidfuzz import fuzz, process

assert "_cpp" in fuzz.ratio.__module__ and fuzz.ratio("monoceros", "monocerus") > 88
assert process.extractOne("monocerus", ["unicorn", "monoceros", "rhinoceros"])[0] == "monoceros"
assert Levenshtein.distance("kitten", "sitting") == 3
print("ratios and distances in C++")
