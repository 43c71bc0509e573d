//! Rules for Markdown.

use std::path::Path;

use super::Violations;
use crate::markdown::{anchors, links, prose, without_code};
use crate::repository::{files, read, root, shown};

/// No trailing spaces; relative links lead to files and headings that exist.
pub fn markdown() -> Result<Violations, String> {
    let mut violations = Violations::new();
    for path in files("", "md") {
        let text = read(&path)?;
        for (place, line) in text.lines().enumerate() {
            if line.ends_with([' ', '\t']) {
                violations.push(format!("{}:{}: trailing space", shown(&path), place + 1));
            }
        }
        for (line, content) in prose(&text) {
            for link in links(content) {
                if let Err(reason) = resolve(&path, &text, &link) {
                    violations.push(format!("{}:{line}: {reason}", shown(&path)));
                }
            }
        }
    }
    Ok(violations)
}

fn resolve(page: &Path, text: &str, link: &str) -> Result<(), String> {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let external = file.contains("://") || file.starts_with("mailto:");
    // Written when the manual is built, whose own check follows these links.
    let generated = page.starts_with(root().join("manual/src"))
        && (file.starts_with("operations/")
            || file.starts_with("errors/")
            || file == "references.md");
    if external || generated {
        return Ok(());
    }
    let target =
        if file.is_empty() { page.to_path_buf() } else { page.parent().unwrap_or(page).join(file) };
    if !target.exists() {
        return Err(format!("`{link}` leads nowhere"));
    }
    if anchor.is_empty() || target.extension().is_none_or(|extension| extension != "md") {
        return Ok(());
    }
    let text = if file.is_empty() { text.to_owned() } else { read(&target)? };
    if anchors(&text).iter().any(|known| known == anchor) {
        Ok(())
    } else {
        Err(format!("`{link}`: no such heading"))
    }
}

/// Numbers and commands speak; adjectives of praise do not.
pub fn praise() -> Result<Violations, String> {
    const PRAISE: &[&str] = &[
        "amazing",
        "blazing",
        "cutting-edge",
        "effortless",
        "effortlessly",
        "powerful",
        "seamless",
        "seamlessly",
        "stunning",
    ];
    let mut violations = Violations::new();
    for path in files("", "md") {
        for (line, content) in prose(&read(&path)?) {
            let content = without_code(content).to_lowercase();
            for word in content.split(|c: char| !c.is_alphabetic() && c != '-') {
                if PRAISE.contains(&word) {
                    violations.push(format!("{}:{line}: \"{word}\"", shown(&path)));
                }
            }
        }
    }
    Ok(violations)
}
