//! Source texts and positions in them.

use crate::Span;

/// One text that the user gave, with the name under which messages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// A file name, or a name in angle brackets such as `<expression>` or `<--let>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The number of a source in [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// All sources in play, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    sources: Vec<Source>,
}

/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Sources {
    /// No source yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(Source { name: name.into(), text: text.into() });
        id
    }

    /// The source with this number, if there is one.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// All sources with their numbers, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(&self.sources)
    }
}

impl Source {
    /// The line and column of a byte offset; an offset beyond the text counts as its end.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_at(offset);
        let before = &self.text[line.start..self.floor(offset).max(line.start)];
        Position { line: line.number, column: before.chars().count() + 1 }
    }

    /// The text in a range, cut to what exists.
    pub fn slice(&self, span: Span) -> &str {
        let start = self.floor(span.start);
        let end = self.floor(span.end).max(start);
        &self.text[start..end]
    }

    /// The line that holds a byte offset.
    pub(crate) fn line_at(&self, offset: usize) -> Line<'_> {
        let offset = self.floor(offset);
        let before = &self.text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            self.text[offset..].find('\n').map_or(self.text.len(), |newline| offset + newline);
        let text = &self.text[start..end];
        Line {
            number: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            start,
            text: text.strip_suffix('\r').unwrap_or(text),
        }
    }

    /// The last character boundary at or before an offset.
    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// One line of a source, without its line break.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// The number, from 1.
    pub number: usize,
    /// The byte offset of its first character.
    pub start: usize,
    /// The text.
    pub text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_are_clamped() {
        let source = Source { name: "a.bel".into(), text: "α = 1\r\nβ*x".into() };
        let at = |offset| {
            let place = source.position(offset);
            (place.line, place.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(1), (1, 1));
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(10), (2, 2));
        assert_eq!(at(1000), (2, 4));
        assert_eq!(source.slice(Span::new(8, 400)), "β*x");
    }
}
