
SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA accounts;

CREATE SCHEMA likes;

CREATE SCHEMA person;

CREATE SCHEMA products;

CREATE SCHEMA score;

CREATE TABLE accounts.accounts (
    id bigint NOT NULL,
    user_id character varying(36) NOT NULL,
    name character varying(100) NOT NULL,
    name_key character varying(100) NOT NULL,
    password_hash character varying(255) NOT NULL,
    role character varying(10) NOT NULL
);

CREATE SEQUENCE accounts.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE accounts.accounts_id_seq OWNED BY accounts.accounts.id;

CREATE TABLE accounts.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE accounts.cursors (
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    last_event_id character varying(36),
    parked integer NOT NULL,
    trial boolean NOT NULL,
    resend boolean NOT NULL,
    fault text,
    moved character varying(27)
);

CREATE TABLE accounts.epochs (
    epoch character varying(36) NOT NULL,
    previous character varying(36),
    start bigint NOT NULL
);

CREATE TABLE accounts.inbox (
    id character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    subject character varying(200) NOT NULL,
    type character varying(200) NOT NULL,
    event_id character varying(36),
    correlation_id character varying(200),
    message bytea NOT NULL,
    attempts integer NOT NULL,
    causes text NOT NULL,
    next_attempt double precision,
    stored character varying(27) NOT NULL,
    settled character varying(27),
    reason text
);

CREATE TABLE accounts.log (
    id integer NOT NULL,
    epoch character varying(36) NOT NULL,
    confirmed bigint
);

CREATE TABLE accounts.moves (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    "time" character varying(27) NOT NULL
);

CREATE SEQUENCE accounts.moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE accounts.moves_id_seq OWNED BY accounts.moves.id;

CREATE TABLE accounts.outbox (
    id bigint NOT NULL,
    "position" bigint,
    epoch character varying(36),
    event_id character varying(36) NOT NULL,
    type character varying(200) NOT NULL,
    version integer NOT NULL,
    subject character varying(200) NOT NULL,
    "time" character varying(27) NOT NULL,
    correlation_id character varying(200) NOT NULL,
    causation_id character varying(200),
    traceparent character varying(200),
    data text NOT NULL,
    origin character varying(200)
);

CREATE SEQUENCE accounts.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE accounts.outbox_id_seq OWNED BY accounts.outbox.id;

CREATE TABLE likes.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE likes.cursors (
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    last_event_id character varying(36),
    parked integer NOT NULL,
    trial boolean NOT NULL,
    resend boolean NOT NULL,
    fault text,
    moved character varying(27)
);

CREATE TABLE likes.epochs (
    epoch character varying(36) NOT NULL,
    previous character varying(36),
    start bigint NOT NULL
);

CREATE TABLE likes.inbox (
    id character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    subject character varying(200) NOT NULL,
    type character varying(200) NOT NULL,
    event_id character varying(36),
    correlation_id character varying(200),
    message bytea NOT NULL,
    attempts integer NOT NULL,
    causes text NOT NULL,
    next_attempt double precision,
    stored character varying(27) NOT NULL,
    settled character varying(27),
    reason text
);

CREATE TABLE likes.like_tallies (
    product_id bigint NOT NULL,
    likes bigint NOT NULL
);

CREATE TABLE likes.log (
    id integer NOT NULL,
    epoch character varying(36) NOT NULL,
    confirmed bigint
);

CREATE TABLE likes.moves (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    "time" character varying(27) NOT NULL
);

CREATE SEQUENCE likes.moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE likes.moves_id_seq OWNED BY likes.moves.id;

CREATE TABLE likes.outbox (
    id bigint NOT NULL,
    "position" bigint,
    epoch character varying(36),
    event_id character varying(36) NOT NULL,
    type character varying(200) NOT NULL,
    version integer NOT NULL,
    subject character varying(200) NOT NULL,
    "time" character varying(27) NOT NULL,
    correlation_id character varying(200) NOT NULL,
    causation_id character varying(200),
    traceparent character varying(200),
    data text NOT NULL,
    origin character varying(200)
);

CREATE SEQUENCE likes.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE likes.outbox_id_seq OWNED BY likes.outbox.id;

CREATE TABLE likes.product_copies (
    product_id bigint NOT NULL,
    title character varying(200) NOT NULL,
    description text NOT NULL,
    image text NOT NULL,
    state character varying(10) NOT NULL,
    deleted boolean NOT NULL,
    folded text DEFAULT ''::text NOT NULL
);

CREATE TABLE likes.product_user (
    product_id bigint NOT NULL,
    user_id character varying(36) NOT NULL
);

CREATE TABLE person.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE person.assets (
    id bigint NOT NULL,
    person_id character varying(36) NOT NULL,
    type character varying(100) NOT NULL,
    cents bigint NOT NULL
);

CREATE SEQUENCE person.assets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE person.assets_id_seq OWNED BY person.assets.id;

CREATE TABLE person.cursors (
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    last_event_id character varying(36),
    parked integer NOT NULL,
    trial boolean NOT NULL,
    resend boolean NOT NULL,
    fault text,
    moved character varying(27)
);

CREATE TABLE person.debts (
    id bigint NOT NULL,
    person_id character varying(36) NOT NULL,
    cents bigint NOT NULL
);

CREATE SEQUENCE person.debts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE person.debts_id_seq OWNED BY person.debts.id;

CREATE TABLE person.epochs (
    epoch character varying(36) NOT NULL,
    previous character varying(36),
    start bigint NOT NULL
);

CREATE TABLE person.idempotency_keys (
    id character varying(64) NOT NULL,
    request character varying(64) NOT NULL,
    status integer,
    headers text,
    body text,
    about character varying(200),
    kept_since character varying(32) NOT NULL
);

CREATE TABLE person.inbox (
    id character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    subject character varying(200) NOT NULL,
    type character varying(200) NOT NULL,
    event_id character varying(36),
    correlation_id character varying(200),
    message bytea NOT NULL,
    attempts integer NOT NULL,
    causes text NOT NULL,
    next_attempt double precision,
    stored character varying(27) NOT NULL,
    settled character varying(27),
    reason text
);

CREATE TABLE person.incomes (
    id bigint NOT NULL,
    person_id character varying(36) NOT NULL,
    type character varying(100) NOT NULL,
    cents bigint NOT NULL
);

CREATE SEQUENCE person.incomes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE person.incomes_id_seq OWNED BY person.incomes.id;

CREATE TABLE person.log (
    id integer NOT NULL,
    epoch character varying(36) NOT NULL,
    confirmed bigint
);

CREATE TABLE person.moves (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    "time" character varying(27) NOT NULL
);

CREATE SEQUENCE person.moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE person.moves_id_seq OWNED BY person.moves.id;

CREATE TABLE person.outbox (
    id bigint NOT NULL,
    "position" bigint,
    epoch character varying(36),
    event_id character varying(36) NOT NULL,
    type character varying(200) NOT NULL,
    version integer NOT NULL,
    subject character varying(200) NOT NULL,
    "time" character varying(27) NOT NULL,
    correlation_id character varying(200) NOT NULL,
    causation_id character varying(200),
    traceparent character varying(200),
    data text NOT NULL,
    origin character varying(200)
);

CREATE SEQUENCE person.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE person.outbox_id_seq OWNED BY person.outbox.id;

CREATE TABLE person.persons (
    id character varying(36) NOT NULL,
    cpf character varying(11) NOT NULL,
    name character varying(200) NOT NULL,
    folded_name text NOT NULL,
    address character varying(500) NOT NULL,
    date_of_birth date NOT NULL
);

CREATE TABLE products.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE products.cursors (
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    last_event_id character varying(36),
    parked integer NOT NULL,
    trial boolean NOT NULL,
    resend boolean NOT NULL,
    fault text,
    moved character varying(27)
);

CREATE TABLE products.epochs (
    epoch character varying(36) NOT NULL,
    previous character varying(36),
    start bigint NOT NULL
);

CREATE TABLE products.idempotency_keys (
    id character varying(64) NOT NULL,
    request character varying(64) NOT NULL,
    status integer,
    headers text,
    body text,
    about character varying(200),
    kept_since character varying(32) NOT NULL
);

CREATE TABLE products.inbox (
    id character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    subject character varying(200) NOT NULL,
    type character varying(200) NOT NULL,
    event_id character varying(36),
    correlation_id character varying(200),
    message bytea NOT NULL,
    attempts integer NOT NULL,
    causes text NOT NULL,
    next_attempt double precision,
    stored character varying(27) NOT NULL,
    settled character varying(27),
    reason text
);

CREATE TABLE products.like_counts (
    product_id bigint NOT NULL,
    likes bigint NOT NULL
);

CREATE TABLE products.log (
    id integer NOT NULL,
    epoch character varying(36) NOT NULL,
    confirmed bigint
);

CREATE TABLE products.moves (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    "time" character varying(27) NOT NULL
);

CREATE SEQUENCE products.moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE products.moves_id_seq OWNED BY products.moves.id;

CREATE TABLE products.outbox (
    id bigint NOT NULL,
    "position" bigint,
    epoch character varying(36),
    event_id character varying(36) NOT NULL,
    type character varying(200) NOT NULL,
    version integer NOT NULL,
    subject character varying(200) NOT NULL,
    "time" character varying(27) NOT NULL,
    correlation_id character varying(200) NOT NULL,
    causation_id character varying(200),
    traceparent character varying(200),
    data text NOT NULL,
    origin character varying(200)
);

CREATE SEQUENCE products.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE products.outbox_id_seq OWNED BY products.outbox.id;

CREATE TABLE products.products (
    id bigint NOT NULL,
    title character varying(200) NOT NULL,
    description text NOT NULL,
    image text NOT NULL,
    state character varying(10) NOT NULL,
    folded text DEFAULT ''::text NOT NULL
);

