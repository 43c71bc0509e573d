//! A source line as it is drawn: tabs expanded, wide characters counted, long lines cut around the caret.

use unicode_width::UnicodeWidthChar;

/// Lines wider than this are cut.
const MAX_COLUMNS: usize = 120;
/// How many columns before the caret a cut line keeps.
const BEFORE_CARET: usize = 50;
/// How many columns of a cut line are shown, besides the two dots.
const KEPT: usize = MAX_COLUMNS - 2;
const TAB: usize = 4;

/// A line with the column of each of its bytes.
pub(super) struct DrawnLine {
    /// Each glyph with its first column.
    glyphs: Vec<(usize, char)>,
    /// The byte offset and the column of each character.
    columns: Vec<(usize, usize)>,
    width: usize,
    /// The first column shown, and the column after the last one.
    first: usize,
    last: usize,
}

impl DrawnLine {
    /// Lays out a line and, where it is too wide, cuts it around the byte offset `focus`.
    pub fn new(text: &str, focus: usize) -> Self {
        let mut line = Self {
            glyphs: Vec::with_capacity(text.len()),
            columns: Vec::with_capacity(text.len()),
            width: 0,
            first: 0,
            last: 0,
        };
        for (offset, c) in text.char_indices() {
            line.columns.push((offset, line.width));
            if c == '\t' {
                for _ in 0..TAB {
                    line.push(' ', 1);
                }
            } else {
                let c = visible(c);
                line.push(c, c.width().unwrap_or(0));
            }
        }
        line.last = line.width;
        if line.width > MAX_COLUMNS {
            let caret = line.full_column(focus);
            line.first = caret.saturating_sub(BEFORE_CARET).min(line.width.saturating_sub(KEPT));
            line.last = (line.first + KEPT).min(line.width);
        }
        line
    }

    /// The text that is shown.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.first > 0 {
            text.push('…');
        }
        text.extend(
            self.glyphs
                .iter()
                .filter(|(column, _)| (self.first..self.last).contains(column))
                .map(|(_, c)| *c),
        );
        if self.last < self.width {
            text.push('…');
        }
        text
    }

    /// The column of a byte offset in the text that is shown, cut to what is shown.
    pub fn column(&self, offset: usize) -> usize {
        let dots = usize::from(self.first > 0);
        let column = self.full_column(offset);
        if column < self.first { 0 } else { column.min(self.last) - self.first + dots }
    }

    /// The width of the text that is shown.
    pub fn width(&self) -> usize {
        usize::from(self.first > 0) + (self.last - self.first) + usize::from(self.last < self.width)
    }

    fn full_column(&self, offset: usize) -> usize {
        let after = self.columns.partition_point(|(start, _)| *start < offset);
        self.columns.get(after).map_or(self.width, |(_, column)| *column)
    }

    fn push(&mut self, c: char, width: usize) {
        self.glyphs.push((self.width, c));
        self.width += width;
    }
}

/// Text for one line: what could move the cursor or turn the writing direction is replaced.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { visible(c) }).collect()
}

/// The character, or a replacement for control characters and direction marks, which could hide text.
fn visible(c: char) -> char {
    match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}
