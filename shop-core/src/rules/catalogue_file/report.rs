//! What an import changed, or why it changed nothing.

use std::fmt;

use super::MAX_ERRORS;
use crate::error::Fact;

/// What an import changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Products that are new.
    pub added: usize,
    /// Products of which something changed.
    pub updated: usize,
    /// Products that were like that already.
    pub unchanged: usize,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// The column, or `row` where the whole row is concerned.
    pub column: &'static str,
    /// What is wrong, for the person who wrote the file.
    pub message: String,
}

/// Why a file was not imported. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportErrors {
    /// The first [`MAX_ERRORS`] errors, in the order of the file.
    pub errors: Vec<RowError>,
    /// How many there are altogether.
    pub total: usize,
}

impl ImportErrors {
    pub(crate) fn push(&mut self, line: u64, column: &'static str, message: impl Into<String>) {
        self.total += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(RowError { line, column, message: message.into() });
        }
    }

    pub(super) fn one(line: u64, column: &'static str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.push(line, column, message);
        errors
    }

    /// The errors as facts for problem+json.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        let number = |n: u64| Fact::Number(i64::try_from(n).unwrap_or(i64::MAX));
        let row = |e: &RowError| {
            let (column, message) = (Fact::Text(e.column.to_owned()), Fact::Text(e.message.clone()));
            vec![("line", number(e.line)), ("column", column), ("message", message)]
        };
        vec![("errors", Fact::List(self.errors.iter().map(row).collect())), ("total", number(self.total as u64))]
    }
}

/// One line an error, for a terminal.
impl fmt::Display for ImportErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nothing was imported; the file has {} error(s).", self.total)?;
        for error in &self.errors {
            write!(f, "\nline {}, {}: {}", error.line, error.column, error.message)?;
        }
        match self.total - self.errors.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}
