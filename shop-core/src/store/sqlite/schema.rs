//! The tables. Constraints hold what no rule may ever write; rules never rely on them.

use kit_sqlite::Schema;

pub(super) const SCHEMA: Schema = Schema {
    application_id: 0x5348_4F50,
    migrations: &[
        VERSION_1,
        VERSION_2,
        VERSION_3,
        CATALOGUE_TO_FIND,
        MAILS,
        SKUS_IN_ANY_CASE,
        CODES_AS_TYPED,
        NEW_ORDERS,
        CONTACTS,
        ROUNDING,
        RETIRED_AND_EXPORTS,
        NAME_ORDER,
        NO_INDEX_OF_WORDS,
        ERAS,
    ],
};

/// No table changes; but attempts may be `refused` from here on, which an older program cannot read.
const VERSION_2: &str = "";

/// What an order costs, in all its parts: shipping, VAT, discounts; and its documents.
///
/// Orders from before were sent for nothing, at the usual rate of VAT; the VAT contained in a line is rounded half up
/// here, which is what its rule gives but for exact halves. Those that were paid get their invoices, and those that were
/// given back their credit notes, in the order in which that happened.
const VERSION_3: &str = "
ALTER TABLE facts ADD COLUMN last_invoice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE facts ADD COLUMN last_credit_note INTEGER NOT NULL DEFAULT 0;

ALTER TABLE products ADD COLUMN vat_basis_points INTEGER CHECK (vat_basis_points BETWEEN 0 AND 10000);

ALTER TABLE carts ADD COLUMN code TEXT;

ALTER TABLE orders ADD COLUMN discount_code TEXT;
ALTER TABLE orders ADD COLUMN discount_minor INTEGER CHECK (discount_minor >= 0);
ALTER TABLE orders ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN shipping_method TEXT NOT NULL DEFAULT 'standard';
ALTER TABLE orders ADD COLUMN shipping_name TEXT NOT NULL DEFAULT 'Standard';
ALTER TABLE orders ADD COLUMN shipping_minor INTEGER NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0);
ALTER TABLE orders ADD COLUMN shipping_vat_basis_points INTEGER NOT NULL DEFAULT 1900;
ALTER TABLE orders ADD COLUMN shipping_vat_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN shipping_days_min INTEGER NOT NULL DEFAULT 2;
ALTER TABLE orders ADD COLUMN shipping_days_max INTEGER NOT NULL DEFAULT 3;
ALTER TABLE orders ADD COLUMN shipping_pickup INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE orders ADD COLUMN invoice_number INTEGER;
ALTER TABLE orders ADD COLUMN invoice_at INTEGER;
ALTER TABLE orders ADD COLUMN credit_note_number INTEGER;
ALTER TABLE orders ADD COLUMN credit_note_at INTEGER;
CREATE INDEX orders_by_code ON orders (discount_code, email_key, id) WHERE discount_code IS NOT NULL;
CREATE UNIQUE INDEX orders_by_invoice ON orders (invoice_number) WHERE invoice_number IS NOT NULL;
CREATE UNIQUE INDEX orders_by_credit_note ON orders (credit_note_number) WHERE credit_note_number IS NOT NULL;

ALTER TABLE order_lines ADD COLUMN discount_minor INTEGER NOT NULL DEFAULT 0 CHECK (discount_minor >= 0);
ALTER TABLE order_lines ADD COLUMN vat_basis_points INTEGER NOT NULL DEFAULT 1900;
ALTER TABLE order_lines ADD COLUMN vat_minor INTEGER NOT NULL DEFAULT 0;
UPDATE order_lines SET vat_minor = (2 * total_minor * 1900 + 11900) / (2 * 11900);

UPDATE orders SET invoice_number = issued.number, invoice_at = issued.at FROM (
    SELECT order_id, ended_at AS at, row_number() OVER (ORDER BY ended_at, id) AS number
    FROM attempts WHERE state = 'succeeded'
) AS issued WHERE issued.order_id = orders.id;
UPDATE orders SET credit_note_number = issued.number, credit_note_at = issued.at FROM (
    SELECT order_id, ended_at AS at, row_number() OVER (ORDER BY ended_at, id) AS number
    FROM refunds WHERE state = 'refunded'
) AS issued WHERE issued.order_id = orders.id;
UPDATE facts SET
    last_invoice = (SELECT coalesce(max(invoice_number), 0) FROM orders),
    last_credit_note = (SELECT coalesce(max(credit_note_number), 0) FROM orders);

