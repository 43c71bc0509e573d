//! Manual pages, which are Markdown, for a terminal.

use std::fmt::Write;

/// Prose is broken at this width.
const WIDTH: usize = 96;

/// The page with bold headings, indented code and broken lines.
pub fn rendered(page: &str) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut in_code = false;
    let close = |paragraph: &mut String, out: &mut String| {
        if !paragraph.is_empty() {
            out.push_str(&broken(&std::mem::take(paragraph)));
        }
    };
    for line in page.lines() {
        let fence = line.starts_with("```");
        let heading = line.strip_prefix("## ").or_else(|| line.strip_prefix("# "));
        if fence || in_code || heading.is_some() || line.is_empty() || line.starts_with("- ") {
            close(&mut paragraph, &mut out);
        }
        if fence {
            in_code = !in_code;
        } else if in_code {
            out.push_str(if line.is_empty() { "" } else { "    " });
            let _ = writeln!(out, "{line}");
        } else if let Some(heading) = heading {
            let _ = writeln!(out, "\u{1b}[1m{}\u{1b}[0m", heading.replace('`', ""));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line.trim());
        }
    }
    close(&mut paragraph, &mut out);
    out
}

/// A paragraph broken between words; what follows a bullet is indented.
fn broken(paragraph: &str) -> String {
    let indent = if paragraph.starts_with("- ") { "  " } else { "" };
    let mut out = String::new();
    let mut column = 0;
    for word in words(paragraph) {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(&word);
        column += width;
    }
    out.push('\n');
    out
}

/// Words, code between backticks counting as one.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for word in line.split(' ') {
        match words.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_string()),
        }
        if word.matches('`').count() % 2 == 1 {
            open = !open;
        }
    }
    words
}
