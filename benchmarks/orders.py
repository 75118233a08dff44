"""The task of the drains: a shop logs orders, and a store reacts to them.

It is the same for all contestants: messages of 1 KB, and a subject per order. `copy` stores a row
per order. `count` reads back what it writes: it counts the pieces of an article and stores the new
count. It uses only the standard library, since the environment of the peers runs it, too.
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
    """The data of an order as JSON, as it is logged."""
    return json.dumps(order(number), separators=(",", ":"))
