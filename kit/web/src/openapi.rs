//! The contract of an API: assembled from what poem-openapi generates, written in one stable form, compared with the
//! committed file, and asked which methods and parameters an address takes.

mod contract;
mod problems;
pub mod schema;
mod table;

use std::{fs, path::Path};

use serde_json::Value;

pub use contract::Contract;
pub use problems::Refusals;
pub(crate) use table::printable;
pub use table::{ApiTable, unknown_parameter};

/// The specification pretty-printed, with sorted keys and a newline at the end, so that a diff shows what changed.
pub(crate) fn canonical(spec: Value) -> String {
    let mut text = serde_json::to_string_pretty(&sorted(spec)).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// Sorts keys whichever map serde_json was built with: a feature of another crate must not change the file.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// For a test: a committed file must be the generated one.
///
/// With `UPDATE_EXPECT=1` in the environment the file is written instead.
///
/// # Panics
/// When they differ, with one line that says how to refresh the file.
pub fn check_generated(path: impl AsRef<Path>, generated: &str) {
    compare(path.as_ref(), generated, std::env::var_os("UPDATE_EXPECT").is_some_and(|set| set == "1"));
}

fn compare(path: &Path, fresh: &str, update: bool) {
    let committed = fs::read_to_string(path).unwrap_or_default();
    if committed == fresh {
        return;
    }
    if !update {
        let line = committed.lines().zip(fresh.lines()).take_while(|(old, new)| old == new).count() + 1;
        panic!("{} differs from the code at line {line}; refresh it with UPDATE_EXPECT=1 cargo test", path.display());
    }
    if let Err(error) = fs::write(path, fresh) {
        panic!("cannot write {}: {error}", path.display());
    }
}

/// Every operation of a specification: its path, its method and itself.
fn operations_mut(spec: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = spec["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, operations)| {
        let operations = operations.as_object_mut().into_iter().flatten();
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// What a reference leads to, or the value itself.
pub(crate) fn resolve<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    let wrapped = &value["allOf"][0]["$ref"];
    match value["$ref"].as_str().or_else(|| wrapped.as_str()) {
        Some(pointer) => spec.pointer(pointer.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => value,
    }
}
