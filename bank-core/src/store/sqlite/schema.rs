//! The schema, as numbered migrations. A released migration is never edited; a change is a new one.

use kit_sqlite::Schema;

/// `application_id` is "bank" in ASCII.
pub(super) const SCHEMA: Schema = Schema { application_id: 0x6261_6e6b, migrations: &[V1, V2, V3, V4, V5, V6, V7, V8] };

/// Amounts are minor units; times are microseconds since 1970 in UTC; ids are 16-byte UUIDs.
const V1: &str = "
CREATE TABLE head (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    last_seq  INTEGER NOT NULL,
    last_time INTEGER NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, 0);

CREATE TABLE pepper (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    check_hash BLOB NOT NULL
) STRICT;

CREATE TABLE customers (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    email      TEXT NOT NULL UNIQUE,
    password   TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    number             INTEGER PRIMARY KEY,
    owner_kind         TEXT NOT NULL CHECK (owner_kind IN ('customer', 'merchant', 'bank')),
    owner              BLOB,
    currency           TEXT NOT NULL,
    name               TEXT NOT NULL,
    debits_posted      INTEGER NOT NULL CHECK (debits_posted >= 0),
    credits_posted     INTEGER NOT NULL CHECK (credits_posted >= 0),
    debits_pending     INTEGER NOT NULL CHECK (debits_pending >= 0),
    credits_pending    INTEGER NOT NULL CHECK (credits_pending >= 0),
    frozen             INTEGER NOT NULL,
    closed             INTEGER NOT NULL,
    pin_version        INTEGER NOT NULL,
    last_transfer      INTEGER NOT NULL,
    deposit_day        INTEGER NOT NULL,
    deposited_that_day INTEGER NOT NULL,
    opened_at          INTEGER NOT NULL,
    -- The rule is in the core; the store's own belt to those braces:
    CHECK (owner_kind = 'bank' OR credits_posted - debits_posted - debits_pending >= 0)
) STRICT;
CREATE INDEX accounts_by_owner ON accounts (owner) WHERE owner IS NOT NULL;

CREATE TABLE transfers (
    seq             INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    debit           INTEGER NOT NULL,
    credit          INTEGER NOT NULL,
    amount          INTEGER NOT NULL CHECK (amount > 0),
    currency        TEXT NOT NULL,
    debit_balance   INTEGER NOT NULL,
    credit_balance  INTEGER NOT NULL,
    debit_previous  INTEGER NOT NULL,
    credit_previous INTEGER NOT NULL,
    payment         BLOB,
    reference       TEXT NOT NULL,
    at              INTEGER NOT NULL
) STRICT;
CREATE TRIGGER transfers_stand BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;
CREATE TRIGGER transfers_stay BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;

