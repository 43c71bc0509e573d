//! Numbers and matrices written out: `3`, `[1, 2, 3]`, `[1; 2; 3]`, `[1, 2; 3, 4]`, `[[1, 2], [3, 4]]`.

use beltrami_diag::{Diagnostic, Error, Label, Sources, Span, codes};

use crate::array::Array;
use crate::wrong::quoted;

/// Where a value was written.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What messages call the text.
    pub called: &'a str,
    /// The text that ends with the value.
    pub text: &'a str,
}

/// Reads the value of a name; messages point to its place.
pub fn read(name: &str, value: &str, place: Place<'_>) -> Result<Array, Error> {
    let Place { called, text: argument } = place;
    let offset = argument.len() - value.len();
    let mut reader = Reader { text: value, at: 0 };
    reader.value().map_err(|wrong| {
        let mut sources = Sources::new();
        let source = sources.add(called, argument);
        let span = Span::new(offset + wrong.start, offset + wrong.end.max(wrong.start));
        let diagnostic = Diagnostic::error(
            &codes::E0701,
            format!("the value of `{name}` cannot be read: {}", wrong.reason),
        )
        .at(Label::new(source, span, wrong.label))
        .hint("values are `3`, `[1, 2]`, `[1, 2; 3, 4]`, files ending in `.npy`, `.npz` or `.csv`, and `-`, standard input");
        Error::refused(diagnostic, &sources)
    })
}

struct Wrong {
    start: usize,
    end: usize,
    reason: String,
    label: &'static str,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Array, Wrong> {
        self.space();
        let array = if self.eat('[') {
            self.matrix()?
        } else {
            Array::number(self.number()?).written_out()
        };
        self.space();
        if self.at < self.text.len() {
            return Err(self.wrong("the value ends before its text does", "left over"));
        }
        Ok(array)
    }

    /// Rows up to the closing bracket; rows in brackets of their own make a matrix, whatever their number.
    fn matrix(&mut self) -> Result<Array, Wrong> {
        let opened = self.at - 1;
        let mut rows: Vec<(usize, Vec<f64>)> = vec![(self.at, Vec::new())];
        let mut nested = false;
        loop {
            self.space();
            let start = self.at;
            if self.eat(']') {
                break;
            } else if self.eat(';') {
                rows.push((self.at, Vec::new()));
            } else if self.eat('[') {
                nested = true;
                rows.push((start, self.list(start)?));
                self.space();
                self.eat(',');
            } else if self.at == self.text.len() {
                return Err(Wrong {
                    start: opened,
                    end: opened + 1,
                    reason: "`]` is missing".into(),
                    label: "opened here",
                });
            } else {
                let entry = self.number()?;
                if let Some((_, row)) = rows.last_mut() {
                    row.push(entry);
                }
                self.space();
                self.eat(',');
            }
        }
        // Separators may stand at the ends, and nested rows leave the row they are in empty.
        rows.retain(|(_, row)| !row.is_empty());
        let width = rows.first().map_or(0, |(_, row)| row.len());
        if let Some((start, row)) = rows.iter().find(|(_, row)| row.len() != width) {
            let reason = format!("the rows have {width} and {} entries", row.len());
            return Err(Wrong { start: *start, end: *start, reason, label: "this row" });
        }
        let axes = if rows.len() == 1 && !nested { vec![width] } else { vec![rows.len(), width] };
        let entries: Vec<f64> = rows.into_iter().flat_map(|(_, row)| row).collect();
        Ok(Array::counted(axes, entries).written_out())
    }

    fn list(&mut self, opened: usize) -> Result<Vec<f64>, Wrong> {
        let mut row = Vec::new();
        loop {
            self.space();
            if self.eat(']') {
                return Ok(row);
            }
            if self.at == self.text.len() {
                return Err(Wrong {
                    start: opened,
                    end: opened + 1,
                    reason: "`]` is missing".into(),
                    label: "opened here",
                });
            }
            row.push(self.number()?);
            self.space();
            self.eat(',');
        }
    }

    fn number(&mut self) -> Result<f64, Wrong> {
        let rest = &self.text[self.at..];
        let mut previous = ' ';
        let length = rest
            .find(|c: char| {
                let sign = matches!(c, '+' | '-') && matches!(previous, ' ' | 'e' | 'E');
                previous = c;
                !(sign || c.is_alphanumeric() || matches!(c, '.' | '_'))
            })
            .unwrap_or(rest.len());
        let word = &rest[..length];
        if let Ok(number) = word.parse::<f64>() {
            self.at += length;
            return Ok(number);
        }
        let length = rest.find([' ', ',', ';', '[', ']']).unwrap_or(rest.len());
        let word = &rest[..length];
        if word.is_empty() {
            return Err(self.wrong("a number is missing", "expected a number here"));
        }
        let reason = format!("`{}` is no number", quoted(word));
        Err(Wrong { start: self.at, end: self.at + length, reason, label: "expected a number" })
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.text[self.at..].starts_with(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn wrong(&self, reason: &str, label: &'static str) -> Wrong {
        let width = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        Wrong { start: self.at, end: self.at + width, reason: reason.into(), label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(value: &str) -> Option<(Vec<usize>, Vec<f64>)> {
        let place = Place { called: "<data>", text: &format!("x={value}") };
        read("x", value, place).ok().map(|a| (a.shape().to_vec(), a.into_f64()))
    }

    #[test]
    fn numbers_lists_and_matrices_are_read() {
        assert_eq!(array("-1.5e-3"), Some((vec![], vec![-1.5e-3])));
        assert_eq!(array("[1, -2,3]"), Some((vec![3], vec![1.0, -2.0, 3.0])));
        assert_eq!(array("[1;2]"), Some((vec![2, 1], vec![1.0, 2.0])));
        assert_eq!(array("[1 2; 3 -4]"), Some((vec![2, 2], vec![1.0, 2.0, 3.0, -4.0])));
        assert_eq!(array("[[1, 2], [3, 4]]"), Some((vec![2, 2], vec![1.0, 2.0, 3.0, 4.0])));
        assert_eq!(array("[[1,2]]"), Some((vec![1, 2], vec![1.0, 2.0])));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            "[1, 2",
            "[1, 2; 3]",
            "[1, a]",
            "1 2",
            "[[1, 2]",
            "[1]]",
            "é",
            "[1 é]",
            "--1",
            "[,]x",
        ] {
            assert_eq!(array(text), None, "{text}");
        }
    }
}
