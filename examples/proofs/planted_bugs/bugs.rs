//! The list of bugs, read from `bugs.txt`.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::provers::Prover;

/// A bug: a name, what it does, who must find it, and the edits that make it.
pub(crate) struct Bug {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) by: Vec<Prover>,
    pub(crate) edits: Vec<Edit>,
}

/// A text that stands in its file once, and what stands there with the bug.
pub(crate) struct Edit {
    pub(crate) file: String,
    pub(crate) right: String,
    pub(crate) wrong: String,
}

pub(crate) fn read(root: &Path) -> Result<Vec<Bug>> {
    parse(&fs::read_to_string(root.join("examples/proofs/planted_bugs/bugs.txt"))?)
}

/// `== name`, a line of words, `by: …` where it is not the simulation alone; then edits: `-- file`, `<<<`, the right
/// text, `===`, the wrong one, `>>>`.
fn parse(list: &str) -> Result<Vec<Bug>> {
    let mut bugs: Vec<Bug> = Vec::new();
    let mut lines = list.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("== ") {
            let what = lines.next().unwrap_or_default().to_owned();
            bugs.push(Bug { name: name.to_owned(), what, by: vec![Prover::Simulation], edits: Vec::new() });
        } else if let Some(by) = line.strip_prefix("by: ") {
            let bug = bugs.last_mut().ok_or("a proof before the first bug")?;
            bug.by = by.split(", ").map(Prover::parse).collect::<Result<_>>()?;
        } else if let Some(file) = line.strip_prefix("-- ") {
            let bug = bugs.last_mut().ok_or("an edit before the first bug")?;
            if lines.next() != Some("<<<") {
                return Err(format!("{}: an edit of {file} does not begin with <<<", bug.name).into());
            }
            let mut until = |end: &str| {
                let mut part = Vec::new();
                for line in lines.by_ref() {
                    if line == end {
                        return Ok(part.join("\n"));
                    }
                    part.push(line);
                }
                Err(format!("{}: an edit of {file} lacks its {end}", bug.name))
            };
            let (right, wrong) = (until("===")?, until(">>>")?);
            bug.edits.push(Edit { file: file.to_owned(), right, wrong });
        }
    }
    Ok(bugs)
}
