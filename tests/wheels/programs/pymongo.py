# requires: pymongo
import bson
import pymongo
from pymongo.errors import ServerSelectionTimeoutError

assert bson.has_c() and pymongo.has_c()
value = {"_id": bson.ObjectId(), "n": [1, 2.5], "t": {"é": None}}
assert bson.decode(bson.encode(value)) == value
try:
    pymongo.MongoClient("127.0.0.1", 1, serverSelectionTimeoutMS=300).admin.command("ping")
except ServerSelectionTimeoutError:
    print("BSON in C; no server, which it reports (Debian has no MongoDB to test against)")
