//! The lines of a diagnostic as styled pieces, shared by the terminal and HTML.

use unicode_width::UnicodeWidthStr;

use super::line::{DrawnLine, one_line};
use crate::{Diagnostic, Label, Severity, Source, Sources};

/// Remarks beside other lines start at this column or further right.
const REMARK_COLUMN: usize = 22;
/// The pointer to the page starts at this column or further right.
const EXPLAIN_COLUMN: usize = 38;
/// Hints wider than this have the pointer on a line of its own.
const HINT_COLUMNS: usize = 76;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Message,
    Error,
    Warning,
    Gutter,
    Secondary,
    Hint,
    Explain,
}

pub(super) type StyledLine = Vec<(Style, String)>;

/// All lines of one diagnostic.
pub(super) fn layout(diagnostic: &Diagnostic, sources: &Sources) -> Vec<StyledLine> {
    let severity = match diagnostic.severity {
        Severity::Error => Style::Error,
        Severity::Warning => Style::Warning,
    };
    let head = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code.id);
    let mut lines = vec![vec![
        (severity, head),
        (Style::Message, format!(": {}", one_line(&diagnostic.message))),
    ]];
    lines.extend(Places::new(diagnostic, sources, severity).lines());
    lines.extend(closing(diagnostic));
    lines
}

/// The hint and the pointer to the page.
fn closing(diagnostic: &Diagnostic) -> Vec<StyledLine> {
    let explain = (Style::Explain, format!("beltrami explain {}", diagnostic.code.id));
    let Some(hint) = &diagnostic.hint else {
        return vec![vec![explain]];
    };
    let hint = format!(" {}", one_line(&hint.to_string()));
    let width = "hint:".len() + hint.width();
    let mut line = vec![(Style::Hint, "hint:".to_string()), (Style::Plain, hint)];
    if width > HINT_COLUMNS {
        return vec![line, vec![explain]];
    }
    let gap = EXPLAIN_COLUMN.saturating_sub(width).max(2);
    line.push((Style::Plain, " ".repeat(gap)));
    line.push(explain);
    vec![line]
}

/// A label that refers to a source that exists.
#[derive(Clone, Copy)]
struct Place<'a> {
    label: &'a Label,
    source: &'a Source,
    line: usize,
}

/// The labels, sorted by how they are drawn.
struct Places<'a> {
    primary: Option<Place<'a>>,
    same_line: Vec<Place<'a>>,
    other_lines: Vec<Place<'a>>,
    other_sources: Vec<Place<'a>>,
    gutter: usize,
    severity: Style,
}

