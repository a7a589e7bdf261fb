from a2wsgi import ASGIMiddleware
from fastapi import FastAPI
from pydantic import BaseModel

site = FastAPI()


class Item(BaseModel):
    name: str
    price: float


@site.post("/items")
async def add(item: Item):
    return {"name": item.name, "with_tax": item.price * 1.2}


app = ASGIMiddleware(site)
