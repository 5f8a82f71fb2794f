//! The copy of the code into which bugs are planted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::bugs::{Bug, Edit};

/// A copy of the workspace.
pub(crate) struct Tree {
    /// Where it stands.
    pub(crate) root: PathBuf,
    /// Where it is built: a folder of its own, as cargo names what it builds by paths within a workspace.
    pub(crate) target: PathBuf,
    /// Its Rust files without any bug.
    originals: BTreeMap<String, String>,
}

/// A planted bug; dropping it mends the copy.
pub(crate) struct Planted<'a> {
    tree: &'a Tree,
    files: Vec<String>,
}

impl Tree {
    /// Copies whatever cargo needs. What is there already with the same content is left alone, so that it is not built
    /// anew.
    pub(crate) fn copy(from: &Path) -> Result<Self> {
        let place = from.join("target/planted_bugs");
        fs::create_dir_all(&place)?;
        let place = fs::canonicalize(place)?;
        let root = place.join("tree");
        let mut originals = BTreeMap::new();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            fs::create_dir_all(root.join(&folder))?;
            for entry in fs::read_dir(from.join(&folder))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = folder.join(&name);
                if entry.file_type()?.is_dir() {
                    if !["target", "data", ".git"].contains(&name.as_str()) {
                        folders.push(path);
                    }
                    continue;
                }
                let content = fs::read(entry.path())?;
                if fs::read(root.join(&path)).ok().as_ref() != Some(&content) {
                    // Copied with its permissions: scripts stay executable.
                    fs::copy(entry.path(), root.join(&path))?;
                }
                if let (true, Ok(content)) = (name.ends_with(".rs"), String::from_utf8(content)) {
                    originals.insert(path.to_string_lossy().into_owned(), content);
                }
            }
        }
        Ok(Self { root, target: place.join("build"), originals })
    }

    /// Whether every edit of a bug still fits: its right text stands in its file once.
    pub(crate) fn fits(&self, bug: &Bug) -> Result<()> {
        self.edited(bug).map(drop)
    }

    /// Plants a bug. Each text to be replaced must stand in its file exactly once: otherwise the code has moved on, and
    /// the bug must move with it.
    pub(crate) fn plant(&self, bug: &Bug) -> Result<Planted<'_>> {
        let edited = self.edited(bug)?;
        let files: Vec<String> = edited.keys().map(|file| (*file).clone()).collect();
        let planted = Planted { tree: self, files };
        for (file, content) in edited {
            fs::write(self.root.join(file), content)?;
        }
        Ok(planted)
    }

    /// The files that a bug changes, with it.
    fn edited<'b>(&self, bug: &'b Bug) -> Result<BTreeMap<&'b String, String>> {
        let mut edited: BTreeMap<&String, String> = BTreeMap::new();
        for Edit { file, right, wrong } in &bug.edits {
            let original = self.originals.get(file).ok_or_else(|| format!("{}: there is no {file}", bug.name))?;
            let content = edited.entry(file).or_insert_with(|| original.clone());
            let count = content.matches(right.as_str()).count();
            if count != 1 {
                return Err(format!("{}: this stands {count} times in {file}:\n{right}", bug.name).into());
            }
            *content = content.replacen(right.as_str(), wrong, 1);
        }
        Ok(edited)
    }
}

impl Drop for Planted<'_> {
    fn drop(&mut self) {
        for file in &self.files {
            // Where this fails the next run copies the file anew, as its content differs.
            let _ = fs::write(self.tree.root.join(file), &self.tree.originals[file]);
        }
    }
}
