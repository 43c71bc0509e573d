//! Text for a terminal, with or without colour.

use super::layout::{Style, layout};
use crate::{Diagnostic, Sources};

/// The diagnostics as text that ends in a line break, separated by empty lines; nothing for none.
pub fn terminal(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let mut out = String::new();
    for (number, diagnostic) in diagnostics.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for line in layout(diagnostic, sources) {
            for (style, text) in line {
                match ansi(style) {
                    Some(escape) if color => {
                        out.push_str(escape);
                        out.push_str(&text);
                        out.push_str("\u{1b}[0m");
                    }
                    _ => out.push_str(&text),
                }
            }
            out.push('\n');
        }
    }
    out
}

/// The escape sequence that starts a style.
fn ansi(style: Style) -> Option<&'static str> {
    match style {
        Style::Plain => None,
        Style::Message => Some("\u{1b}[1m"),
        Style::Error => Some("\u{1b}[1;31m"),
        Style::Warning => Some("\u{1b}[1;33m"),
        Style::Gutter | Style::Secondary => Some("\u{1b}[34m"),
        Style::Hint => Some("\u{1b}[1;36m"),
        Style::Explain => Some("\u{1b}[2m"),
    }
}
