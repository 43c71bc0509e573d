//! Chapters that are written by the sources: the operations and the error codes.

use std::fmt::Write as _;

use super::Page;

/// The operation reference: a table, then a page an operation, each the `//!` lines of its file.
pub fn operations() -> Vec<Page> {
    let mut index = String::from(
        "# Operations\n\n\
         Every operation of the language, in the order of its list: an operation may mention those above it.\n\
         `beltrami help OP` prints the same pages.\n\n\
         | written | operation |\n|---|---|\n",
    );
    let mut pages = Vec::new();
    for entry in beltrami_ops::ENTRIES {
        let markdown = entry.page();
        let (written, title) = heading(&markdown);
        let stem = entry.file.trim_end_matches(".rs");
        let _ = writeln!(index, "| [`{}`]({stem}.md) | {title} |", written.replace('|', "\\|"));
        pages.push(Page {
            path: format!("operations/{stem}.md"),
            title: format!("`{written}`"),
            markdown: with_rules(entry.op.rules, markdown.clone()),
        });
    }
    pages.insert(
        0,
        Page { path: "operations/index.md".into(), title: "Operations".into(), markdown: index },
    );
    pages
}

/// Adds what only the record knows.
fn with_rules(rules: &str, mut markdown: String) -> String {
    let rules: Vec<&str> = rules.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if !rules.is_empty() {
        let _ = write!(markdown, "\n\n## Rules\n\n```text\n{}\n```\n", rules.join("\n"));
    }
    markdown
}

/// `` # `tr(A)`: trace `` as its two halves.
fn heading(page: &str) -> (String, String) {
    let line = page.lines().next().unwrap_or_default().trim_start_matches("# ");
    match line.strip_prefix('`').and_then(|rest| rest.split_once("`: ")) {
        Some((written, title)) => (written.to_owned(), title.to_owned()),
        None => (line.replace('`', ""), String::new()),
    }
}

/// The error index: a table, then a page a code.
pub fn errors() -> Vec<Page> {
    let mut index = String::from(
        "# Errors and warnings\n\n\
         Every code has a name and a page; `beltrami explain CODE` prints the page.\n\n\
         | code | name | title |\n|---|---|---|\n",
    );
    let mut pages = Vec::new();
    for code in beltrami_diag::codes::ALL {
        let _ = writeln!(index, "| [{0}]({0}.md) | `{1}` | {2} |", code.id, code.slug, code.title);
        pages.push(Page {
            path: format!("errors/{}.md", code.id),
            title: code.id.to_owned(),
            markdown: code.page.to_owned(),
        });
    }
    pages.insert(
        0,
        Page {
            path: "errors/index.md".into(),
            title: "Errors and warnings".into(),
            markdown: index,
        },
    );
    pages
}
