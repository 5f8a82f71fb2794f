//! The statements' read model in a SQLite file of its own, beside the bank's: feeding it never takes the lock of the
//! posting writer, nor waits for the disk.

use std::ops::ControlFlow;
use std::path::Path;

use kit_core::{AccountNumber, Day};
use kit_sqlite::{Derived, DerivedSchema, OpenError};
use rusqlite::{Connection, Row, params};

use super::codec::{self, number_value};
use super::signed;
use crate::model::TransferId;
use crate::rules::statement::{Days, Line};
use crate::statements::{Position, StatementIndex};
use crate::store::Stored;

/// `application_id` is "bkst" in ASCII.
const SCHEMA: DerivedSchema = DerivedSchema {
    application_id: 0x626b_7374,
    // 2: texts without the names of people and accounts, which change. 3: which days it has.
    version: 3,
    // In ledger order, days never run backwards: within an account, the key is the ledger's order, and a range of days
    // is one stretch of it.
    sql: "
CREATE TABLE fed (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    last BLOB,
    days INTEGER NOT NULL
) STRICT;
INSERT INTO fed VALUES (1, 0, NULL, 0);

CREATE TABLE lines (
    account INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    amount  INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    other   INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (account, day, seq)
) STRICT, WITHOUT ROWID;
",
};

/// An index in a SQLite file. It holds nothing of its own and may be deleted while no bank has it open.
pub struct SqliteStatements {
    derived: Derived,
}

impl SqliteStatements {
    /// Opens `path`, or makes it anew and empty where there is none that can be used.
    ///
    /// # Errors
    /// [`OpenError`] where no file can be made there.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Ok(Self { derived: Derived::open(path, SCHEMA)? })
    }
}

impl StatementIndex for SqliteStatements {
    fn position(&self) -> Stored<Position> {
        self.derived.read(position)
    }

    fn feed(&self, from: Position, lines: &[Line], to: Position) -> Stored<bool> {
        self.derived.write(|connection| {
            if position(connection)? != from {
                return Ok(false);
            }
            let sql = "INSERT INTO lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let mut insert = connection.prepare_cached(sql)?;
            for line in lines {
                insert.execute(params![
                    number_value(line.account),
                    line.day.number(),
                    signed(line.seq),
                    line.kind.name(),
                    line.amount,
                    line.balance,
                    number_value(line.other),
                    line.text,
                ])?;
            }
            let last = to.last.map(|id| id.uuid().into_bytes());
            connection.execute(
                "UPDATE fed SET seq = ?1, last = ?2, days = ?3",
                params![signed(to.seq), last, signed(to.days)],
            )?;
            Ok(true)
        })
    }

    fn clear(&self) -> Stored<()> {
        self.derived.reset()
    }

    fn visit(
        &self,
        account: AccountNumber,
        days: Days,
        newest: u64,
        visitor: &mut dyn FnMut(&Line) -> ControlFlow<()>,
    ) -> Stored<bool> {
        self.derived.read(|connection| {
            if position(connection)?.seq < newest {
                return Ok(false);
            }
            let sql = "SELECT account, seq, day, kind, amount, balance, other, text FROM lines
                       WHERE account = ?1 AND day BETWEEN ?2 AND ?3 AND seq <= ?4 ORDER BY day DESC, seq DESC";
            let mut found = connection.prepare_cached(sql)?;
            let days = (days.from.number(), days.to.number());
            let mut rows = found.query(params![number_value(account), days.0, days.1, signed(newest)])?;
            while let Some(row) = rows.next()? {
                if visitor(&line(row)?).is_break() {
                    break;
                }
            }
            Ok(true)
        })
    }
}

fn position(connection: &Connection) -> rusqlite::Result<Position> {
    let mut statement = connection.prepare_cached("SELECT seq, last, days FROM fed")?;
    statement.query_row([], |row| {
        let last = row.get::<_, Option<[u8; 16]>>(1)?.map(|id| TransferId::from_uuid(kit_core::Uuid::from_bytes(id)));
        Ok(Position { seq: codec::counter(row, 0)?, last, days: codec::counter(row, 2)? })
    })
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        account: codec::number(row, 0)?,
        seq: codec::counter(row, 1)?,
        day: Day::from_number(row.get(2)?),
        kind: codec::transfer_kind(row, 3)?,
        amount: row.get(4)?,
        balance: row.get(5)?,
        other: codec::number(row, 6)?,
        text: row.get(7)?,
    })
}
