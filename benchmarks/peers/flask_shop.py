"""Flask with Flask-SQLAlchemy, served by gunicorn's threads: `gunicorn flask_shop:app`."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask, abort, request, session
from flask_sqlalchemy import SQLAlchemy

from benchmarks.peers.shop_models import (
    DATABASE_URL,
    Base,
    OutboxEvent,
    Product,
    engine_options,
    fill,
    keep_durable,
    storefront,
)

app = Flask(__name__)
app.config["SECRET_KEY"] = "s" * 32
app.config["SQLALCHEMY_DATABASE_URI"] = DATABASE_URL
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options()
db = SQLAlchemy(model_class=Base)
db.init_app(app)
with app.app_context():
    keep_durable(db.engine)
    Base.metadata.create_all(db.engine)


def shown(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description,
        "image": product.image,
        "state": product.state,
        "likes": product.likes,
    }


@app.post("/api/products")
def create_product() -> Any:
    new = request.get_json()
    if not new.get("title") or not new.get("image"):
        abort(422)
    product = Product(
        title=new["title"],
        description=new.get("description", ""),
        image=new["image"],
        state=new.get("state", "active"),
    )
    db.session.add(product)
    db.session.flush()
    db.session.add(
        OutboxEvent(
            event_id=str(uuid4()),
            type="products.product_created",
            subject=str(product.id),
            time=datetime.now(UTC).isoformat(),
            correlation_id=str(uuid4()),
            data=json.dumps({"product_id": product.id, **new}),
        )
    )
    db.session.commit()
    return shown(product), 201


@app.get("/api/products/<int:product_id>")
def show_product(product_id: int) -> Any:
    return shown(db.get_or_404(Product, product_id))


@app.get("/api/likes")
def show_storefront() -> Any:
    if "user" not in session:
        session["user"] = str(uuid4())
    found, total = storefront(db.session(), session["user"], request.args.get("limit", 100, int))
    return found, {"X-Total-Count": str(total)}


@app.post("/fill/<int:products>")
def fill_with_products(products: int) -> Any:
    fill(db.session(), products)
    return "", 204
