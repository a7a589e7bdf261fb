# requires: yarl
import yarl
from yarl import _quoting

url = yarl.URL("http://user@example.org:8080/p é?a=1") / "more" % {"b": "ü"}
assert url.raw_path == "/p%20%C3%A9/more" and url.query["b"] == "ü"
assert _quoting._Quoter.__module__ == "yarl._quoting_c"
print("URLs taken apart and joined with the compiled quoter")
