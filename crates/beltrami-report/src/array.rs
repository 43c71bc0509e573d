//! Arrays of numbers for a reader, and as nested JSON arrays.

use beltrami::Value;
use beltrami::data::shortest;
use beltrami::engine::linalg::Matrix;
use serde_json::json;

/// Rows and columns beyond these are left out.
const MOST_ROWS: usize = 20;
const MOST_COLUMNS: usize = 10;
/// Entries of a matrix are shown to this many significant digits.
const DIGITS: i32 = 7;

/// A scalar to the last digit; a matrix in aligned rows, slices of further axes one below the other.
pub fn text(value: &Value) -> String {
    match value.axes[..] {
        [] => shortest(value.entries.first().copied().unwrap_or(f64::NAN)),
        [rows] => table(&value.entries, rows, 1),
        [rows, cols] => table(&value.entries, rows, cols),
        _ => slices(value),
    }
}

/// The same of a matrix.
pub fn matrix(a: &Matrix) -> String {
    table(a.data(), a.rows(), a.cols())
}

/// The sizes in words: `scalar`, `3`, `3×2`.
pub fn shape(value: &Value) -> String {
    if value.axes.is_empty() {
        return "scalar".into();
    }
    value.axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}

/// Nested arrays, a number for a scalar.
pub fn nested(value: &Value) -> serde_json::Value {
    fn level(axes: &[usize], entries: &[f64]) -> serde_json::Value {
        match axes {
            [] => json!(entries.first()),
            [_] => json!(entries),
            [_, rest @ ..] => {
                let width = rest.iter().product::<usize>().max(1);
                entries.chunks(width).map(|chunk| level(rest, chunk)).collect()
            }
        }
    }
    level(&value.axes, &value.entries)
}

fn table(entries: &[f64], rows: usize, cols: usize) -> String {
    let (shown_rows, shown_cols) = (rows.min(MOST_ROWS), cols.min(MOST_COLUMNS));
    let format = Format::of(entries);
    let mut lines: Vec<Vec<String>> = Vec::new();
    for i in 0..shown_rows {
        let mut line: Vec<String> =
            (0..shown_cols).map(|j| format.text(entries[i * cols + j])).collect();
        if cols > shown_cols {
            line.push("…".into());
        }
        lines.push(line);
    }
    let width = lines.iter().flatten().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .into_iter()
            .map(|cell| if cell == "…" { cell } else { format!("{cell:>width$}") })
            .collect();
        out.push_str(&cells.join("  "));
        out.push('\n');
    }
    if rows > shown_rows || cols > shown_cols {
        let more = if rows > shown_rows { "…  " } else { "" };
        out.push_str(&format!("{more}({rows}×{cols})\n"));
    }
    out
}

/// The last two axes as tables, as many as there are rows to show.
fn slices(value: &Value) -> String {
    let axes = &value.axes;
    let (rows, cols) = (axes[axes.len() - 2], axes[axes.len() - 1]);
    let outer = &axes[..axes.len() - 2];
    let mut out = String::new();
    let count: usize = outer.iter().product();
    for (place, chunk) in value.entries.chunks((rows * cols).max(1)).enumerate().take(MOST_ROWS) {
        let mut rest = place;
        let mut index: Vec<String> = Vec::new();
        for axis in outer.iter().rev() {
            index.push((rest % axis + 1).to_string());
            rest /= axis;
        }
        index.reverse();
        out.push_str(&format!("[{},:,:]\n{}", index.join(","), table(chunk, rows, cols)));
    }
    if count > MOST_ROWS {
        out.push_str(&format!("…  ({})\n", shape(value)));
    }
    out
}

/// How all entries of a matrix are written.
enum Format {
    Decimals(usize),
    Exponent,
}

impl Format {
    fn of(entries: &[f64]) -> Format {
        let largest = entries.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        if entries.iter().all(|x| x.fract() == 0.0) && largest < 1e15 {
            return Format::Decimals(0);
        }
        if !(1e-4..1e7).contains(&largest) {
            return Format::Exponent;
        }
        let places = usize::try_from(DIGITS - 1 - largest.log10().floor() as i32).unwrap_or(0);
        // Trailing zeros that all entries share say nothing.
        let spare = |x: &f64, k: usize| format!("{x:.places$}").ends_with(&"0".repeat(k));
        let zeros = (0..=places).take_while(|k| entries.iter().all(|x| spare(x, *k))).last();
        Format::Decimals(places - zeros.unwrap_or(0))
    }

    fn text(&self, x: f64) -> String {
        let text = match self {
            Format::Decimals(places) => format!("{x:.places$}"),
            Format::Exponent => format!("{x:.6e}"),
        };
        // What is written as zero has no sign.
        match text.strip_prefix('-') {
            Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matrices_are_aligned_and_cut() {
        let value = |axes: &[usize], entries: Vec<f64>| Value { axes: axes.to_vec(), entries };
        assert_eq!(
            text(&value(&[2, 2], vec![1.5, -2.0, 10.25, 0.0])),
            " 1.50  -2.00\n10.25   0.00\n"
        );
        assert_eq!(text(&value(&[2], vec![1.0, -2.0])), " 1\n-2\n");
        assert_eq!(text(&value(&[3], vec![-0.0, -1e-17, 0.5])), "0.0\n0.0\n0.5\n");
        let large = text(&value(&[30, 12], vec![1.0; 360]));
        assert_eq!(large.lines().count(), 21);
        assert!(large.ends_with("…  (30×12)\n"));
        assert_eq!(nested(&value(&[2, 1], vec![1.0, 2.0])).to_string(), "[[1.0],[2.0]]");
    }
}