CREATE SEQUENCE products.products_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE products.products_id_seq OWNED BY products.products.id;

CREATE TABLE score.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE score.cursors (
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    last_event_id character varying(36),
    parked integer NOT NULL,
    trial boolean NOT NULL,
    resend boolean NOT NULL,
    fault text,
    moved character varying(27)
);

CREATE TABLE score.entries (
    person_id character varying(36) NOT NULL,
    kind character varying(12) NOT NULL,
    entry_id bigint NOT NULL,
    points bigint NOT NULL
);

CREATE TABLE score.epochs (
    epoch character varying(36) NOT NULL,
    previous character varying(36),
    start bigint NOT NULL
);

CREATE TABLE score.history (
    id bigint NOT NULL,
    person_id character varying(36) NOT NULL,
    at character varying(27) NOT NULL,
    score bigint NOT NULL,
    kind character varying(12) NOT NULL,
    points bigint NOT NULL
);

CREATE SEQUENCE score.history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE score.history_id_seq OWNED BY score.history.id;

CREATE TABLE score.inbox (
    id character varying(12) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    subject character varying(200) NOT NULL,
    type character varying(200) NOT NULL,
    event_id character varying(36),
    correlation_id character varying(200),
    message bytea NOT NULL,
    attempts integer NOT NULL,
    causes text NOT NULL,
    next_attempt double precision,
    stored character varying(27) NOT NULL,
    settled character varying(27),
    reason text
);

CREATE TABLE score.log (
    id integer NOT NULL,
    epoch character varying(36) NOT NULL,
    confirmed bigint
);

CREATE TABLE score.moves (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    epoch character varying(36) NOT NULL,
    "position" bigint NOT NULL,
    "time" character varying(27) NOT NULL
);

CREATE SEQUENCE score.moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE score.moves_id_seq OWNED BY score.moves.id;

CREATE TABLE score.outbox (
    id bigint NOT NULL,
    "position" bigint,
    epoch character varying(36),
    event_id character varying(36) NOT NULL,
    type character varying(200) NOT NULL,
    version integer NOT NULL,
    subject character varying(200) NOT NULL,
    "time" character varying(27) NOT NULL,
    correlation_id character varying(200) NOT NULL,
    causation_id character varying(200),
    traceparent character varying(200),
    data text NOT NULL,
    origin character varying(200)
);

CREATE SEQUENCE score.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE score.outbox_id_seq OWNED BY score.outbox.id;

CREATE TABLE score.people (
    person_id character varying(36) NOT NULL,
    cpf character varying(11),
    income bigint NOT NULL,
    asset bigint NOT NULL,
    debt bigint NOT NULL
);

ALTER TABLE ONLY accounts.accounts ALTER COLUMN id SET DEFAULT nextval('accounts.accounts_id_seq'::regclass);

ALTER TABLE ONLY accounts.moves ALTER COLUMN id SET DEFAULT nextval('accounts.moves_id_seq'::regclass);

ALTER TABLE ONLY accounts.outbox ALTER COLUMN id SET DEFAULT nextval('accounts.outbox_id_seq'::regclass);

ALTER TABLE ONLY likes.moves ALTER COLUMN id SET DEFAULT nextval('likes.moves_id_seq'::regclass);

ALTER TABLE ONLY likes.outbox ALTER COLUMN id SET DEFAULT nextval('likes.outbox_id_seq'::regclass);

ALTER TABLE ONLY person.assets ALTER COLUMN id SET DEFAULT nextval('person.assets_id_seq'::regclass);

ALTER TABLE ONLY person.debts ALTER COLUMN id SET DEFAULT nextval('person.debts_id_seq'::regclass);

ALTER TABLE ONLY person.incomes ALTER COLUMN id SET DEFAULT nextval('person.incomes_id_seq'::regclass);

ALTER TABLE ONLY person.moves ALTER COLUMN id SET DEFAULT nextval('person.moves_id_seq'::regclass);

ALTER TABLE ONLY person.outbox ALTER COLUMN id SET DEFAULT nextval('person.outbox_id_seq'::regclass);

ALTER TABLE ONLY products.moves ALTER COLUMN id SET DEFAULT nextval('products.moves_id_seq'::regclass);

ALTER TABLE ONLY products.outbox ALTER COLUMN id SET DEFAULT nextval('products.outbox_id_seq'::regclass);

ALTER TABLE ONLY products.products ALTER COLUMN id SET DEFAULT nextval('products.products_id_seq'::regclass);

ALTER TABLE ONLY score.history ALTER COLUMN id SET DEFAULT nextval('score.history_id_seq'::regclass);

ALTER TABLE ONLY score.moves ALTER COLUMN id SET DEFAULT nextval('score.moves_id_seq'::regclass);

ALTER TABLE ONLY score.outbox ALTER COLUMN id SET DEFAULT nextval('score.outbox_id_seq'::regclass);

INSERT INTO accounts.accounts VALUES (1, '01a223dc-d5fd-72a4-8d2f-4b1ef26d3b96', 'admin', 'admin', '$argon2id$v=19$m=65536,t=3,p=4$qXMepYlXJQZGq8AtvxSKug$ZutiuVGJyRohUHhej5NDXGmdRY7CNzMLX+4wNgK3QZ4', 'admin');
INSERT INTO accounts.accounts VALUES (2, 'ann', 'customer', 'customer', '$argon2id$v=19$m=65536,t=3,p=4$XtKp3Mg/jxdZpHsXvpdKXA$Y/E0vNcUPeviOMJWggcWUYqyxG9EpkR7HYZigI9ewMA', 'customer');

INSERT INTO accounts.alembic_version VALUES ('0003');

INSERT INTO accounts.epochs VALUES ('01a223dc-cbee-7662-ab39-4f11372423d4', NULL, 0);

INSERT INTO accounts.log VALUES (1, '01a223dc-cbee-7662-ab39-4f11372423d4', NULL);

INSERT INTO likes.alembic_version VALUES ('0004');