impl<'a> Places<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a Sources, severity: Style) -> Self {
        let place = |label: &'a Label| {
            sources.get(label.source).map(|source| Place {
                label,
                source,
                line: source.line_at(label.span.start).number,
            })
        };
        let mut places = Self {
            primary: diagnostic.primary.as_ref().and_then(place),
            same_line: Vec::new(),
            other_lines: Vec::new(),
            other_sources: Vec::new(),
            gutter: 1,
            severity,
        };
        for secondary in diagnostic.secondary.iter().filter_map(place) {
            match places.primary {
                Some(primary) if primary.label.source == secondary.label.source => {
                    if primary.line == secondary.line {
                        places.same_line.push(secondary);
                    } else {
                        places.other_lines.push(secondary);
                    }
                }
                _ => places.other_sources.push(secondary),
            }
        }
        let last = places
            .primary
            .iter()
            .chain(&places.other_lines)
            .chain(&places.other_sources)
            .map(|place| place.line)
            .max();
        places.gutter = last.unwrap_or(1).to_string().len();
        places
    }

    fn lines(&self) -> Vec<StyledLine> {
        let mut lines = Vec::new();
        let remark_column = self
            .other_lines
            .iter()
            .chain(&self.other_sources)
            .map(|place| place.drawn().width() + 2)
            .fold(REMARK_COLUMN, usize::max);
        if let Some(primary) = self.primary {
            lines.push(self.arrow(primary));
            let drawn = primary.drawn();
            lines.push(self.row(Some(primary.line), vec![(Style::Plain, drawn.text())]));
            for pieces in self.marks(primary, &drawn) {
                lines.push(self.row(None, pieces));
            }
        }
        for place in &self.other_lines {
            lines.push(self.remark(place, remark_column));
        }
        for place in &self.other_sources {
            lines.push(self.arrow(*place));
            lines.push(self.remark(place, remark_column));
        }
        lines
    }

    /// `  --> name:line:column`
    fn arrow(&self, place: Place<'_>) -> StyledLine {
        let position = place.source.position(place.label.span.start);
        vec![
            (Style::Gutter, format!("{}--> ", " ".repeat(self.gutter + 1))),
            (
                Style::Plain,
                format!("{}:{}:{}", one_line(&place.source.name), position.line, position.column),
            ),
        ]
    }

    /// ` 4 | …`
    fn row(&self, number: Option<usize>, pieces: StyledLine) -> StyledLine {
        let number = number.map_or(String::new(), |number| number.to_string());
        let blank = pieces.iter().all(|(_, text)| text.is_empty());
        let bar = if blank { " |" } else { " | " };
        let mut line =
            vec![(Style::Gutter, format!(" {number:>width$}{bar}", width = self.gutter))];
        line.extend(pieces);
        line
    }

    /// A line of the source with the label's words beside it.
    fn remark(&self, place: &Place<'_>, column: usize) -> StyledLine {
        let drawn = place.drawn();
        let mut pieces = vec![(Style::Plain, drawn.text())];
        if !place.label.text.is_empty() {
            let gap = column.saturating_sub(drawn.width());
            pieces.push((Style::Plain, " ".repeat(gap)));
            let words = format!("-- {}", one_line(&place.label.text));
            pieces.push((Style::Secondary, words));
        }
        self.row(Some(place.line), pieces)
    }

    /// The rows under the primary line: the marks, and the words of all labels on that line.
    fn marks(&self, primary: Place<'_>, drawn: &DrawnLine) -> Vec<StyledLine> {
        let mut marks: Vec<Mark> =
            self.same_line.iter().map(|place| place.mark(drawn, Style::Secondary)).collect();
        // The stable sort leaves the primary mark last among those that start together, and it is drawn on top.
        marks.push(primary.mark(drawn, self.severity));
        let mut under: Vec<(char, Style)> = Vec::new();
        for mark in &marks {
            under.resize(under.len().max(mark.end), (' ', Style::Plain));
            let drawn_as = if mark.style == self.severity { '^' } else { '-' };
            under[mark.start..mark.end].fill((drawn_as, mark.style));
        }
        marks.sort_by_key(|mark| mark.start);

        let mut first = Vec::new();
        for (c, style) in &under {
            append(&mut first, *style, &c.to_string());
        }
        // The words of the last mark fit beside it; those of the others hang below.
        if let Some(last) = marks.pop_if(|mark| mark.end == under.len())
            && !last.words.is_empty()
        {
            append(&mut first, last.style, &format!(" {}", last.words));
        }
        marks.retain(|mark| !mark.words.is_empty());
        let mut rows = vec![first];
        if !marks.is_empty() {
            rows.push(connectors(&marks, None));
        }
        while let Some(mark) = marks.pop() {
            rows.push(connectors(&marks, Some(&mark)));
        }
        rows
    }
}

impl Place<'_> {
    fn drawn(&self) -> DrawnLine {
        let line = self.source.line_at(self.label.span.start);
        DrawnLine::new(line.text, self.label.span.start.saturating_sub(line.start))
    }

    fn mark(&self, drawn: &DrawnLine, style: Style) -> Mark {
        let line = self.source.line_at(self.label.span.start);
        let column = |offset: usize| drawn.column(offset.saturating_sub(line.start));
        let start = column(self.label.span.start);
        Mark {
            start,
            end: column(self.label.span.end).max(start + 1),
            style,
            words: one_line(&self.label.text),
        }
    }
}

/// A range of columns to underline.
struct Mark {
    start: usize,
    end: usize,
    style: Style,
    words: String,
}

/// A row of `|` under each mark, up to the words of one more mark.
fn connectors(marks: &[Mark], words: Option<&Mark>) -> StyledLine {
    let mut row = Vec::new();
    let mut column = 0;
    for mark in marks {
        let hidden = words.is_some_and(|words| words.start <= mark.start);
        if mark.start >= column && !hidden {
            append(&mut row, Style::Plain, &" ".repeat(mark.start - column));
            append(&mut row, mark.style, "|");
            column = mark.start + 1;
        }
    }
    if let Some(mark) = words {
        let gap = mark.start.saturating_sub(column);
        append(&mut row, Style::Plain, &" ".repeat(gap));
        append(&mut row, mark.style, &mark.words);
    }
    row
}

/// Adds text, joined to the last piece where the style is the same.
fn append(line: &mut StyledLine, style: Style, text: &str) {
    match line.last_mut() {
        Some((last, piece)) if *last == style => piece.push_str(text),
        _ => line.push((style, text.to_string())),
    }
}
