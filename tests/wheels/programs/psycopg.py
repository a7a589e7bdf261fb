# requires: psycopg[binary]
# core
# needs: postgresql
import os
from concurrent.futures import ThreadPoolExecutor

import psycopg

assert psycopg.pq.__impl__ == "binary"
url = os.environ["DATABASE_URL"]
with psycopg.connect(url) as connection:
    connection.execute("create temporary table t (n int, data jsonb)")
    with connection.cursor().copy("copy t from stdin") as copy:
        for n in range(1000):
            copy.write_row((n, '{"k": [1]}'))
    assert connection.execute("select sum(n), max(data->>'k') from t").fetchone() == (499500, "[1]")


def ask(n):
    with psycopg.connect(url) as connection:
        return connection.execute("select %s::int * 2", (n,)).fetchone()[0]


with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(ask, range(8))) == [n * 2 for n in range(8)]
print("COPY of 1000 rows, JSON, four threads with connections of their own")
