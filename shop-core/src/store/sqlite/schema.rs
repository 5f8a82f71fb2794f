//! The tables. Constraints hold what no rule may ever write; rules never rely on them.

use kit_sqlite::Schema;

pub(super) const SCHEMA: Schema =
    Schema { application_id: 0x5348_4F50, migrations: &[VERSION_1, VERSION_2, VERSION_4] };

/// No table changes; but attempts may be `refused` from here on, which an older program cannot read.
const VERSION_2: &str = "";

/// What orders' mails are written in, and the mails. `state_at` is when a mail is due, or since when it is sent or given
/// up.
const VERSION_4: &str = "
ALTER TABLE orders ADD COLUMN language TEXT NOT NULL DEFAULT 'en';

CREATE TABLE mails (
    order_id BLOB NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'gave-up')),
    state_at INTEGER NOT NULL,
    PRIMARY KEY (order_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_due ON mails (state_at) WHERE state = 'waiting';
CREATE INDEX mails_ended ON mails (state_at) WHERE state <> 'waiting';
";

const VERSION_1: &str = "
CREATE TABLE facts (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    recorded_at INTEGER NOT NULL,
    catalogue_version INTEGER NOT NULL
) STRICT;
INSERT INTO facts VALUES (1, 0, 0);

-- sort_name is the name folded by the rules, so that every store sorts alike.
CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    brand TEXT NOT NULL,
    category TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0),
    description TEXT NOT NULL,
    specifications TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX products_by_name ON products (sort_name, sku);
CREATE INDEX products_by_price ON products (price_minor, sku);
CREATE INDEX products_by_category ON products (category, sort_name, sku);

CREATE TABLE carts (
    token BLOB PRIMARY KEY,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX carts_by_use ON carts (used_at);
CREATE TABLE cart_lines (
    token BLOB NOT NULL REFERENCES carts (token) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    price_seen_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (token, position),
    UNIQUE (token, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id BLOB PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    token BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    email TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reserved_until INTEGER NOT NULL,
    live_attempt BLOB,
    refund BLOB,
    placed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_state ON orders (state, id);
CREATE INDEX orders_reserved ON orders (reserved_until) WHERE state = 'awaiting-payment' AND live_attempt IS NULL;
CREATE TABLE order_lines (
    order_id BLOB NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    unit_price_minor INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    total_minor INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
    order_id BLOB NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    form_key TEXT NOT NULL UNIQUE,
    payment_key TEXT NOT NULL UNIQUE,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    account_tail TEXT NOT NULL CHECK (length(account_tail) = 4),
    state TEXT NOT NULL,
    claims INTEGER NOT NULL,
    due_at INTEGER,
    approval_url TEXT,
    approval_until INTEGER,
    payment TEXT,
    failure TEXT,
    failure_code TEXT,
    failure_advice TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((due_at IS NULL) = (state IN ('succeeded', 'failed')))
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_by_order ON attempts (order_id, id);
CREATE UNIQUE INDEX attempts_live ON attempts (order_id) WHERE state NOT IN ('succeeded', 'failed');
CREATE INDEX attempts_due ON attempts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refunds (
    id BLOB PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    key TEXT NOT NULL UNIQUE,
    payment TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    claims INTEGER NOT NULL,
    due_at INTEGER,
    refusal TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refunds_by_order ON refunds (order_id, id);
CREATE INDEX refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE alerts (
    subject BLOB NOT NULL,
    kind TEXT NOT NULL,
    order_id BLOB NOT NULL REFERENCES orders (id),
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (subject, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_by_time ON alerts (at, subject, kind);

-- Derived from products; may be emptied at any time.
CREATE VIRTUAL TABLE product_search USING fts5 (
    sku UNINDEXED, name, brand, category, details, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE TABLE product_search_built (only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL) STRICT;
";
