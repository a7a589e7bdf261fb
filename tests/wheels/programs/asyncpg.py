# requires: asyncpg
# needs: postgresql
import asyncio
import os

import asyncpg


async def main():
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=4) as pool:
        answers = await asyncio.gather(*(pool.fetchval("select $1::int + 1", n) for n in range(20)))
        assert answers == list(range(1, 21))
        async with pool.acquire() as connection:
            await connection.execute("create temporary table t (at timestamptz, n numeric)")
            await connection.copy_records_to_table("t", records=[(None, 1), (None, 2)])
            assert await connection.fetchval("select sum(n) from t") == 3
    print("20 queries over a pool, records copied")


asyncio.run(main())
