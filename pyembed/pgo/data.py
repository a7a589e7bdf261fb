"""Rows, objects and containers: an ORM-like loop over sqlite3, JSON, sorting and grouping, pickling, decimals."""

import collections
import csv
import datetime
import decimal
import io
import json
import operator
import pickle
import random
import sqlite3
import uuid


class Field:
    def __init__(self, convert=lambda value: value):
        self.convert = convert

    def __set_name__(self, owner, name):
        self.name = name
        owner.fields = {**getattr(owner, "fields", {}), name: self}

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):
        instance.__dict__[self.name] = None if value is None else self.convert(value)


class Model:
    def __init__(self, **values):
        for name in self.fields:
            setattr(self, name, values.get(name))

    @classmethod
    def from_row(cls, row):
        instance = cls.__new__(cls)
        for field, value in zip(cls.fields.values(), row):
            field.__set__(instance, value)
        return instance

    def __eq__(self, other):
        return type(self) is type(other) and self.id == other.id

    def __hash__(self):
        return hash((type(self), self.id))


class Article(Model):
    id, title, price = Field(int), Field(str), Field(decimal.Decimal)
    created, tags = Field(datetime.datetime.fromisoformat), Field(lambda text: text.split(","))


class Query:
    def __init__(self, connection, model, conditions=(), order=None):
        self._connection, self._model, self._conditions, self._order = connection, model, conditions, order

    def filter(self, **conditions):
        return Query(self._connection, self._model, (*self._conditions, *conditions.items()), self._order)

    def order_by(self, name):
        return Query(self._connection, self._model, self._conditions, name)

    def __iter__(self):
        operators = {"lt": "<", "gt": ">", "exact": "=", "contains": "like"}
        clauses, values = [], []
        for key, value in self._conditions:
            name, _, kind = key.partition("__")
            clauses.append(f'"{name}" {operators[kind or "exact"]} ?')
            values.append(f"%{value}%" if kind == "contains" else value)
        text = f"select {', '.join(self._model.fields)} from article"
        text += f" where {' and '.join(clauses)}" if clauses else ""
        text += f" order by {self._order}" if self._order else ""
        return (self._model.from_row(row) for row in self._connection.execute(text, values))


CONNECTION = sqlite3.connect(":memory:")
CONNECTION.execute("create table article (id integer primary key, title text, price text, created text, tags text)")
ROWS = [(i, f"Article {i}", f"{i}.99", f"2024-01-{i % 28 + 1:02d}T10:00:00", f"a,b{i % 5},c") for i in range(1, 300)]
CONNECTION.executemany("insert into article values (?, ?, ?, ?, ?)", ROWS)
DOCUMENT = {"users": [{"id": i, "name": f"Jürgen {i}", "mail": f"u{i}@example.org", "active": i % 2 == 0,
                       "score": i * 0.37, "tags": ["x", "y", None], "nested": {"k": [i] * 5}} for i in range(100)]}
TEXT = json.dumps(DOCUMENT)


def query_objects():
    articles = Query(CONNECTION, Article)
    for article in articles.filter(id__gt=100, title__contains="1").order_by("title"):
        hash(article), article.price * 2, article.created.strftime("%d.%m.%Y"), article.title.upper()
    by_tag = collections.defaultdict(list)
    for article in articles:
        by_tag[article.tags[1]].append(article)
    {tag: sum(article.price for article in found) for tag, found in by_tag.items()}


def write_rows():
    with CONNECTION:
        CONNECTION.execute("create table if not exists log (at text, level integer, text text)")
        CONNECTION.executemany("insert into log values (:at, :level, :text)",
                               [{"at": "now", "level": i, "text": "x" * i} for i in range(100)])
        CONNECTION.execute("delete from log")


def dump_json():
    for _ in range(5):
        json.dumps(DOCUMENT)
        json.dumps(DOCUMENT, indent=1, sort_keys=True, ensure_ascii=False)
        json.dumps({"id": uuid.UUID(int=5)}, default=str)


def load_json():
    for _ in range(10):
        json.loads(TEXT)
    json.loads(TEXT.encode())


def group_and_sort():
    generator = random.Random(1)
    people = [{"name": f"n{generator.randrange(500)}", "age": generator.randrange(90)} for _ in range(3000)]
    people.sort(key=operator.itemgetter("age", "name"))
    counts = collections.Counter(person["name"][:3] for person in people)
    counts.most_common(5), max(people, key=lambda person: person["age"])
    index = {(person["name"], person["age"]): person for person in people}
    [index.pop(key) for key in list(index)[::2]]
    queue = collections.deque(index, maxlen=1000)
    queue.rotate(10)
    sorted({key[0] for key in queue} | {"a", "b"}), [*zip(range(100), queue)]


def churn_dicts():
    numbers = {}
    for i in range(20000):
        numbers[i] = str(i)
    for i in range(0, 20000, 2):
        del numbers[i]
    {value: key for key, value in numbers.items()}
    [bytes(500 + i % 3000) for i in range(2000)]


def copy_and_pickle():
    import copy
    pickle.loads(pickle.dumps(DOCUMENT, protocol=5))
    copy.deepcopy(DOCUMENT["users"][:20])
    output = io.StringIO()
    csv.writer(output).writerows(ROWS)
    list(csv.reader(io.StringIO(output.getvalue())))
    list(map(Article.from_row, ROWS))


JOBS = [query_objects, write_rows, dump_json, load_json, group_and_sort, churn_dicts, copy_and_pickle]
