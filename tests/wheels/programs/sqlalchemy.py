# requires: SQLAlchemy psycopg[binary]
# needs: postgresql
import os

import sqlalchemy.engine._row_cy
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "wheel_users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


assert sqlalchemy.engine._row_cy.__file__.endswith(".so")
for url in ("sqlite://", os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")):
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(User(name=f"u{n}") for n in range(50))
        session.commit()
        assert len(session.scalars(select(User).where(User.name.like("u1%"))).all()) == 11
    Base.metadata.drop_all(engine)
print("ORM with C extensions on SQLite and PostgreSQL")
