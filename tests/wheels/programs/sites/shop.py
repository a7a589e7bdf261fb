import asyncio
import contextlib

from a2wsgi import ASGIMiddleware
from fastapi import FastAPI
from pydantic import BaseModel


@contextlib.asynccontextmanager
async def lifespan(site):
    yield


site = FastAPI(lifespan=lifespan)


class Item(BaseModel):
    name: str
    price: float


@site.post("/items")
async def add(item: Item):
    return {"name": item.name, "with_tax": item.price * 1.2}


@site.get("/loop")
async def loop():
    return type(asyncio.get_running_loop()).__module__


app = ASGIMiddleware(site)
