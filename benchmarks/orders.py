"""The task of the drains: orders logged at a shop, and what the store next door makes of them.

Alike for all: 1 KB messages, each order a subject of its own. `copy` keeps a row per order; `count`
reads back what it wrote: it counts an article's pieces and enters the count that this gave.
Standard library only: the peers read it in an environment of their own.
"""

import json

NOTE = "n" * 500
ARTICLES = 100
TYPE = "shop.order_placed"

STORE_TABLES = (
    (
        "CREATE TABLE {store}orders"
        " (order_id BIGINT PRIMARY KEY, article BIGINT, pieces BIGINT, note TEXT)"
    ),
    "CREATE TABLE {store}stock (article BIGINT PRIMARY KEY, pieces BIGINT)",
    "CREATE TABLE {store}entries (order_id BIGINT PRIMARY KEY, article BIGINT, pieces BIGINT)",
)
COPY = (
    "INSERT INTO {store}orders (order_id, article, pieces, note)"
    " VALUES ({order_id}, {article}, {pieces}, {note})"
)
COPY_ALL = (
    "INSERT INTO {store}orders (order_id, article, pieces, note) SELECT * FROM"
    " json_to_recordset(CAST({orders} AS JSON))"
    " AS placed (order_id BIGINT, article BIGINT, pieces BIGINT, note TEXT)"
)
COUNT = (
    "INSERT INTO {store}stock (article, pieces) VALUES ({article}, {pieces})"
    " ON CONFLICT (article) DO UPDATE SET pieces = stock.pieces + excluded.pieces"
    " RETURNING pieces"
)
ENTER = (
    "INSERT INTO {store}entries (order_id, article, pieces)"
    " VALUES ({order_id}, {article}, {pieces})"
)


def order(number: int) -> dict[str, object]:
    """The data of an order."""
    return {"order_id": number, "article": number % ARTICLES, "pieces": 1, "note": NOTE}


def order_as_json(number: int) -> str:
    """The same as it is logged."""
    return json.dumps(order(number), separators=(",", ":"))
