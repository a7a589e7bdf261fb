# requires: pymongo
# from source: pymongo
# notes: no wheel for musl; built from source, without its C part
import bson
import pymongo
from pymongo.errors import ServerSelectionTimeoutError

value = {"_id": bson.ObjectId(), "n": [1, 2.5], "t": {"é": None}}
assert bson.decode(bson.encode(value)) == value
try:
    pymongo.MongoClient("127.0.0.1", 1, serverSelectionTimeoutMS=300).admin.command("ping")
except ServerSelectionTimeoutError:
    print("BSON; no server, which it reports (Debian has no MongoDB to test against)")
