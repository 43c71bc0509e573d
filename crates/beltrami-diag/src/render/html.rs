//! HTML for a web page; the page supplies the style sheet.

use super::layout::{Style, layout};
use crate::{Diagnostic, Sources};

/// One `<pre class="diagnostic …">` for each diagnostic, all text escaped.
///
/// Spans have the classes `error`, `warning`, `message`, `gutter`, `secondary`, `hint` and `explain`.
pub fn html(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str("<pre class=\"diagnostic ");
        out.push_str(diagnostic.severity.name());
        out.push_str("\" data-code=\"");
        out.push_str(diagnostic.code.id);
        out.push_str("\">");
        for line in layout(diagnostic, sources) {
            for (style, text) in line {
                match class(style) {
                    Some(class) => {
                        out.push_str("<span class=\"");
                        out.push_str(class);
                        out.push_str("\">");
                        escape(&text, &mut out);
                        out.push_str("</span>");
                    }
                    None => escape(&text, &mut out),
                }
            }
            out.push('\n');
        }
        out.push_str("</pre>\n");
    }
    out
}

fn class(style: Style) -> Option<&'static str> {
    match style {
        Style::Plain => None,
        Style::Message => Some("message"),
        Style::Error => Some("error"),
        Style::Warning => Some("warning"),
        Style::Gutter => Some("gutter"),
        Style::Secondary => Some("secondary"),
        Style::Hint => Some("hint"),
        Style::Explain => Some("explain"),
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}
