//! The generated specification: written in one stable form, compared with the committed file, and asked which methods
//! an address takes.

use std::{fs, path::Path};

use poem::http::HeaderValue;
use serde_json::Value;

/// The specification pretty-printed, with sorted keys and a newline at the end, so that a diff shows what changed.
///
/// # Panics
/// When `json` is not JSON; it comes from our own generator.
pub fn canonical_spec(json: &str) -> String {
    // serde_json's map is sorted by key, and poem-openapi gives operations and schemas in the order of the code.
    let value: Value = serde_json::from_str(json).expect("the generated specification is JSON");
    let mut text = serde_json::to_string_pretty(&sorted(value)).expect("a JSON value can be written");
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

/// For a test: the committed specification must be the generated one.
///
/// With `UPDATE_EXPECT=1` in the environment the file is written instead.
///
/// # Panics
/// When they differ, with one line that says how to refresh the file.
pub fn check_spec(path: impl AsRef<Path>, generated: &str) {
    compare(path.as_ref(), &canonical_spec(generated), std::env::var_os("UPDATE_EXPECT").is_some_and(|set| set == "1"));
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

/// Which methods each address of the API takes, for the `Allow` header of a 405.
#[derive(Debug, Clone, Default)]
pub struct AllowTable {
    rows: Vec<(Vec<String>, String)>,
}

impl AllowTable {
    /// Reads the table from a specification whose paths are mounted below `prefix`, such as `/api/v1`.
    pub fn from_spec(spec: &Value, prefix: &str) -> Self {
        let paths = spec.get("paths").and_then(Value::as_object).into_iter().flatten();
        let rows = paths.map(|(path, operations)| {
            let methods = operations.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase());
            let mut methods: Vec<String> = methods.collect();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            methods.sort();
            (segments(&format!("{prefix}{path}")).map(str::to_owned).collect(), methods.join(", "))
        });
        Self { rows: rows.collect() }
    }

    pub(crate) fn methods(&self, path: &str) -> Option<HeaderValue> {
        let fits = |pattern: &[String]| {
            pattern.len() == segments(path).count()
                && pattern.iter().zip(segments(path)).all(|(ours, theirs)| ours.starts_with('{') || ours == theirs)
        };
        // A fixed segment is more particular than a parameter: /orders/latest before /orders/{id}.
        let parameters = |row: &&(Vec<String>, String)| row.0.iter().filter(|part| part.starts_with('{')).count();
        let row = self.rows.iter().filter(|row| fits(&row.0)).min_by_key(parameters)?;
        HeaderValue::try_from(&row.1).ok()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}
