//! Schema versions: whose file it is (`application_id`) and how far its schema has come (`user_version`).

use std::path::Path;

use rusqlite::Connection;

use crate::OpenError;

/// A program's schema: who it is, and the numbered steps that lead to its newest version.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Marks the file as this program's, in SQLite's header.
    pub application_id: i32,
    /// The migrations: the first leads to version 1, the second to version 2, and so on. Never edited once released.
    pub migrations: &'static [&'static str],
}

impl Schema {
    fn newest(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }
}

/// Refuses a file that is another program's or a newer version's, without touching it.
pub(crate) fn check(connection: &Connection, path: &Path, schema: &Schema) -> Result<u32, OpenError> {
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(unusable);
    let (owner, found) = (read("application_id")?, read("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(unusable)?;
    let fresh = owner == 0 && found == 0 && tables == 0;
    if !fresh && owner != i64::from(schema.application_id) {
        return Err(OpenError::Foreign { path: path.display().to_string() });
    }
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if found > schema.newest() {
        return Err(OpenError::Newer { path: path.display().to_string(), found, known: schema.newest() });
    }
    Ok(found)
}

/// Refuses, for reading only, what [`check`] refuses, and also a file that a migration would have to change first.
pub(crate) fn check_current(connection: &Connection, path: &Path, schema: &Schema) -> Result<(), OpenError> {
    match check(connection, path, schema)? {
        found if found == schema.newest() => Ok(()),
        // An empty file passes `check` as one to be filled. To a reader it is nobody's.
        0 => Err(OpenError::Foreign { path: path.display().to_string() }),
        found => Err(OpenError::Older { path: path.display().to_string(), found, known: schema.newest() }),
    }
}

/// Runs the migrations that the file has not seen, all in one transaction.
pub(crate) fn run(connection: &mut Connection, path: &Path, schema: &Schema) -> Result<(), OpenError> {
    let unusable = |error: rusqlite::Error| OpenError::unusable(path, &error);
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(unusable)?;
    // Asked again inside the transaction: two programs may have opened the same fresh file.
    let found = check(&transaction, path, schema)?;
    for migration in &schema.migrations[found as usize..] {
        transaction.execute_batch(migration).map_err(unusable)?;
    }
    transaction.pragma_update(None, "application_id", schema.application_id).map_err(unusable)?;
    transaction.pragma_update(None, "user_version", schema.newest()).map_err(unusable)?;
    kit_core::fail_point!("sqlite.migrating");
    transaction.commit().map_err(unusable)
}
