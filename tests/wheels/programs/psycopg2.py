# requires: psycopg2-binary
# needs: postgresql
import os

import psycopg2
from psycopg2.extras import execute_values

with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("create temporary table t (n int, name text)")
    execute_values(cursor, "insert into t values %s", [(n, f"é{n}") for n in range(500)])
    cursor.execute("select count(*), max(name) from t where n < %s", (100,))
    assert cursor.fetchone() == (100, "é99")
    try:
        cursor.execute("select 1/0")
    except psycopg2.errors.DivisionByZero:
        print("500 rows inserted and counted, an error of the server as an exception")
