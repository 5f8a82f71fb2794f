//! The statements' read model: an index derived from the ledger, behind a trait of its own.
//!
//! Posting knows nothing of it. It is fed in ledger order behind the append path, by [`Bank::feed_statements`], and may be
//! thrown away at any time. Whoever asks gets the index's lines and, by the links between an account's transfers, those
//! that it was not fed yet: so a customer always sees their own last entry, and an index that is behind, empty, broken or
//! another ledger's costs time, never an answer.
//!
//! [`Bank::feed_statements`]: crate::Bank::feed_statements

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{PoisonError, RwLock};

use kit_core::AccountNumber;

use crate::model::TransferId;
use crate::rules::statement::{Days, Line};
use crate::store::Stored;

#[cfg(feature = "sqlite")]
pub use crate::store::sqlite::SqliteStatements;

/// How far an index was fed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// The last transfer's sequence number; 0 for an empty index.
    pub seq: u64,
    /// That transfer: a ledger in which another one stands there is not the one that this index was fed from.
    pub last: Option<TransferId>,
    /// The mark of the calendar whose days it has, see [`Calendar::mark`](kit_core::Calendar::mark); 0 for an empty index.
    pub days: u64,
}

/// An index of lines by account.
pub trait StatementIndex: Send + Sync {
    /// How far it was fed.
    ///
    /// # Errors
    /// Where the index cannot be read.
    fn position(&self) -> Stored<Position>;

    /// Adds the lines of the transfers after `from` up to `to`, all or none; `false`, and nothing added, where the index
    /// does not stand at `from`.
    ///
    /// # Errors
    /// Where the index cannot be written.
    fn feed(&self, from: Position, lines: &[Line], to: Position) -> Stored<bool>;

    /// Throws everything away.
    ///
    /// # Errors
    /// Where the index cannot be written.
    fn clear(&self) -> Stored<()>;

    /// Shows an account's lines of `days` up to the transfer `newest`, newest first, until it is told to stop; `false`,
    /// and nothing shown, where the index was not fed that far.
    ///
    /// # Errors
    /// Where the index cannot be read; some lines may have been shown before.
    fn visit(
        &self,
        account: AccountNumber,
        days: Days,
        newest: u64,
        visitor: &mut dyn FnMut(&Line) -> ControlFlow<()>,
    ) -> Stored<bool>;
}

/// An index in memory.
#[derive(Default)]
pub struct MemoryStatements {
    fed: RwLock<Fed>,
}

#[derive(Default)]
struct Fed {
    position: Position,
    lines: BTreeMap<(AccountNumber, u64), Line>,
}

impl StatementIndex for MemoryStatements {
    fn position(&self) -> Stored<Position> {
        Ok(self.fed.read().unwrap_or_else(PoisonError::into_inner).position)
    }

    fn feed(&self, from: Position, lines: &[Line], to: Position) -> Stored<bool> {
        let mut fed = self.fed.write().unwrap_or_else(PoisonError::into_inner);
        if fed.position != from {
            return Ok(false);
        }
        fed.lines.extend(lines.iter().map(|line| ((line.account, line.seq), line.clone())));
        fed.position = to;
        Ok(true)
    }

    fn clear(&self) -> Stored<()> {
        *self.fed.write().unwrap_or_else(PoisonError::into_inner) = Fed::default();
        Ok(())
    }

    fn visit(
        &self,
        account: AccountNumber,
        days: Days,
        newest: u64,
        visitor: &mut dyn FnMut(&Line) -> ControlFlow<()>,
    ) -> Stored<bool> {
        let fed = self.fed.read().unwrap_or_else(PoisonError::into_inner);
        if fed.position.seq < newest {
            return Ok(false);
        }
        let newest_first = fed.lines.range((account, 0)..=(account, newest)).rev().map(|(_, line)| line);
        for line in newest_first.skip_while(|line| line.day > days.to).take_while(|line| line.day >= days.from) {
            if visitor(line).is_break() {
                break;
            }
        }
        Ok(true)
    }
}