CREATE TABLE merchants (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    settlement INTEGER NOT NULL REFERENCES accounts (number),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE merchant_keys (
    key_hash   BLOB PRIMARY KEY,
    merchant   BLOB NOT NULL REFERENCES merchants (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
    id         BLOB PRIMARY KEY,
    merchant   BLOB NOT NULL REFERENCES merchants (id),
    key        TEXT NOT NULL,
    payer      INTEGER,
    amount     INTEGER NOT NULL,
    currency   TEXT NOT NULL,
    captured   INTEGER NOT NULL,
    refunded   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    capture    TEXT NOT NULL,
    decline    TEXT,
    reference  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_holding ON payments (payer) WHERE state = 'authorized';
CREATE INDEX payments_open ON payments (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX payments_paid ON payments (payer, merchant) WHERE captured > 0;

-- Rows are appended, and only the narrow index is entered at random: keys are the clients' to choose, and entering whole
-- rows at random would cost several times as many pages.
CREATE TABLE idempotency_keys (
    scope    BLOB NOT NULL,
    key      TEXT NOT NULL,
    facts    TEXT NOT NULL,
    seq      INTEGER,
    payment  BLOB,
    state    TEXT,
    captured INTEGER,
    refunded INTEGER,
    refusal  TEXT,
    UNIQUE (scope, key)
) STRICT;

CREATE TABLE pins (
    account INTEGER PRIMARY KEY REFERENCES accounts (number),
    hash    TEXT NOT NULL
) STRICT;

-- subject: the account, shadow slot or log-in hash; merchant: empty unless the bucket is of one merchant.
CREATE TABLE tries (
    kind       TEXT NOT NULL,
    subject    INTEGER NOT NULL,
    merchant   BLOB NOT NULL,
    failures   INTEGER NOT NULL,
    wait_until INTEGER,
    blocked    INTEGER NOT NULL,
    recent     TEXT NOT NULL,
    PRIMARY KEY (kind, subject, merchant)
) STRICT, WITHOUT ROWID;

CREATE TABLE failing_accounts (
    merchant BLOB NOT NULL,
    kind     TEXT NOT NULL,
    subject  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (merchant, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token      BLOB PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    customer   BLOB NOT NULL REFERENCES customers (id),
    kind       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_customer ON sessions (customer);
CREATE INDEX sessions_by_age ON sessions (created_at);

CREATE TABLE security_events (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    customer BLOB,
    account  INTEGER,
    merchant BLOB
) STRICT;
CREATE INDEX security_events_by_customer ON security_events (customer, seq) WHERE customer IS NOT NULL;
CREATE TRIGGER security_events_stand BEFORE UPDATE ON security_events
BEGIN SELECT RAISE(ABORT, 'security events are never changed'); END;
CREATE TRIGGER security_events_stay BEFORE DELETE ON security_events
BEGIN SELECT RAISE(ABORT, 'security events are never deleted'); END;
";

/// A merchant's list of its payments. The table's key is part of every index on it, so this one is entered in the order of
/// (merchant, id); ids are ordered by time, so each merchant's part of it only grows at its end.
const V2: &str = "CREATE INDEX payments_by_merchant ON payments (merchant);";

/// Several currencies, of which one is the main one: so far the bank had one cash account, in that currency. Payees that
/// customers saved. The language that a customer is spoken to in.
const V3: &str = "
CREATE TABLE main_currency (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    currency TEXT NOT NULL
) STRICT;
INSERT INTO main_currency SELECT 1, currency FROM accounts WHERE owner_kind = 'bank' ORDER BY number LIMIT 1;

CREATE TABLE payees (
    id       BLOB PRIMARY KEY,
    customer BLOB NOT NULL REFERENCES customers (id),
    number   INTEGER NOT NULL,
    name     TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    UNIQUE (customer, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE customers ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
";

/// The mails that wait for customers, and forgotten passwords. `state_at` is when a mail is due, or since
/// when it is sent or given up.
const V4: &str = "
CREATE TABLE mails (
    id        BLOB PRIMARY KEY,
    at        INTEGER NOT NULL,
    customer  BLOB NOT NULL REFERENCES customers (id),
    recipient TEXT NOT NULL,
    notice    TEXT NOT NULL,
    account   INTEGER,
    reset     BLOB,
    tries     INTEGER NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'gave-up')),
    state_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_due ON mails (state_at) WHERE state = 'waiting';
CREATE INDEX mails_ended ON mails (state_at) WHERE state <> 'waiting';

CREATE TABLE reset_requests (
    id    BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE password_resets (
    customer   BLOB PRIMARY KEY REFERENCES customers (id),
    id         BLOB NOT NULL UNIQUE,
    token      BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The names of a payment's states as the API writes them, `requires-approval` and `cancelled`, in every column that
/// holds one. A refusal is its code and a line `name=value` a fact.
///
/// When the payment of a kept answer would have ended then; and from now on, the payment's state, captured, refunded
/// and end of a kept refusal as well.
///
/// Whether a void released the rest of a payment. Of earlier ones that is not known: a captured payment says so.
const V5: &str = "
UPDATE payments SET state = 'requires-approval' WHERE state = 'requires_approval';
UPDATE payments SET state = 'cancelled' WHERE state = 'canceled';
UPDATE idempotency_keys SET state = 'requires-approval' WHERE state = 'requires_approval';
UPDATE idempotency_keys SET state = 'cancelled' WHERE state = 'canceled';
UPDATE idempotency_keys SET refusal = replace(refusal, char(10) || 'state=', char(10) || 'payment_status=')
    WHERE refusal LIKE 'wrong-state%';
UPDATE idempotency_keys SET refusal = replace(refusal, 'payment_status=requires_approval', 'payment_status=requires-approval')
    WHERE refusal LIKE 'wrong-state%';
UPDATE idempotency_keys SET refusal = replace(refusal, 'payment_status=canceled', 'payment_status=cancelled')
    WHERE refusal LIKE 'wrong-state%';

ALTER TABLE idempotency_keys ADD COLUMN expires_at INTEGER;

ALTER TABLE payments ADD COLUMN rest_voided INTEGER NOT NULL DEFAULT 0;
";

/// Attempts without a verdict: when they began and in which process, and how many in a row were interrupted. Earlier
/// versions did not tell them from failures, so none is pending.
const V6: &str = "
ALTER TABLE tries ADD COLUMN pending TEXT NOT NULL DEFAULT '';
ALTER TABLE tries ADD COLUMN boot BLOB;
ALTER TABLE tries ADD COLUMN interrupted INTEGER NOT NULL DEFAULT 0;
";

/// In which time zones the bank was, and is: from which moment on, and the zone. UTC before the first, so databases from
/// before need no row.
const V7: &str = "
CREATE TABLE eras (
    begins INTEGER PRIMARY KEY,
    zone   TEXT NOT NULL
) STRICT;
";

/// Why a mail was not taken the last time. Of earlier failures that is not known.
const V8: &str = "
ALTER TABLE mails ADD COLUMN failure TEXT;
";
