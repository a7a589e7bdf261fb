# requires: PyMySQL cryptography
# notes: pure Python; mysqlclient publishes no wheels for Linux
import pymysql

assert pymysql.converters.escape_string("a'b") == "a\\'b"
try:
    pymysql.connect(host="127.0.0.1", port=1, connect_timeout=1)
except pymysql.err.OperationalError:
    print("escaping; no server, which it reports")
