//! Statements: whatever an index was fed, and however it breaks, a search finds what a look at every entry finds.

mod documents;
mod index;
mod search;

use std::sync::Arc;

use bank_core::statements::{MemoryStatements, SqliteStatements, StatementIndex};
use tempfile::TempDir;

type Named = (&'static str, Arc<dyn StatementIndex>);

/// A folder for the index's file, and both indexes.
fn indexes() -> (TempDir, [Named; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStatements::open(&folder.path().join("statements.db")).expect("opens");
    (folder, [("memory", Arc::new(MemoryStatements::default())), ("sqlite", Arc::new(sqlite))])
}
