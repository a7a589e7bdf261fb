# requires: pydantic
# core
from datetime import date

from pydantic import BaseModel, ValidationError


class Person(BaseModel):
    name: str
    born: date
    scores: list[float] = []


person = Person.model_validate_json('{"name": "Ada", "born": "1815-12-10", "scores": ["1.5", 2]}')
assert person.scores == [1.5, 2.0] and person.born.year == 1815
try:
    Person(name=1, born="never")
except ValidationError as error:
    assert error.error_count() == 2
print("a model validated from JSON, errors counted")
