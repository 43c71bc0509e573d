//! Parts of source files shown in chapters: `{{#include ../file.rs:anchor}}` on a line of its own.
//!
//! An anchor is what stands between `// ANCHOR: name` and `// ANCHOR_END: name`, the lines of inner anchors left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::repository::{read, shown};

const OPEN: &str = "// ANCHOR: ";
const CLOSE: &str = "// ANCHOR_END: ";

/// The anchors that were shown, by file.
#[derive(Default)]
pub struct Includes {
    shown: BTreeMap<PathBuf, BTreeSet<String>>,
}

impl Includes {
    /// The text with every include replaced; paths are relative to `folder`.
    pub fn expand(&mut self, text: &str, folder: &Path) -> Result<String, String> {
        let mut expanded = String::with_capacity(text.len());
        for line in text.lines() {
            let include =
                line.trim().strip_prefix("{{#include ").and_then(|rest| rest.strip_suffix("}}"));
            match include.map(|target| target.split_once(':').unwrap_or((target, ""))) {
                None => expanded.push_str(line),
                Some((file, anchor)) => {
                    let path = folder.join(file);
                    let path = path
                        .canonicalize()
                        .map_err(|error| format!("{}: {error}", shown(&path)))?;
                    let part = part(&read(&path)?, anchor)
                        .ok_or_else(|| format!("{}: no anchor `{anchor}`", shown(&path)))?;
                    expanded.push_str(part.trim_end());
                    self.shown.entry(path).or_default().insert(anchor.to_owned());
                }
            }
            expanded.push('\n');
        }
        Ok(expanded)
    }

    /// Whether chapters show every anchor of every file they show anything of.
    pub fn all_used(&self) -> Outcome {
        for (path, used) in &self.shown {
            let text = read(path)?;
            let declared =
                text.lines().filter_map(|line| line.trim().strip_prefix(OPEN)).map(str::trim);
            for anchor in declared {
                if !used.contains(anchor) {
                    return Err(format!("{}: no chapter shows the anchor `{anchor}`", shown(path)));
                }
            }
        }
        Ok(())
    }
}

fn part(text: &str, anchor: &str) -> Option<String> {
    let mut inside = anchor.is_empty();
    let mut found = inside;
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix(OPEN) {
            inside |= name.trim() == anchor;
            found |= inside;
        } else if let Some(name) = line.trim().strip_prefix(CLOSE) {
            inside &= name.trim() != anchor;
        } else if inside {
            lines.push(line);
        }
    }
    found.then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_anchor_is_the_lines_between_its_marks() {
        let text = "a\n// ANCHOR: x\nb\n// ANCHOR: y\nc\n// ANCHOR_END: y\n// ANCHOR_END: x\nd\n";
        assert_eq!(super::part(text, "x").as_deref(), Some("b\nc"));
        assert_eq!(super::part(text, "y").as_deref(), Some("c"));
        assert_eq!(super::part(text, "z"), None);
        assert_eq!(super::part(text, "").as_deref(), Some("a\nb\nc\nd"));
    }
}
