//! Tables of numbers as text: how they are written is found out where only one way gives numbers, and said.

mod dialect;
mod number;
mod rows;

use beltrami_diag::{Hint, Setting, codes};

use self::dialect::Dialect;
use self::rows::{Rows, Stop};
use super::{Found, Part, Request};
use crate::array::{Array, ArrayView, Entries};
use crate::budget::Budget;
use crate::number::shortest;
use crate::wrong::{Wrong, listed};

/// Bytes of a table, which takes as much memory again as numbers.
const MOST_BYTES: u64 = 1 << 28;

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

/// The table of a file.
pub fn read_one(request: Request<'_>) -> Result<Found, Wrong> {
    let column = match request.part {
        Part::Named(name) => Column::Named(name),
        Part::Perhaps(name) => Column::Perhaps(name),
        Part::Whole(_) => Column::All,
    };
    read(&request.source.whole(MOST_BYTES)?, request.tables, column, request.budget)
}

/// The only one of these arrays: a row a line, digits that read back as the same numbers.
pub fn write(arrays: &[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Wrong> {
    let [(_, view)] = arrays else { return Err(Wrong::unwritable("a `.csv` file holds one")) };
    let width = match view.shape() {
        [] | [_] => 1,
        [_, columns] => *columns,
        axes => {
            let sizes: Vec<String> = axes.iter().map(usize::to_string).collect();
            return Err(Wrong {
                code: &codes::E0702,
                reason: format!("a table has rows and columns, the result is {}", sizes.join("×")),
                hint: "write it to a `.npy` file".into(),
            });
        }
    };
    let cells: Vec<String> = match view.entries() {
        // Fewer digits tell single precision apart.
        Entries::F32(entries) => entries.iter().map(f32::to_string).collect(),
        entries => entries.to_f64().iter().map(|x| shortest(*x)).collect(),
    };
    let mut text = String::new();
    for row in cells.chunks(width.max(1)) {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    Ok(text.into_bytes())
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
        return Err(ambiguous(format!("it has several meanings: {}", ways.join("; or "))).hint(
            Hint::with(
                "say which with `{}` and `{}`",
                [Setting::CsvSeparator, Setting::CsvDecimal],
            ),
        ));
    }
    let Some((dialect, rows)) = found.pop() else {
        // The way that goes furthest was meant, and what would have to be guessed comes before what is wrong.
        let furthest = stops.into_iter().max_by_key(|stop| (stop.is_ambiguous(), stop.line));
        return Err(furthest.map_or_else(nothing, |stop| stop.wrong));
    };
    let axes: Vec<u64> = rows.axes().iter().map(|n| *n as u64).collect();
    budget.take(&axes)?;
    let remark = rows.remark(&dialect, column);
    Ok(Found { array: Array::counted(rows.axes(), rows.entries), remark: Some(remark) })
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