INSERT INTO likes.cursors VALUES ('products', '', 0, NULL, 0, false, false, NULL, NULL);
INSERT INTO likes.cursors VALUES ('products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 14, '01a223dc-dd11-7374-9cde-fed0ad152e77', 4, false, false, NULL, '2026-11-28T20:33:26.828337Z');

INSERT INTO likes.epochs VALUES ('01a223dc-cad6-77d1-89e3-9706ff93c66e', NULL, 0);

INSERT INTO likes.inbox VALUES ('3d469b61681c', 'applied', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 4, '4', 'products.product_created', '01a223dc-ce0f-7430-b527-c3540189fa45', '01a223dc-ce09-7030-a14c-52ad8a2cd087', '\x', 3, '[{"at":"2026-11-28T20:33:22.970241Z","error":"RuntimeError: not at once ''Teapot''","where":"examples:39"},{"at":"2026-11-28T20:33:23.222902Z","error":"RuntimeError: not at once ''Teapot''","where":"examples:39"}]', NULL, '2026-11-28T20:33:22.971413Z', '2026-11-28T20:33:23.307787Z', NULL);
INSERT INTO likes.inbox VALUES ('42e0d774b18d', 'discarded', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 10, '2', 'products.product_updated', '01a223dc-dc53-7018-aa66-c6524897755f', '01a223dc-dc4d-70aa-af3a-0d37ecda07fe', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646335332d373031382d616136362d633635323438393737353566222c22736f75726365223a2270726f6475637473222c2274797065223a2270726f64756374732e70726f647563745f75706461746564222c227375626a656374223a2232222c2274696d65223a22323032362d31312d32385432303a33333a32362e3631313537385a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636137342d373262312d383463312d666634376639623364393237222c2273657175656e6365223a223030303030303030303030303030303030303130222c2270726576696f75736964223a2230316132323364632d643061352d373532362d613635622d656661616363323536633665222c22636f7272656c6174696f6e6964223a2230316132323364632d646334642d373061612d616633612d306433376563646130376665222c2264617461223a7b2270726f647563745f6964223a322c227469746c65223a22426164206c616d70222c226465736372697074696f6e223a22222c22696d616765223a22616e20696d616765222c227374617465223a22616374697665227d7d', 1, '[{"at":"2026-11-28T20:33:26.640130Z","error":"PermanentError: cannot take title=''Bad lamp''","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.640860Z', '2026-11-28T20:33:26.665910Z', 'an example');
INSERT INTO likes.inbox VALUES ('4a44acadf7d1', 'dead', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 11, '1', 'products.product_updated', '01a223dc-dcc6-70ac-a6fd-0acf2f9ad53f', '01a223dc-dcc4-73a6-b601-aba5e180ece1', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646363362d373061632d613666642d306163663266396164353366222c22736f75726365223a2270726f6475637473222c2274797065223a2270726f64756374732e70726f647563745f75706461746564222c227375626a656374223a2231222c2274696d65223a22323032362d31312d32385432303a33333a32362e3732363937345a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636137342d373262312d383463312d666634376639623364393237222c2273657175656e6365223a223030303030303030303030303030303030303131222c2270726576696f75736964223a2230316132323364632d646335332d373031382d616136362d633635323438393737353566222c22636f7272656c6174696f6e6964223a2230316132323364632d646363342d373361362d623630312d616261356531383065636531222c2264617461223a7b2270726f647563745f6964223a312c227469746c65223a2242726f6b656e206d7567222c226465736372697074696f6e223a22222c22696d616765223a22616e20696d616765222c227374617465223a22616374697665227d7d', 1, '[{"at":"2026-11-28T20:33:26.742379Z","error":"PermanentError: cannot take title=''Broken mug''","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.743376Z', NULL, NULL);
INSERT INTO likes.inbox VALUES ('08fbd80a90c4', 'waiting', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 12, '1', 'products.product_updated', '01a223dc-dcd0-7194-a7ed-8a5823642835', '01a223dc-dccc-75a2-9f1b-a684d95dd672', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646364302d373139342d613765642d386135383233363432383335222c22736f75726365223a2270726f6475637473222c2274797065223a2270726f64756374732e70726f647563745f75706461746564222c227375626a656374223a2231222c2274696d65223a22323032362d31312d32385432303a33333a32362e3733363332385a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636137342d373262312d383463312d666634376639623364393237222c2273657175656e6365223a223030303030303030303030303030303030303132222c2270726576696f75736964223a2230316132323364632d646363362d373061632d613666642d306163663266396164353366222c22636f7272656c6174696f6e6964223a2230316132323364632d646363632d373561322d396631622d613638346439356464363732222c2264617461223a7b2270726f647563745f6964223a312c227469746c65223a224d656e646564206d7567222c226465736372697074696f6e223a22222c22696d616765223a22616e20696d616765222c227374617465223a22616374697665227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.758934Z', NULL, NULL);
INSERT INTO likes.inbox VALUES ('0b1d87fd8b23', 'retrying', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 13, '3', 'products.product_updated', '01a223dc-dd06-73c9-9d36-76032f4ef060', '01a223dc-dd02-7776-8669-e7045ce30db6', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646430362d373363392d396433362d373630333266346566303630222c22736f75726365223a2270726f6475637473222c2274797065223a2270726f64756374732e70726f647563745f75706461746564222c227375626a656374223a2233222c2274696d65223a22323032362d31312d32385432303a33333a32362e3739303034375a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636137342d373262312d383463312d666634376639623364393237222c2273657175656e6365223a223030303030303030303030303030303030303133222c2270726576696f75736964223a2230316132323364632d646364302d373139342d613765642d386135383233363432383335222c22636f7272656c6174696f6e6964223a2230316132323364632d646430322d373737362d383636392d653730343563653330646236222c2264617461223a7b2270726f647563745f6964223a332c227469746c65223a224c61746520c3a1677561222c226465736372697074696f6e223a22222c22696d616765223a22616e20696d616765222c227374617465223a22616374697665227d7d', 1, '[{"at":"2026-11-28T20:33:26.814136Z","error":"RuntimeError: not yet title=''Late água''","where":"examples:37"}]', 1795898040.849759, '2026-11-28T20:33:26.816233Z', NULL, NULL);
INSERT INTO likes.inbox VALUES ('53bb5a600dea', 'waiting', 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 14, '3', 'products.product_updated', '01a223dc-dd11-7374-9cde-fed0ad152e77', '01a223dc-dd0b-741e-be0c-5dd222a4f408', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646431312d373337342d396364652d666564306164313532653737222c22736f75726365223a2270726f6475637473222c2274797065223a2270726f64756374732e70726f647563745f75706461746564222c227375626a656374223a2233222c2274696d65223a22323032362d31312d32385432303a33333a32362e3830313134345a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636137342d373262312d383463312d666634376639623364393237222c2273657175656e6365223a223030303030303030303030303030303030303134222c2270726576696f75736964223a2230316132323364632d646430362d373363392d396433362d373630333266346566303630222c22636f7272656c6174696f6e6964223a2230316132323364632d646430622d373431652d626530632d356464323232613466343038222c2264617461223a7b2270726f647563745f6964223a332c227469746c65223a224c6174657220c3a1677561222c226465736372697074696f6e223a22222c22696d616765223a22616e20696d616765222c227374617465223a22616374697665227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.826648Z', NULL, NULL);
INSERT INTO likes.inbox VALUES ('6857a7444720', 'dead', '', '', 0, '', '', NULL, NULL, '\x6e6f206576656e7420617420616c6c', 1, '[{"at":"2026-11-28T20:33:26.895941Z","error":"ValueError: not JSON","where":""}]', NULL, '2026-11-28T20:33:26.895999Z', NULL, NULL);

INSERT INTO likes.like_tallies VALUES (1, 3);
INSERT INTO likes.like_tallies VALUES (2, 0);
INSERT INTO likes.like_tallies VALUES (6, 1);
INSERT INTO likes.like_tallies VALUES (7, 0);
INSERT INTO likes.like_tallies VALUES (8, 0);
INSERT INTO likes.like_tallies VALUES (3, 2);
INSERT INTO likes.like_tallies VALUES (4, 2);

INSERT INTO likes.log VALUES (1, '01a223dc-cad6-77d1-89e3-9706ff93c66e', NULL);

INSERT INTO likes.moves VALUES (1, 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 0, '2026-11-28T20:33:22.905919Z');
INSERT INTO likes.moves VALUES (2, 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 5, '2026-11-28T20:33:22.995906Z');
INSERT INTO likes.moves VALUES (3, 'products', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 9, '2026-11-28T20:33:23.636204Z');

INSERT INTO likes.outbox VALUES (1, 1, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cf8c-7084-a58f-ffb11f5345a3', 'likes.product_liked', 1, '1:ann', '2026-11-28T20:33:23.340486Z', '01a223dc-cf8c-7084-a58f-ffb08550561c', NULL, NULL, '{"product_id":1,"user_id":"ann"}', NULL);
INSERT INTO likes.outbox VALUES (2, 2, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cf91-7314-bac4-e9494fedf898', 'likes.product_liked', 1, '1:bob', '2026-11-28T20:33:23.345258Z', '01a223dc-cf91-7314-bac4-e948c3bb1a03', NULL, NULL, '{"product_id":1,"user_id":"bob"}', NULL);
INSERT INTO likes.outbox VALUES (3, 3, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cf96-770b-86d2-21f5ab482fb3', 'likes.product_liked', 1, '1:eve', '2026-11-28T20:33:23.350769Z', '01a223dc-cf96-770b-86d2-21f445ab7f2c', NULL, NULL, '{"product_id":1,"user_id":"eve"}', NULL);
INSERT INTO likes.outbox VALUES (4, 4, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cf99-771a-a580-9178af45e86d', 'likes.product_liked', 1, '2:ann', '2026-11-28T20:33:23.353961Z', '01a223dc-cf99-771a-a580-917757f31b51', NULL, NULL, '{"product_id":2,"user_id":"ann"}', NULL);
INSERT INTO likes.outbox VALUES (5, 5, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cf9f-7239-a8bf-b50c4d113130', 'likes.product_liked', 1, '3:bob', '2026-11-28T20:33:23.359309Z', '01a223dc-cf9f-7239-a8bf-b50b2d436576', NULL, NULL, '{"product_id":3,"user_id":"bob"}', NULL);
INSERT INTO likes.outbox VALUES (6, 6, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cfa6-722c-a90c-74a369a7506d', 'likes.product_unliked', 1, '2:ann', '2026-11-28T20:33:23.366574Z', '01a223dc-cfa6-722c-a90c-74a24055f652', NULL, NULL, '{"product_id":2,"user_id":"ann"}', NULL);
INSERT INTO likes.outbox VALUES (7, 7, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-cfaa-7139-a4d2-5a6ba130cf5d', 'likes.product_liked', 1, '4:dan', '2026-11-28T20:33:23.370201Z', '01a223dc-cfaa-7139-a4d2-5a6a0e85283e', NULL, NULL, '{"product_id":4,"user_id":"dan"}', NULL);
INSERT INTO likes.outbox VALUES (8, 8, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-dc5d-712f-97a3-9a4959223957', 'likes.product_liked', 1, '6:dora', '2026-11-28T20:33:26.621588Z', '01a223dc-dc5d-712f-97a3-9a4853dde154', NULL, NULL, '{"product_id":6,"user_id":"dora"}', NULL);
INSERT INTO likes.outbox VALUES (9, 9, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-dcd8-710f-a5a8-a16f8a08d1a0', 'likes.product_liked', 1, '7:dirk', '2026-11-28T20:33:26.744708Z', '01a223dc-dcd8-710f-a5a8-a16e4bfd3383', NULL, NULL, '{"product_id":7,"user_id":"dirk"}', NULL);
INSERT INTO likes.outbox VALUES (10, 10, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-dce0-70f7-af48-c6dc720c07bf', 'likes.product_unliked', 1, '7:dirk', '2026-11-28T20:33:26.752211Z', '01a223dc-dce0-70f7-af48-c6db48d66835', NULL, NULL, '{"product_id":7,"user_id":"dirk"}', NULL);
INSERT INTO likes.outbox VALUES (11, 11, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-dd1c-70c3-99a7-2c54dd159344', 'likes.product_liked', 1, '8:rita', '2026-11-28T20:33:26.812016Z', '01a223dc-dd1b-7491-84c2-7bd466b12272', NULL, NULL, '{"product_id":8,"user_id":"rita"}', NULL);
INSERT INTO likes.outbox VALUES (12, 12, '01a223dc-cad6-77d1-89e3-9706ff93c66e', '01a223dc-dd2e-75ed-abd1-d75348eee260', 'likes.product_unliked', 1, '8:rita', '2026-11-28T20:33:26.830268Z', '01a223dc-dd2e-75ed-abd1-d752a977e185', NULL, NULL, '{"product_id":8,"user_id":"rita"}', NULL);
INSERT INTO likes.outbox VALUES (13, NULL, NULL, '01a223dc-e26d-7413-9dde-7d4dd54e8014', 'likes.product_liked', 1, '3:gus', '2026-11-28T20:33:28.173312Z', '01a223dc-e26d-7413-9dde-7d4caad92f6d', NULL, NULL, '{"product_id":3,"user_id":"gus"}', NULL);
INSERT INTO likes.outbox VALUES (14, NULL, NULL, '01a223dc-e275-7456-abf1-3371bcfc6abe', 'likes.product_liked', 1, '4:gus', '2026-11-28T20:33:28.181827Z', '01a223dc-e275-7456-abf1-33705e940429', NULL, NULL, '{"product_id":4,"user_id":"gus"}', NULL);

INSERT INTO likes.product_copies VALUES (1, 'Mug', 'A mug of example.', 'an image', 'active', false, 'mug
a mug of example.');
INSERT INTO likes.product_copies VALUES (2, 'Lamp', 'A lamp of example.', 'an image', 'active', false, 'lamp
a lamp of example.');
INSERT INTO likes.product_copies VALUES (3, 'Água', 'A água of example.', 'an image', 'active', false, 'água
a água of example.');
INSERT INTO likes.product_copies VALUES (6, 'Fern', 'A fern of example.', 'an image', 'active', false, 'fern
a fern of example.');
INSERT INTO likes.product_copies VALUES (7, 'Socks', 'A socks of example.', 'an image', 'active', false, 'socks
a socks of example.');
INSERT INTO likes.product_copies VALUES (8, 'Bell', 'A bell of example.', 'an image', 'active', false, 'bell
a bell of example.');
INSERT INTO likes.product_copies VALUES (4, 'Teapot', 'A teapot of example.', 'an image', 'active', false, 'teapot
a teapot of example.');
INSERT INTO likes.product_copies VALUES (5, '', '', '', '', true, '');

INSERT INTO likes.product_user VALUES (1, 'ann');
INSERT INTO likes.product_user VALUES (1, 'bob');
INSERT INTO likes.product_user VALUES (1, 'eve');
INSERT INTO likes.product_user VALUES (3, 'bob');
INSERT INTO likes.product_user VALUES (4, 'dan');
INSERT INTO likes.product_user VALUES (6, 'dora');
INSERT INTO likes.product_user VALUES (3, 'gus');
INSERT INTO likes.product_user VALUES (4, 'gus');

INSERT INTO person.alembic_version VALUES ('0003');

INSERT INTO person.assets VALUES (1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'car', 1000000);
INSERT INTO person.assets VALUES (2, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 'boat', 88800);

INSERT INTO person.debts VALUES (1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 50000);
INSERT INTO person.debts VALUES (2, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 66600);
INSERT INTO person.debts VALUES (3, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 77700);
INSERT INTO person.debts VALUES (4, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 800);

INSERT INTO person.epochs VALUES ('01a223dc-cb34-7485-8447-c6d4c2874633', NULL, 0);

INSERT INTO person.idempotency_keys VALUES ('1e2d862b4ca8e228162b3965761508728464f6e232893f157c81c0f354f3b136', '039a206f820d85dec5275d5a77899f74c27e9fd82ce13e1814b0c229a40e936e', 201, '{"Location":"/api/person/01a223dc-d0ad-72b7-b8b1-03e327f5d12a"}', '{"id":3,"type":"salary","value":"1234.50"}', '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.678344+00:00');

INSERT INTO person.incomes VALUES (1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'salary', 200000);
INSERT INTO person.incomes VALUES (3, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 'salary', 123450);
INSERT INTO person.incomes VALUES (5, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'bonus', 10000);
INSERT INTO person.incomes VALUES (6, '01a223dc-e27b-7341-b5c6-10d553e3632f', 'salary', 5000);

INSERT INTO person.log VALUES (1, '01a223dc-cb34-7485-8447-c6d4c2874633', NULL);

INSERT INTO person.outbox VALUES (1, 1, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0aa-76ff-b1a3-c92af6f095db', 'person.person_registered', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.626716Z', '01a223dc-d0aa-76ff-b1a3-c9296cbf7019', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","cpf":"00000011111"}', NULL);
INSERT INTO person.outbox VALUES (2, 2, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0b1-776b-9f28-4e4aebfacf12', 'person.person_registered', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.633200Z', '01a223dc-d0b1-776b-9f28-4e49a234efe2', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","cpf":"00000022222"}', NULL);
INSERT INTO person.outbox VALUES (4, 4, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0be-755c-b01c-cb5b7596e7e1', 'person.income_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.646136Z', '01a223dc-d0be-755c-b01c-cb5a405ffc15', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":1,"type":"salary","value":"2000.00"}', NULL);
INSERT INTO person.outbox VALUES (5, 5, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0c4-75c8-be2e-6386f340dd4d', 'person.asset_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.652989Z', '01a223dc-d0c4-75c8-be2e-6385399f414b', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":1,"type":"car","value":"10000.00"}', NULL);
INSERT INTO person.outbox VALUES (6, 6, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0ca-718f-9eb6-2c2f16298d6f', 'person.debt_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.658504Z', '01a223dc-d0ca-718f-9eb6-2c2efa690dfb', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":1,"value":"500.00"}', NULL);
INSERT INTO person.outbox VALUES (7, 7, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0cf-75f0-89f6-4d286a5bc7bc', 'person.income_added', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.663492Z', '01a223dc-d0cf-75f0-89f6-4d27053ab0b6', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","entry_id":2,"type":"rent","value":"300.00"}', NULL);
INSERT INTO person.outbox VALUES (8, 8, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0d5-73a1-8bd0-6403b76142f4', 'person.income_removed', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.669577Z', '01a223dc-d0d5-73a1-8bd0-6402e58c8bb0', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","entry_id":2}', NULL);
INSERT INTO person.outbox VALUES (9, 9, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0e8-7116-aa2b-2057deadc6cd', 'person.income_added', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.688239Z', '01a223dc-d0da-7155-8839-5c59824f066d', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","entry_id":3,"type":"salary","value":"1234.50"}', 'POST /person/{cpf}/income');
INSERT INTO person.outbox VALUES (3, 3, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0b5-70f9-a129-060cb23fb569', 'person.person_registered', 1, '01a223dc-d0b3-7430-9db6-b67e297507cd', '2026-11-28T20:33:23.637676Z', '01a223dc-d0b5-70f9-a129-060bc53085d3', NULL, NULL, 'null', NULL);
INSERT INTO person.outbox VALUES (10, 10, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d0f4-723e-83f9-1870605786db', 'person.income_added', 1, '01a223dc-d0b3-7430-9db6-b67e297507cd', '2026-11-28T20:33:23.700365Z', '01a223dc-d0f4-723e-83f9-186f8116e9c1', NULL, NULL, 'null', NULL);
INSERT INTO person.outbox VALUES (11, 11, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-d5f5-7541-9d68-96de68eeba34', 'person.person_erased', 1, '01a223dc-d0b3-7430-9db6-b67e297507cd', '2026-11-28T20:33:24.981723Z', '01a223dc-d5f5-7541-9d68-96ddf205c3e2', NULL, NULL, '{"person_id":"01a223dc-d0b3-7430-9db6-b67e297507cd"}', NULL);
INSERT INTO person.outbox VALUES (12, 12, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-dc67-720a-92b1-624a4901eb6f', 'person.debt_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:26.631481Z', '01a223dc-dc67-720a-92b1-62496ccf8617', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":2,"value":"666.00"}', NULL);
INSERT INTO person.outbox VALUES (13, 13, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-dcf1-7734-96ac-28fe187183f4', 'person.debt_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:26.769669Z', '01a223dc-dcf1-7734-96ac-28fd5766c217', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":3,"value":"777.00"}', NULL);
INSERT INTO person.outbox VALUES (14, 14, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-dcfe-7546-b624-d3232c392398', 'person.income_added', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:26.782331Z', '01a223dc-dcfe-7546-b624-d322825768ae', NULL, NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","entry_id":5,"type":"bonus","value":"100.00"}', NULL);
INSERT INTO person.outbox VALUES (15, 15, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-dd36-7442-88a3-ae36b5ef3a44', 'person.asset_added', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:26.838859Z', '01a223dc-dd36-7442-88a3-ae35230be153', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","entry_id":2,"type":"boat","value":"888.00"}', NULL);
INSERT INTO person.outbox VALUES (16, 16, '01a223dc-cb34-7485-8447-c6d4c2874633', '01a223dc-dd3d-755f-8328-69cf62197324', 'person.debt_added', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:26.845077Z', '01a223dc-dd3d-755f-8328-69cebb9fb0eb', NULL, NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","entry_id":4,"value":"8.00"}', NULL);
INSERT INTO person.outbox VALUES (17, NULL, NULL, '01a223dc-e27c-7581-9daf-6ca004af0e97', 'person.person_registered', 1, '01a223dc-e27b-7341-b5c6-10d553e3632f', '2026-11-28T20:33:28.188936Z', '01a223dc-e27c-7581-9daf-6c9f806d5f6a', NULL, NULL, '{"person_id":"01a223dc-e27b-7341-b5c6-10d553e3632f","cpf":"00000044444"}', NULL);
INSERT INTO person.outbox VALUES (18, NULL, NULL, '01a223dc-e284-7121-8840-58ac49341226', 'person.income_added', 1, '01a223dc-e27b-7341-b5c6-10d553e3632f', '2026-11-28T20:33:28.196447Z', '01a223dc-e284-7121-8840-58ab2b0bd75a', NULL, NULL, '{"person_id":"01a223dc-e27b-7341-b5c6-10d553e3632f","entry_id":6,"type":"salary","value":"50.00"}', NULL);

INSERT INTO person.persons VALUES ('01a223dc-d0a7-76be-ae81-3d33cae02b25', '00000011111', 'abc', 'abc', 'Example Street', '1990-01-31');
INSERT INTO person.persons VALUES ('01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '00000022222', 'def', 'def', 'Example Street', '1990-01-31');
INSERT INTO person.persons VALUES ('01a223dc-e27b-7341-b5c6-10d553e3632f', '00000044444', 'jkl', 'jkl', 'Example Street', '1990-01-31');

INSERT INTO products.alembic_version VALUES ('0005');

INSERT INTO products.cursors VALUES ('likes', '', 0, NULL, 0, false, false, NULL, NULL);
INSERT INTO products.cursors VALUES ('likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 12, '01a223dc-dd2e-75ed-abd1-d75348eee260', 4, false, false, NULL, '2026-11-28T20:33:26.853562Z');

INSERT INTO products.epochs VALUES ('01a223dc-ca74-72b1-84c1-ff47f9b3d927', NULL, 0);
INSERT INTO products.epochs VALUES ('01a223dc-e25c-75a0-918d-925b6565ef6d', '01a223dc-ca74-72b1-84c1-ff47f9b3d927', 14);

INSERT INTO products.idempotency_keys VALUES ('97a2332adb9bbc7220fead25be06760a6859954d39e72555e0f81bf31eed5e27', 'c0eb20009f807256163a1dd4752d576c77bf74d85be4913e5606c607c84f2cf2', 201, '{"Location":"/api/products/1","ETag":"\"a8a5bd8d1a8d639d2e1678b3aac445de\""}', '{"id":1,"title":"Mug","description":"A mug of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.879875+00:00');
INSERT INTO products.idempotency_keys VALUES ('03a5871e46fff6b8001c54e4068c16d00aa1a0c7e3505f81a4b16128ef307441', '7b71e9cdf0b4c3350321ac5e84be88b79f46d1ef7ee3bb5f606d8a0494902878', 201, '{"Location":"/api/products/2","ETag":"\"065f7545803410b1c71efaf5482d190c\""}', '{"id":2,"title":"Lamp","description":"A lamp of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.917367+00:00');
INSERT INTO products.idempotency_keys VALUES ('526c1926c8638127c1137d59938e49e6cbb40bfaf02c4c2930745d95a671b9e9', 'f4719fbc58e3b4a959f8f6df6b5d8cd7b0cc213aeae0dc8805bc0bcfa9579beb', 201, '{"Location":"/api/products/3","ETag":"\"a46a5b17a49bce1899f95ae6750e5842\""}', '{"id":3,"title":"Água","description":"A água of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.941383+00:00');
INSERT INTO products.idempotency_keys VALUES ('ec914d6efab46adabc2045d9768450ecc3bbd202acc8f04463ace293ce8f1057', 'f5eb78b3d6f04940770af8a9036fa6beb144a75e3b155e3c3933860521c73a67', 201, '{"Location":"/api/products/4","ETag":"\"fd316ddcbdefd1d5d755cf0ffbb180bc\""}', '{"id":4,"title":"Teapot","description":"A teapot of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.954246+00:00');
INSERT INTO products.idempotency_keys VALUES ('a3bd238bc9073464c8ed07b3e3b600fb43c2fa1fc534b71b971e162c46bb2b9e', 'a650b7e50494d62ee7663ddd754ecdd74bf5ac23d7811d76251b74d5f7fabb88', 201, '{"Location":"/api/products/5","ETag":"\"68b270bdbabf60e0710a82e6c1a84094\""}', '{"id":5,"title":"Notebook","description":"A notebook of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.964811+00:00');
INSERT INTO products.idempotency_keys VALUES ('365c4538b0fe8f6da9c03e931edc1392a84c92c4427dbfdf07c6352f4bf48806', '7937669c0eb36e859ab94f8580440bf4a5000ae01353e15e6ea8a332d19f9a6b', 201, '{"Location":"/api/products/6","ETag":"\"d75e3c97cd4e0484421326e1e9f25019\""}', '{"id":6,"title":"Fern","description":"A fern of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:22.993944+00:00');
INSERT INTO products.idempotency_keys VALUES ('803ea4cf48c183804168cfa5201ba98fdc855526ecba2a483ddd604b03ca18e7', '3633031104f74b4ea7c4923fa29d24ed96815183833a92f0b2f7443fecacfb03', 201, '{"Location":"/api/products/7","ETag":"\"9a231996d608fbea0ce8518dbbd21d1f\""}', '{"id":7,"title":"Socks","description":"A socks of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:23.004235+00:00');
INSERT INTO products.idempotency_keys VALUES ('1146b51579210a4d908c8d663a61daf39e1809f2d8e93e8b01c85521b861584e', '847e56231c7b0b774af08e38e2eee70acab28d5c83e49fd989a0d50097894620', 201, '{"Location":"/api/products/8","ETag":"\"a1c1205a1c183c62beb961b7a42d0426\""}', '{"id":8,"title":"Bell","description":"A bell of example.","image":"an image","state":"active","likes":0}', NULL, '2026-11-28T20:33:23.014872+00:00');

INSERT INTO products.inbox VALUES ('de4e4ef87f28', 'applied', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 7, '4:dan', 'likes.product_liked', '01a223dc-cfaa-7139-a4d2-5a6ba130cf5d', '01a223dc-cfaa-7139-a4d2-5a6a0e85283e', '\x', 2, '[{"at":"2026-11-28T20:33:23.378918Z","error":"RuntimeError: not at once ProductLiked(product_id=4","where":"examples:39"}]', NULL, '2026-11-28T20:33:23.379769Z', '2026-11-28T20:33:23.594659Z', NULL);
INSERT INTO products.inbox VALUES ('123bef7d4738', 'discarded', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 8, '6:dora', 'likes.product_liked', '01a223dc-dc5d-712f-97a3-9a4959223957', '01a223dc-dc5d-712f-97a3-9a4853dde154', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646335642d373132662d393761332d396134393539323233393537222c22736f75726365223a226c696b6573222c2274797065223a226c696b65732e70726f647563745f6c696b6564222c227375626a656374223a22363a646f7261222c2274696d65223a22323032362d31312d32385432303a33333a32362e3632313538385a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636164362d373764312d383965332d393730366666393363363665222c2273657175656e6365223a223030303030303030303030303030303030303038222c2270726576696f75736964223a2230316132323364632d636661612d373133392d613464322d356136626131333063663564222c22636f7272656c6174696f6e6964223a2230316132323364632d646335642d373132662d393761332d396134383533646465313534222c2264617461223a7b2270726f647563745f6964223a362c22757365725f6964223a22646f7261227d7d', 1, '[{"at":"2026-11-28T20:33:26.637249Z","error":"PermanentError: cannot take ProductLiked(product_id=6","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.638643Z', '2026-11-28T20:33:26.704691Z', 'an example');
INSERT INTO products.inbox VALUES ('16f93ffb657b', 'dead', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 9, '7:dirk', 'likes.product_liked', '01a223dc-dcd8-710f-a5a8-a16f8a08d1a0', '01a223dc-dcd8-710f-a5a8-a16e4bfd3383', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646364382d373130662d613561382d613136663861303864316130222c22736f75726365223a226c696b6573222c2274797065223a226c696b65732e70726f647563745f6c696b6564222c227375626a656374223a22373a6469726b222c2274696d65223a22323032362d31312d32385432303a33333a32362e3734343730385a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636164362d373764312d383965332d393730366666393363363665222c2273657175656e6365223a223030303030303030303030303030303030303039222c2270726576696f75736964223a2230316132323364632d646335642d373132662d393761332d396134393539323233393537222c22636f7272656c6174696f6e6964223a2230316132323364632d646364382d373130662d613561382d613136653462666433333833222c2264617461223a7b2270726f647563745f6964223a372c22757365725f6964223a226469726b227d7d', 1, '[{"at":"2026-11-28T20:33:26.765275Z","error":"PermanentError: cannot take ProductLiked(product_id=7","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.766728Z', NULL, NULL);
INSERT INTO products.inbox VALUES ('2483dec7f7ef', 'waiting', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 10, '7:dirk', 'likes.product_unliked', '01a223dc-dce0-70f7-af48-c6dc720c07bf', '01a223dc-dce0-70f7-af48-c6db48d66835', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646365302d373066372d616634382d633664633732306330376266222c22736f75726365223a226c696b6573222c2274797065223a226c696b65732e70726f647563745f756e6c696b6564222c227375626a656374223a22373a6469726b222c2274696d65223a22323032362d31312d32385432303a33333a32362e3735323231315a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636164362d373764312d383965332d393730366666393363363665222c2273657175656e6365223a223030303030303030303030303030303030303130222c2270726576696f75736964223a2230316132323364632d646364382d373130662d613561382d613136663861303864316130222c22636f7272656c6174696f6e6964223a2230316132323364632d646365302d373066372d616634382d633664623438643636383335222c2264617461223a7b2270726f647563745f6964223a372c22757365725f6964223a226469726b227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.779725Z', NULL, NULL);
INSERT INTO products.inbox VALUES ('1af6e9b32bfb', 'retrying', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 11, '8:rita', 'likes.product_liked', '01a223dc-dd1c-70c3-99a7-2c54dd159344', '01a223dc-dd1b-7491-84c2-7bd466b12272', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646431632d373063332d393961372d326335346464313539333434222c22736f75726365223a226c696b6573222c2274797065223a226c696b65732e70726f647563745f6c696b6564222c227375626a656374223a22383a72697461222c2274696d65223a22323032362d31312d32385432303a33333a32362e3831323031365a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636164362d373764312d383965332d393730366666393363363665222c2273657175656e6365223a223030303030303030303030303030303030303131222c2270726576696f75736964223a2230316132323364632d646365302d373066372d616634382d633664633732306330376266222c22636f7272656c6174696f6e6964223a2230316132323364632d646431622d373439312d383463322d376264343636623132323732222c2264617461223a7b2270726f647563745f6964223a382c22757365725f6964223a2272697461227d7d', 1, '[{"at":"2026-11-28T20:33:26.829658Z","error":"RuntimeError: not yet ProductLiked(product_id=8","where":"examples:37"}]', 1795898066.0777266, '2026-11-28T20:33:26.830538Z', NULL, NULL);
INSERT INTO products.inbox VALUES ('f4893675f557', 'waiting', 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 12, '8:rita', 'likes.product_unliked', '01a223dc-dd2e-75ed-abd1-d75348eee260', '01a223dc-dd2e-75ed-abd1-d752a977e185', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646432652d373565642d616264312d643735333438656565323630222c22736f75726365223a226c696b6573222c2274797065223a226c696b65732e70726f647563745f756e6c696b6564222c227375626a656374223a22383a72697461222c2274696d65223a22323032362d31312d32385432303a33333a32362e3833303236385a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636164362d373764312d383965332d393730366666393363363665222c2273657175656e6365223a223030303030303030303030303030303030303132222c2270726576696f75736964223a2230316132323364632d646431632d373063332d393961372d326335346464313539333434222c22636f7272656c6174696f6e6964223a2230316132323364632d646432652d373565642d616264312d643735326139373765313835222c2264617461223a7b2270726f647563745f6964223a382c22757365725f6964223a2272697461227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.849736Z', NULL, NULL);
INSERT INTO products.inbox VALUES ('6857a7444720', 'dead', '', '', 0, '', '', NULL, NULL, '\x6e6f206576656e7420617420616c6c', 1, '[{"at":"2026-11-28T20:33:26.898952Z","error":"ValueError: not JSON","where":""}]', NULL, '2026-11-28T20:33:26.899000Z', NULL, NULL);

INSERT INTO products.like_counts VALUES (1, 3);
INSERT INTO products.like_counts VALUES (3, 1);
INSERT INTO products.like_counts VALUES (2, 0);
INSERT INTO products.like_counts VALUES (4, 1);

INSERT INTO products.log VALUES (1, '01a223dc-e25c-75a0-918d-925b6565ef6d', NULL);

INSERT INTO products.moves VALUES (1, 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 0, '2026-11-28T20:33:22.933143Z');
INSERT INTO products.moves VALUES (2, 'likes', '01a223dc-cad6-77d1-89e3-9706ff93c66e', 7, '2026-11-28T20:33:23.381355Z');

INSERT INTO products.outbox VALUES (1, 1, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-cdd1-728c-a39a-48a507e5375c', 'products.product_created', 1, '1', '2026-11-28T20:33:22.897558Z', '01a223dc-cdbd-75c6-80a0-2d3b7ec175c7', NULL, NULL, '{"product_id":1,"title":"Mug","description":"A mug of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (2, 2, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-cdef-774e-8051-aeef5482f1ea', 'products.product_created', 1, '2', '2026-11-28T20:33:22.927596Z', '01a223dc-cde3-7174-92bd-e726a0f474c0', NULL, NULL, '{"product_id":2,"title":"Lamp","description":"A lamp of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (3, 3, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-ce00-770f-b2fc-21adc81c41b0', 'products.product_created', 1, '3', '2026-11-28T20:33:22.944628Z', '01a223dc-cdfc-754b-99c4-db3e487b9835', NULL, NULL, '{"product_id":3,"title":"Água","description":"A água of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (4, 4, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-ce0f-7430-b527-c3540189fa45', 'products.product_created', 1, '4', '2026-11-28T20:33:22.959139Z', '01a223dc-ce09-7030-a14c-52ad8a2cd087', NULL, NULL, '{"product_id":4,"title":"Teapot","description":"A teapot of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (5, 5, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-ce17-754c-adf5-431d03516d22', 'products.product_created', 1, '5', '2026-11-28T20:33:22.967984Z', '01a223dc-ce13-7027-886c-25819015f9e6', NULL, NULL, '{"product_id":5,"title":"Notebook","description":"A notebook of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (6, 6, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-ce36-7612-91e5-17c3bc87f72d', 'products.product_created', 1, '6', '2026-11-28T20:33:22.998045Z', '01a223dc-ce31-7233-b2b8-7efd48b6758d', NULL, NULL, '{"product_id":6,"title":"Fern","description":"A fern of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (7, 7, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-ce3e-76f4-bd46-7bc973168222', 'products.product_created', 1, '7', '2026-11-28T20:33:23.006565Z', '01a223dc-ce3b-7652-98f2-35b969bb1c1c', NULL, NULL, '{"product_id":7,"title":"Socks","description":"A socks of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (8, 8, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-cf0a-7193-b2d8-a12d8bbf522b', 'products.product_created', 1, '8', '2026-11-28T20:33:23.210954Z', '01a223dc-ce46-7760-80b1-f2e32038ce4b', NULL, NULL, '{"product_id":8,"title":"Bell","description":"A bell of example.","image":"an image","state":"active"}', 'POST /api/products');
INSERT INTO products.outbox VALUES (9, 9, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-d0a5-7526-a65b-efaacc256c6e', 'products.product_deleted', 1, '5', '2026-11-28T20:33:23.621919Z', '01a223dc-d0a5-7526-a65b-efa949e62b00', NULL, NULL, '{"product_id":5}', NULL);
INSERT INTO products.outbox VALUES (10, 10, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-dc53-7018-aa66-c6524897755f', 'products.product_updated', 1, '2', '2026-11-28T20:33:26.611578Z', '01a223dc-dc4d-70aa-af3a-0d37ecda07fe', NULL, NULL, '{"product_id":2,"title":"Bad lamp","description":"","image":"an image","state":"active"}', 'PUT /api/products/{product_id}');
INSERT INTO products.outbox VALUES (11, 11, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-dcc6-70ac-a6fd-0acf2f9ad53f', 'products.product_updated', 1, '1', '2026-11-28T20:33:26.726974Z', '01a223dc-dcc4-73a6-b601-aba5e180ece1', NULL, NULL, '{"product_id":1,"title":"Broken mug","description":"","image":"an image","state":"active"}', 'PUT /api/products/{product_id}');
INSERT INTO products.outbox VALUES (12, 12, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-dcd0-7194-a7ed-8a5823642835', 'products.product_updated', 1, '1', '2026-11-28T20:33:26.736328Z', '01a223dc-dccc-75a2-9f1b-a684d95dd672', NULL, NULL, '{"product_id":1,"title":"Mended mug","description":"","image":"an image","state":"active"}', 'PUT /api/products/{product_id}');
INSERT INTO products.outbox VALUES (13, 13, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-dd06-73c9-9d36-76032f4ef060', 'products.product_updated', 1, '3', '2026-11-28T20:33:26.790047Z', '01a223dc-dd02-7776-8669-e7045ce30db6', NULL, NULL, '{"product_id":3,"title":"Late água","description":"","image":"an image","state":"active"}', 'PUT /api/products/{product_id}');
INSERT INTO products.outbox VALUES (14, 14, '01a223dc-ca74-72b1-84c1-ff47f9b3d927', '01a223dc-dd11-7374-9cde-fed0ad152e77', 'products.product_updated', 1, '3', '2026-11-28T20:33:26.801144Z', '01a223dc-dd0b-741e-be0c-5dd222a4f408', NULL, NULL, '{"product_id":3,"title":"Later água","description":"","image":"an image","state":"active"}', 'PUT /api/products/{product_id}');
INSERT INTO products.outbox VALUES (15, NULL, NULL, '01a223dc-e262-74c2-a6fe-add69ba6f6d1', 'products.product_created', 1, '9', '2026-11-28T20:33:28.162774Z', '01a223dc-e262-74c2-a6fe-add5a35db72a', NULL, NULL, '{"product_id":9,"title":"Umbrella","description":"Opens against the wind.","image":"an image","state":"active"}', NULL);

INSERT INTO products.products VALUES (4, 'Teapot', 'A teapot of example.', 'an image', 'active', 'teapot
a teapot of example.');
INSERT INTO products.products VALUES (6, 'Fern', 'A fern of example.', 'an image', 'active', 'fern
a fern of example.');
INSERT INTO products.products VALUES (7, 'Socks', 'A socks of example.', 'an image', 'active', 'socks
a socks of example.');
INSERT INTO products.products VALUES (8, 'Bell', 'A bell of example.', 'an image', 'active', 'bell
a bell of example.');
INSERT INTO products.products VALUES (2, 'Bad lamp', '', 'an image', 'active', 'bad lamp
');
INSERT INTO products.products VALUES (1, 'Mended mug', '', 'an image', 'active', 'mended mug
');
INSERT INTO products.products VALUES (3, 'Later água', '', 'an image', 'active', 'later água
');
INSERT INTO products.products VALUES (9, 'Umbrella', 'Opens against the wind.', 'an image', 'active', 'umbrella
opens against the wind.');

INSERT INTO score.alembic_version VALUES ('0003');

INSERT INTO score.cursors VALUES ('person', '', 0, NULL, 0, false, false, NULL, NULL);
INSERT INTO score.cursors VALUES ('person', '01a223dc-cb34-7485-8447-c6d4c2874633', 16, '01a223dc-dd3d-755f-8328-69cf62197324', 4, false, false, NULL, '2026-11-28T20:33:26.871946Z');

INSERT INTO score.entries VALUES ('01a223dc-d0a7-76be-ae81-3d33cae02b25', 'income', 1, 40);
INSERT INTO score.entries VALUES ('01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 'income', 3, 24);
INSERT INTO score.entries VALUES ('01a223dc-d0a7-76be-ae81-3d33cae02b25', 'asset', 1, 500);
INSERT INTO score.entries VALUES ('01a223dc-d0a7-76be-ae81-3d33cae02b25', 'debt', 1, -25);

INSERT INTO score.epochs VALUES ('01a223dc-cb9f-75b4-a441-b63626911fd2', NULL, 0);

INSERT INTO score.history VALUES (1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.626000Z', 0, 'registration', 0);
INSERT INTO score.history VALUES (2, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.633000Z', 0, 'registration', 0);
INSERT INTO score.history VALUES (4, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.646000Z', 40, 'income', 40);
INSERT INTO score.history VALUES (5, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.663000Z', 6, 'income', 6);
INSERT INTO score.history VALUES (6, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.669000Z', 0, 'income', -6);
INSERT INTO score.history VALUES (7, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.688000Z', 24, 'income', 24);
INSERT INTO score.history VALUES (9, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.652000Z', 540, 'asset', 500);
INSERT INTO score.history VALUES (10, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.658000Z', 515, 'debt', -25);

INSERT INTO score.inbox VALUES ('0e6f6974773e', 'applied', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 5, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'person.asset_added', '01a223dc-d0c4-75c8-be2e-6386f340dd4d', '01a223dc-d0c4-75c8-be2e-6385399f414b', '\x', 2, '[{"at":"2026-11-28T20:33:23.679348Z","error":"RuntimeError: not at once AssetAdded(person_id=''01a223dc-d0a7-76be-ae81-3d33cae02b25''","where":"examples:39"}]', NULL, '2026-11-28T20:33:23.680174Z', '2026-11-28T20:33:23.754185Z', NULL);
INSERT INTO score.inbox VALUES ('8ed10a2a39be', 'applied', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 6, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'person.debt_added', '01a223dc-d0ca-718f-9eb6-2c2f16298d6f', '01a223dc-d0ca-718f-9eb6-2c2efa690dfb', '\x', 1, '[]', NULL, '2026-11-28T20:33:23.693716Z', '2026-11-28T20:33:23.767453Z', NULL);
INSERT INTO score.inbox VALUES ('b0a202fb0842', 'discarded', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 12, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'person.debt_added', '01a223dc-dc67-720a-92b1-624a4901eb6f', '01a223dc-dc67-720a-92b1-62496ccf8617', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646336372d373230612d393262312d363234613439303165623666222c22736f75726365223a22706572736f6e222c2274797065223a22706572736f6e2e646562745f6164646564222c227375626a656374223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c2274696d65223a22323032362d31312d32385432303a33333a32362e3633313438315a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636233342d373438352d383434372d633664346332383734363333222c2273657175656e6365223a223030303030303030303030303030303030303132222c2270726576696f75736964223a2230316132323364632d643566352d373534312d396436382d393664653638656562613334222c22636f7272656c6174696f6e6964223a2230316132323364632d646336372d373230612d393262312d363234393663636638363137222c2264617461223a7b22706572736f6e5f6964223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c22656e7472795f6964223a322c2276616c7565223a223636362e3030227d7d', 1, '[{"at":"2026-11-28T20:33:26.644971Z","error":"PermanentError: cannot take value=''666.00''","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.645796Z', '2026-11-28T20:33:26.717415Z', 'an example');
INSERT INTO score.inbox VALUES ('2dacaea82f4a', 'dead', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 13, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'person.debt_added', '01a223dc-dcf1-7734-96ac-28fe187183f4', '01a223dc-dcf1-7734-96ac-28fd5766c217', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646366312d373733342d393661632d323866653138373138336634222c22736f75726365223a22706572736f6e222c2274797065223a22706572736f6e2e646562745f6164646564222c227375626a656374223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c2274696d65223a22323032362d31312d32385432303a33333a32362e3736393636395a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636233342d373438352d383434372d633664346332383734363333222c2273657175656e6365223a223030303030303030303030303030303030303133222c2270726576696f75736964223a2230316132323364632d646336372d373230612d393262312d363234613439303165623666222c22636f7272656c6174696f6e6964223a2230316132323364632d646366312d373733342d393661632d323866643537363663323137222c2264617461223a7b22706572736f6e5f6964223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c22656e7472795f6964223a332c2276616c7565223a223737372e3030227d7d', 1, '[{"at":"2026-11-28T20:33:26.787617Z","error":"PermanentError: cannot take value=''777.00''","where":"examples:35"}]', NULL, '2026-11-28T20:33:26.789375Z', NULL, NULL);
INSERT INTO score.inbox VALUES ('2e8f0f8ece48', 'waiting', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 14, '01a223dc-d0a7-76be-ae81-3d33cae02b25', 'person.income_added', '01a223dc-dcfe-7546-b624-d3232c392398', '01a223dc-dcfe-7546-b624-d322825768ae', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646366652d373534362d623632342d643332333263333932333938222c22736f75726365223a22706572736f6e222c2274797065223a22706572736f6e2e696e636f6d655f6164646564222c227375626a656374223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c2274696d65223a22323032362d31312d32385432303a33333a32362e3738323333315a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636233342d373438352d383434372d633664346332383734363333222c2273657175656e6365223a223030303030303030303030303030303030303134222c2270726576696f75736964223a2230316132323364632d646366312d373733342d393661632d323866653138373138336634222c22636f7272656c6174696f6e6964223a2230316132323364632d646366652d373534362d623632342d643332323832353736386165222c2264617461223a7b22706572736f6e5f6964223a2230316132323364632d643061372d373662652d616538312d336433336361653032623235222c22656e7472795f6964223a352c2274797065223a22626f6e7573222c2276616c7565223a223130302e3030227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.807012Z', NULL, NULL);
INSERT INTO score.inbox VALUES ('0c8486d0e39f', 'retrying', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 15, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 'person.asset_added', '01a223dc-dd36-7442-88a3-ae36b5ef3a44', '01a223dc-dd36-7442-88a3-ae35230be153', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646433362d373434322d383861332d616533366235656633613434222c22736f75726365223a22706572736f6e222c2274797065223a22706572736f6e2e61737365745f6164646564222c227375626a656374223a2230316132323364632d643061642d373262372d623862312d303365333237663564313261222c2274696d65223a22323032362d31312d32385432303a33333a32362e3833383835395a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636233342d373438352d383434372d633664346332383734363333222c2273657175656e6365223a223030303030303030303030303030303030303135222c2270726576696f75736964223a2230316132323364632d646366652d373534362d623632342d643332333263333932333938222c22636f7272656c6174696f6e6964223a2230316132323364632d646433362d373434322d383861332d616533353233306265313533222c2264617461223a7b22706572736f6e5f6964223a2230316132323364632d643061642d373262372d623862312d303365333237663564313261222c22656e7472795f6964223a322c2274797065223a22626f6174222c2276616c7565223a223838382e3030227d7d', 1, '[{"at":"2026-11-28T20:33:26.859616Z","error":"RuntimeError: not yet value=''888.00''","where":"examples:37"}]', 1795898059.4046571, '2026-11-28T20:33:26.860297Z', NULL, NULL);
INSERT INTO score.inbox VALUES ('758febad6c11', 'waiting', 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 16, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', 'person.debt_added', '01a223dc-dd3d-755f-8328-69cf62197324', '01a223dc-dd3d-755f-8328-69cebb9fb0eb', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132323364632d646433642d373535662d383332382d363963663632313937333234222c22736f75726365223a22706572736f6e222c2274797065223a22706572736f6e2e646562745f6164646564222c227375626a656374223a2230316132323364632d643061642d373262372d623862312d303365333237663564313261222c2274696d65223a22323032362d31312d32385432303a33333a32362e3834353037375a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c226461746176657273696f6e223a312c2265706f6368223a2230316132323364632d636233342d373438352d383434372d633664346332383734363333222c2273657175656e6365223a223030303030303030303030303030303030303136222c2270726576696f75736964223a2230316132323364632d646433362d373434322d383861332d616533366235656633613434222c22636f7272656c6174696f6e6964223a2230316132323364632d646433642d373535662d383332382d363963656262396662306562222c2264617461223a7b22706572736f6e5f6964223a2230316132323364632d643061642d373262372d623862312d303365333237663564313261222c22656e7472795f6964223a342c2276616c7565223a22382e3030227d7d', 0, '[]', NULL, '2026-11-28T20:33:26.871044Z', NULL, NULL);
INSERT INTO score.inbox VALUES ('6857a7444720', 'dead', '', '', 0, '', '', NULL, NULL, '\x6e6f206576656e7420617420616c6c', 1, '[{"at":"2026-11-28T20:33:26.901890Z","error":"ValueError: not JSON","where":""}]', NULL, '2026-11-28T20:33:26.901936Z', NULL, NULL);

INSERT INTO score.log VALUES (1, '01a223dc-cb9f-75b4-a441-b63626911fd2', NULL);

INSERT INTO score.moves VALUES (1, 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 0, '2026-11-28T20:33:22.925622Z');
INSERT INTO score.moves VALUES (2, 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 10, '2026-11-28T20:33:23.729100Z');
INSERT INTO score.moves VALUES (3, 'person', '01a223dc-cb34-7485-8447-c6d4c2874633', 11, '2026-11-28T20:33:25.016061Z');

INSERT INTO score.outbox VALUES (1, 1, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d0ce-7524-817d-c5ff6735bce8', 'score.score_changed', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.662748Z', '01a223dc-d0be-755c-b01c-cb5a405ffc15', '01a223dc-d0be-755c-b01c-cb5b7596e7e1', NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","score":40}', NULL);
INSERT INTO score.outbox VALUES (2, 2, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d0f1-7683-a228-e0ab0aa4d750', 'score.score_changed', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.697878Z', '01a223dc-d0cf-75f0-89f6-4d27053ab0b6', '01a223dc-d0cf-75f0-89f6-4d286a5bc7bc', NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","score":6}', NULL);
INSERT INTO score.outbox VALUES (3, 3, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d106-75c0-b06b-da04de4cdb13', 'score.score_changed', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.718949Z', '01a223dc-d0d5-73a1-8bd0-6402e58c8bb0', '01a223dc-d0d5-73a1-8bd0-6403b76142f4', NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","score":0}', NULL);
INSERT INTO score.outbox VALUES (4, 4, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d108-740a-baf1-cb7075aa76c8', 'score.score_changed', 1, '01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '2026-11-28T20:33:23.720805Z', '01a223dc-d0da-7155-8839-5c59824f066d', '01a223dc-d0e8-7116-aa2b-2057deadc6cd', NULL, '{"person_id":"01a223dc-d0ad-72b7-b8b1-03e327f5d12a","score":24}', NULL);
INSERT INTO score.outbox VALUES (6, 6, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d129-72c9-b286-ceb11d21cead', 'score.score_changed', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.753816Z', '01a223dc-d0c4-75c8-be2e-6385399f414b', '01a223dc-d0c4-75c8-be2e-6386f340dd4d', NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","score":540}', NULL);
INSERT INTO score.outbox VALUES (7, 7, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d136-76ec-93a4-81e5e0dcbeef', 'score.score_changed', 1, '01a223dc-d0a7-76be-ae81-3d33cae02b25', '2026-11-28T20:33:23.766757Z', '01a223dc-d0ca-718f-9eb6-2c2efa690dfb', '01a223dc-d0ca-718f-9eb6-2c2f16298d6f', NULL, '{"person_id":"01a223dc-d0a7-76be-ae81-3d33cae02b25","score":515}', NULL);
INSERT INTO score.outbox VALUES (5, 5, '01a223dc-cb9f-75b4-a441-b63626911fd2', '01a223dc-d111-77ed-842f-7d5328970349', 'score.score_changed', 1, '01a223dc-d0b3-7430-9db6-b67e297507cd', '2026-11-28T20:33:23.729059Z', '01a223dc-d0f4-723e-83f9-186f8116e9c1', '01a223dc-d0f4-723e-83f9-1870605786db', NULL, 'null', NULL);

INSERT INTO score.people VALUES ('01a223dc-d0ad-72b7-b8b1-03e327f5d12a', '00000022222', 24, 0, 0);
INSERT INTO score.people VALUES ('01a223dc-d0a7-76be-ae81-3d33cae02b25', '00000011111', 40, 500, -25);

SELECT pg_catalog.setval('accounts.accounts_id_seq', 2, true);

SELECT pg_catalog.setval('accounts.moves_id_seq', 1, false);

SELECT pg_catalog.setval('accounts.outbox_id_seq', 1, false);

SELECT pg_catalog.setval('likes.moves_id_seq', 3, true);

SELECT pg_catalog.setval('likes.outbox_id_seq', 14, true);

SELECT pg_catalog.setval('person.assets_id_seq', 2, true);

SELECT pg_catalog.setval('person.debts_id_seq', 4, true);

SELECT pg_catalog.setval('person.incomes_id_seq', 6, true);

SELECT pg_catalog.setval('person.moves_id_seq', 1, false);

SELECT pg_catalog.setval('person.outbox_id_seq', 18, true);

SELECT pg_catalog.setval('products.moves_id_seq', 2, true);

SELECT pg_catalog.setval('products.outbox_id_seq', 15, true);

SELECT pg_catalog.setval('products.products_id_seq', 9, true);

SELECT pg_catalog.setval('score.history_id_seq', 10, true);

SELECT pg_catalog.setval('score.moves_id_seq', 3, true);

SELECT pg_catalog.setval('score.outbox_id_seq', 7, true);

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT accounts_name_key_key UNIQUE (name_key);

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY accounts.accounts
    ADD CONSTRAINT accounts_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY accounts.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY accounts.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (source, epoch);

ALTER TABLE ONLY accounts.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY accounts.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY accounts.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY accounts.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY accounts.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY likes.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY likes.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (source, epoch);

ALTER TABLE ONLY likes.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY likes.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY likes.like_tallies
    ADD CONSTRAINT like_tallies_pkey PRIMARY KEY (product_id);

ALTER TABLE ONLY likes.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY likes.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY likes.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY likes.product_copies
    ADD CONSTRAINT product_copies_pkey PRIMARY KEY (product_id);

ALTER TABLE ONLY likes.product_user
    ADD CONSTRAINT product_user_pkey PRIMARY KEY (product_id, user_id);

ALTER TABLE ONLY person.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY person.assets
    ADD CONSTRAINT assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (source, epoch);

ALTER TABLE ONLY person.debts
    ADD CONSTRAINT debts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY person.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.incomes
    ADD CONSTRAINT incomes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.persons
    ADD CONSTRAINT one_person_per_cpf UNIQUE (cpf);

ALTER TABLE ONLY person.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY person.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY products.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (source, epoch);

ALTER TABLE ONLY products.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY products.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.like_counts
    ADD CONSTRAINT like_counts_pkey PRIMARY KEY (product_id);

ALTER TABLE ONLY products.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY products.products
    ADD CONSTRAINT products_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY score.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (source, epoch);

ALTER TABLE ONLY score.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (person_id, kind, entry_id);

ALTER TABLE ONLY score.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY score.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.moves
    ADD CONSTRAINT moves_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY score.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (person_id);

CREATE INDEX inbox_due ON accounts.inbox USING btree (state, next_attempt);

CREATE INDEX inbox_subject ON accounts.inbox USING btree (source, subject, epoch, "position");

CREATE INDEX moves_position ON accounts.moves USING btree (source, epoch, "position");

CREATE INDEX outbox_correlation ON accounts.outbox USING btree (correlation_id) WHERE ("position" IS NOT NULL);

CREATE UNIQUE INDEX outbox_position ON accounts.outbox USING btree ("position");

CREATE INDEX outbox_time ON accounts.outbox USING btree ("time") WHERE ("position" IS NOT NULL);

CREATE INDEX outbox_unstamped ON accounts.outbox USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX inbox_due ON likes.inbox USING btree (state, next_attempt);

CREATE INDEX inbox_subject ON likes.inbox USING btree (source, subject, epoch, "position");

CREATE INDEX moves_position ON likes.moves USING btree (source, epoch, "position");

CREATE INDEX outbox_correlation ON likes.outbox USING btree (correlation_id) WHERE ("position" IS NOT NULL);

CREATE UNIQUE INDEX outbox_position ON likes.outbox USING btree ("position");

CREATE INDEX outbox_time ON likes.outbox USING btree ("time") WHERE ("position" IS NOT NULL);

CREATE INDEX outbox_unstamped ON likes.outbox USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX product_copies_shown ON likes.product_copies USING btree (state, product_id);

CREATE INDEX assets_of_person ON person.assets USING btree (person_id, id);

CREATE INDEX debts_of_person ON person.debts USING btree (person_id, id);

CREATE INDEX inbox_due ON person.inbox USING btree (state, next_attempt);

CREATE INDEX inbox_subject ON person.inbox USING btree (source, subject, epoch, "position");

CREATE INDEX incomes_of_person ON person.incomes USING btree (person_id, id);

CREATE INDEX ix_person_idempotency_keys_about ON person.idempotency_keys USING btree (about);

CREATE INDEX ix_person_idempotency_keys_kept_since ON person.idempotency_keys USING btree (kept_since);

CREATE INDEX moves_position ON person.moves USING btree (source, epoch, "position");

CREATE INDEX outbox_correlation ON person.outbox USING btree (correlation_id) WHERE ("position" IS NOT NULL);

CREATE UNIQUE INDEX outbox_position ON person.outbox USING btree ("position");

CREATE INDEX outbox_time ON person.outbox USING btree ("time") WHERE ("position" IS NOT NULL);

CREATE INDEX outbox_unstamped ON person.outbox USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX inbox_due ON products.inbox USING btree (state, next_attempt);

CREATE INDEX inbox_subject ON products.inbox USING btree (source, subject, epoch, "position");

CREATE INDEX ix_products_idempotency_keys_about ON products.idempotency_keys USING btree (about);

CREATE INDEX ix_products_idempotency_keys_kept_since ON products.idempotency_keys USING btree (kept_since);

CREATE INDEX moves_position ON products.moves USING btree (source, epoch, "position");

CREATE INDEX outbox_correlation ON products.outbox USING btree (correlation_id) WHERE ("position" IS NOT NULL);

CREATE UNIQUE INDEX outbox_position ON products.outbox USING btree ("position");

CREATE INDEX outbox_time ON products.outbox USING btree ("time") WHERE ("position" IS NOT NULL);

CREATE INDEX outbox_unstamped ON products.outbox USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX history_person ON score.history USING btree (person_id, id);

CREATE INDEX inbox_due ON score.inbox USING btree (state, next_attempt);

CREATE INDEX inbox_subject ON score.inbox USING btree (source, subject, epoch, "position");

CREATE INDEX moves_position ON score.moves USING btree (source, epoch, "position");

CREATE INDEX outbox_correlation ON score.outbox USING btree (correlation_id) WHERE ("position" IS NOT NULL);

CREATE UNIQUE INDEX outbox_position ON score.outbox USING btree ("position");

CREATE INDEX outbox_time ON score.outbox USING btree ("time") WHERE ("position" IS NOT NULL);

CREATE INDEX outbox_unstamped ON score.outbox USING btree (id) WHERE ("position" IS NULL);

CREATE INDEX people_cpf ON score.people USING btree (cpf, person_id);

ALTER TABLE ONLY person.assets
    ADD CONSTRAINT assets_person_id_fkey FOREIGN KEY (person_id) REFERENCES person.persons(id);

ALTER TABLE ONLY person.debts
    ADD CONSTRAINT debts_person_id_fkey FOREIGN KEY (person_id) REFERENCES person.persons(id);

ALTER TABLE ONLY person.incomes
    ADD CONSTRAINT incomes_person_id_fkey FOREIGN KEY (person_id) REFERENCES person.persons(id);

