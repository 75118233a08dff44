"""FastAPI with SQLAlchemy's ORM: a session per request as a dependency, plain `def` handlers.

It is served by `uvicorn fastapi_shop:app` with the extras of `uvicorn[standard]`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session, sessionmaker
from starlette.middleware.sessions import SessionMiddleware

from benchmarks.peers.shop_models import Base, OutboxEvent, Product, fill, make_engine, storefront

engine = make_engine()
SessionLocal = sessionmaker(engine)
Base.metadata.create_all(engine)
app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key="s" * 32)


def get_db() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session


Db = Annotated[Session, Depends(get_db)]


class NewProduct(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=5000)
    image: str = Field(min_length=1, max_length=20000)
    state: str = "active"


class ShownProduct(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    description: str
    image: str
    state: str
    likes: int


class StorefrontProduct(BaseModel):
    id: int
    title: str
    description: str
    image: str
    likes: int
    liked: bool


@app.post("/api/products", status_code=201, response_model=ShownProduct)
def create_product(new: NewProduct, db: Db) -> Product:
    product = Product(**new.model_dump())
    db.add(product)
    db.flush()
    db.add(
        OutboxEvent(
            event_id=str(uuid4()),
            type="products.product_created",
            subject=str(product.id),
            time=datetime.now(UTC).isoformat(),
            correlation_id=str(uuid4()),
            data=json.dumps({"product_id": product.id, **new.model_dump()}),
        )
    )
    db.commit()
    db.refresh(product)
    return product


@app.get("/api/products/{product_id}", response_model=ShownProduct)
def show_product(product_id: int, db: Db) -> Product:
    product = db.get(Product, product_id)
    if product is None:
        raise HTTPException(status_code=404, detail="There is no such product.")
    return product


@app.get("/api/likes", response_model=list[StorefrontProduct])
def show_storefront(request: Request, response: Response, db: Db, limit: int = 100) -> Any:
    if "user" not in request.session:
        request.session["user"] = str(uuid4())
    found, total = storefront(db, request.session["user"], limit)
    response.headers["X-Total-Count"] = str(total)
    return found


@app.post("/fill/{products}", status_code=204)
def fill_with_products(products: int, db: Db) -> None:
    fill(db, products)
