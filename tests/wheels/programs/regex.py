# requires: regex
import regex

assert regex.findall(r"\p{Lu}\p{Ll}+", "Ada élan Émile") == ["Ada", "Émile"]
assert regex.search(r"(?:monoceros){e<=2}", "a monocerus here")
assert regex.fullmatch(r"\((?:[^()]|(?R))*\)", "(a(b)c)")
print("Unicode properties, fuzzy and recursive matches")