CREATE TABLE discounts (
    code TEXT PRIMARY KEY,
    percent INTEGER CHECK (percent BETWEEN 1 AND 10000),
    amount_minor INTEGER CHECK (amount_minor > 0),
    minimum_minor INTEGER CHECK (minimum_minor > 0),
    currency TEXT NOT NULL,
    valid_from INTEGER,
    valid_until INTEGER,
    max_uses INTEGER CHECK (max_uses > 0),
    once_per_email INTEGER NOT NULL,
    category TEXT,
    uses INTEGER NOT NULL CHECK (uses >= 0),
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((percent IS NULL) <> (amount_minor IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE order_accesses (
    token BLOB PRIMARY KEY,
    order_id BLOB NOT NULL REFERENCES orders (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX order_accesses_by_end ON order_accesses (expires_at);
";

/// Descriptions in German, what is sold out at a glance, and an index that takes the words as the rules cut them: the
/// `ascii` tokenizer leaves every character beyond ASCII alone. The index is derived, and built again at opening.
const CATALOGUE_TO_FIND: &str = "
ALTER TABLE products ADD COLUMN description_de TEXT;
CREATE INDEX products_sold_out ON products (sku) WHERE stock = 0;
DROP TABLE product_search;
CREATE VIRTUAL TABLE product_search USING fts5 (
    sku UNINDEXED, name, brand, category, details, tokenize = 'ascii', prefix = '2 3'
);
DELETE FROM product_search_built;
";

/// The mails about orders. `state_at` is when a mail is due, or since when it is sent or given up.
const MAILS: &str = "
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

/// SKUs are looked up as people type them. Those that differ only by case may be there already.
const SKUS_IN_ANY_CASE: &str = "CREATE INDEX products_in_any_case ON products (sku COLLATE NOCASE)";

/// Codes are looked up as people type them. Those that differ only by hyphens may be there already.
const CODES_AS_TYPED: &str = "CREATE INDEX discounts_by_key ON discounts (replace(code, '-', ''), code)";

/// No table changes; but mails may tell of a `new-order` from here on, which an older program cannot read.
const NEW_ORDERS: &str = "";

/// What customers may leave out. From here on `country` is a code; older orders keep what was typed.
const CONTACTS: &str = "
ALTER TABLE orders ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN address_line_2 TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN vat_number TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN phone TEXT NOT NULL DEFAULT '';
";

/// What an order charges beyond net and VAT. Orders from before keep the VAT that was found line by line, and their
/// documents say what they said.
const ROUNDING: &str = "
ALTER TABLE orders ADD COLUMN shipping_rounding_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN rounding_minor INTEGER NOT NULL DEFAULT 0;
";

/// Products that are no longer sold are in no list, so the indexes of lists leave them out. What an exported file set
/// is remembered, so that it counts once.
const RETIRED_AND_EXPORTS: &str = "
ALTER TABLE products ADD COLUMN retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1));
DROP INDEX products_by_name;
DROP INDEX products_by_price;
DROP INDEX products_by_category;
CREATE INDEX products_by_name ON products (sort_name, sku) WHERE retired = 0;
CREATE INDEX products_by_price ON products (price_minor, sku) WHERE retired = 0;
CREATE INDEX products_by_category ON products (category, sort_name, sku) WHERE retired = 0;
CREATE TABLE export_stocks (
    export TEXT NOT NULL,
    sku TEXT NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0),
    PRIMARY KEY (export, sku)
) STRICT, WITHOUT ROWID;
";

/// Which edition of the order of names `sort_name` is of. Databases from before have none: opening them makes the keys
/// again.
const NAME_ORDER: &str = "ALTER TABLE facts ADD COLUMN name_order INTEGER NOT NULL DEFAULT 0";

/// The index of words is in memory.
const NO_INDEX_OF_WORDS: &str = "
DROP TABLE product_search;
DROP TABLE product_search_built;
";

/// In which time zones the shop was, and is: from which moment on, and the zone. UTC before the first, so databases from
/// before need no row.
const ERAS: &str = "
CREATE TABLE eras (
    begins INTEGER PRIMARY KEY,
    zone   TEXT NOT NULL
) STRICT;
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
