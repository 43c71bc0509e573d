//! Tables of numbers as text: how they are written is found out where only one way gives numbers, and said.

mod dialect;
mod number;
mod rows;

use beltrami_diag::codes;

use self::dialect::Dialect;
use self::rows::{Rows, Stop};
use super::Array;
use super::budget::Budget;
use super::wrong::{Wrong, listed};

/// What is known of the tables before they are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOptions {
    /// What stands between fields.
    pub separator: Option<u8>,
    /// What begins the decimals of a number.
    pub decimal: Option<Decimal>,
    /// Whether the first row has names.
    pub header: Option<bool>,
    /// What is done with a first column that has no name.
    pub index: Option<Index>,
}

/// A decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// `1.5`
    Point,
    /// `1,5`
    Comma,
}

/// What is done with a first column that names the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// It is left out.
    Drop,
    /// It is one more column of numbers.
    Keep,
}

/// Which column is read.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// The one below this name.
    Named(&'a str),
    /// The one below this name where the header has it, else all.
    Perhaps(&'a str),
    /// All, whatever they are called.
    All,
}

/// An array, and what was found out about its table.
#[derive(Debug)]
pub struct Found {
    pub array: Array,
    pub remark: String,
}

/// Reads a table as the options say, and as the table itself says where they do not.
pub fn read(
    bytes: &[u8],
    options: &TableOptions,
    column: Column<'_>,
    budget: &mut Budget,
) -> Result<Found, Wrong> {
    let text = text(bytes)?;
    let mut found: Vec<(Dialect, Rows)> = Vec::new();
    let mut stops: Vec<Stop> = Vec::new();
    for dialect in dialect::possible(text, options) {
        match Rows::read(text, &dialect, options, column, budget) {
            Ok(rows) if found.iter().any(|(_, other)| *other == rows) => {}
            Ok(rows) => found.push((dialect, rows)),
            Err(stop) => stops.push(stop),
        }
    }
    if found.len() > 1 {
        let ways: Vec<String> =
            found.iter().map(|(dialect, rows)| rows.describe(dialect)).collect();
        return Err(ambiguous(format!("it has several meanings: {}", ways.join("; or ")))
            .hint("say which with `--csv-separator` and `--csv-decimal`"));
    }
    let Some((dialect, rows)) = found.pop() else {
        // The way that goes furthest was meant, and what would have to be guessed comes before what is wrong.
        let furthest = stops.into_iter().max_by_key(|stop| (stop.is_ambiguous(), stop.line));
        return Err(furthest.map_or_else(nothing, |stop| stop.wrong));
    };
    let axes: Vec<u64> = rows.axes().iter().map(|n| *n as u64).collect();
    budget.take(&axes)?;
    let remark = rows.remark(&dialect, column);
    let array = Array { axes: rows.axes(), entries: rows.entries, literal: false, single: false };
    Ok(Found { array, remark })
}

fn text(bytes: &[u8]) -> Result<&str, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        let reason = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16 text, and UTF-8 is read".into(),
            _ => format!("it is not UTF-8 text, from line {line} on"),
        };
        Wrong::file(reason).hint("save the table as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn nothing() -> Wrong {
    Wrong::file("it holds no numbers").hint("a table has a row of numbers a line")
}

fn ambiguous(reason: impl Into<String>) -> Wrong {
    Wrong { code: &codes::E0606, reason: reason.into(), hint: "".into() }
}

impl<'a> Column<'a> {
    fn name(self) -> Option<&'a str> {
        match self {
            Column::Named(name) | Column::Perhaps(name) => Some(name),
            Column::All => None,
        }
    }
}

impl Rows {
    fn axes(&self) -> Vec<usize> {
        match self.columns {
            1 => vec![self.rows],
            columns => vec![self.rows, columns],
        }
    }

    /// `2×3, separated by ``;``, decimal commas`.
    fn describe(&self, dialect: &Dialect) -> String {
        let size = match self.axes()[..] {
            [1] => "1 number".to_owned(),
            [n] => format!("{n} numbers"),
            _ => format!("{}×{}", self.rows, self.columns),
        };
        let comma = if dialect.decimal == Decimal::Comma { ", decimal commas" } else { "" };
        match dialect.name() {
            Some(name) if self.width > 1 => format!("{size}, separated by {name}{comma}"),
            _ => format!("{size}{comma}"),
        }
    }

    fn remark(&self, dialect: &Dialect, column: Column<'_>) -> String {
        let mut remark = self.describe(dialect);
        remark.push_str(&match &self.header {
            None => ", no header".to_owned(),
            Some(names) if self.selected => format!(
                ", column {} of {}",
                column.name().unwrap_or_default(),
                listed(names.iter().map(String::as_str))
            ),
            Some(names) => format!(", columns {}", listed(names.iter().map(String::as_str))),
        });
        if self.dropped {
            remark.push_str(", the first column left out");
        }
        remark
    }
}

#[cfg(test)]
mod tests;
