//! The manual of the operations, as their files hold it.

use beltrami_core::{Entry, Notation, Registry};
use beltrami_diag::nearest;

/// Headings of the list of operations, in order.
pub const GROUPS: [&str; 6] = [
    "operators",
    "constants",
    "entry by entry",
    "to a number",
    "square matrices",
    "arrangement, sums and other matrices",
];

/// The manual page of an operation.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The name in the language: a word, or a sign such as `.*`.
    pub name: &'static str,
    /// How it is written: `tr(A)`.
    pub signature: String,
    /// What it is, in a few words.
    pub title: String,
    /// One of [`GROUPS`].
    pub group: &'static str,
    /// The page, in Markdown.
    pub page: String,
    /// The rewrite rules, one a line.
    pub rules: Vec<&'static str>,
    /// BibTeX keys of the works it rests on.
    pub references: &'static [&'static str],
    stem: &'static str,
}

impl Topic {
    fn new(entry: &'static Entry) -> Topic {
        let page = entry.page();
        let heading = page.lines().next().unwrap_or_default().trim_start_matches("# ");
        let (signature, title) = heading.rsplit_once(": ").unwrap_or((heading, ""));
        let signature = signature.trim_matches('`').to_string();
        let title = title.to_string();
        Topic {
            name: entry.op.name,
            signature,
            title,
            group: group(entry, &page),
            page,
            rules: entry.op.rules.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            references: entry.op.references,
            stem: entry.file.trim_end_matches(".rs"),
        }
    }
}

/// All operations, in the order of the manual.
pub fn topics(registry: &Registry) -> Vec<Topic> {
    registry.ids().map(|id| Topic::new(registry.entry(id))).collect()
}

/// The operations of this name; the way an operation is written and the name of its file serve as well.
pub fn topics_named(registry: &Registry, name: &str) -> Vec<Topic> {
    let all = topics(registry);
    let tests: [fn(&Topic, &str) -> bool; 3] = [
        |topic, name| topic.name == name,
        |topic, name| topic.signature == name,
        |topic, name| topic.stem == name,
    ];
    for test in tests {
        let found: Vec<Topic> = all.iter().filter(|topic| test(topic, name)).cloned().collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The name of an operation that is nearest to a name that is none; the names of files count, so that `trac` finds `tr`.
pub fn nearest_topic(registry: &Registry, name: &str) -> Option<&'static str> {
    let all = topics(registry);
    let words = |topic: &&Topic| topic.name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let names = all.iter().filter(words).map(|topic| (topic.name, topic.name));
    let stems = all.iter().map(|topic| (topic.stem, topic.name));
    let known: Vec<(&str, &'static str)> = names.chain(stems).collect();
    let near = nearest(name, known.iter().map(|(word, _)| *word))?;
    known.iter().find(|(word, _)| *word == near).map(|(_, name)| *name)
}

fn group(entry: &Entry, page: &str) -> &'static str {
    let shape = page.lines().skip_while(|line| *line != "## Shape").nth(1).unwrap_or_default();
    let place = if entry.op.notation != Notation::Call {
        0
    } else if shape.contains("entry by entry") {
        2
    } else if entry.op.params.is_empty() && shape.contains("size") {
        1
    } else if shape.contains("→ scalar`") {
        3
    } else if shape.contains("n×n →") && shape.contains("→ n×n") {
        4
    } else {
        5
    };
    GROUPS[place]
}
