//! Tables of numbers as text: one row a line, fields apart by commas, semicolons or tabs, with or without a header.

use beltrami_diag::codes;

use super::{Array, refused};
use crate::session::Failure;

/// The table of a `.csv` file: a list where there is one column, else a matrix.
pub fn table(path: &str) -> Result<Array, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file".to_string(),
            std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_string(),
            _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
        };
        wrong(path, &reason)
    })?;
    parse(&text).map_err(|reason| wrong(path, &reason))
}

/// One column of the table with this name in its header, where it has one; else the whole table.
pub fn column(path: &str, name: &str) -> Result<Array, Failure> {
    let text = std::fs::read_to_string(path);
    let header = text.ok().as_deref().and_then(header);
    let table = table(path)?;
    let place = header.and_then(|names| names.iter().position(|known| known == name));
    match (place, &table.axes[..]) {
        (Some(place), [rows, columns]) => {
            let entries = (0..*rows).map(|i| table.entries[i * columns + place]).collect();
            Ok(Array { axes: vec![*rows], entries, ..table })
        }
        _ => Ok(table),
    }
}

fn wrong(path: &str, reason: &str) -> Failure {
    refused(
        &codes::E0603,
        format!("cannot read `{path}`: {reason}"),
        "a .csv file has one row of numbers a line, and may have a line of names on top",
    )
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ';', '\t']).map(|field| field.trim().trim_matches('"'))
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    })
}

/// The names on top, where the first line holds no number.
fn header(text: &str) -> Option<Vec<String>> {
    let (_, first) = lines(text).next()?;
    let names: Vec<String> = fields(first).map(str::to_owned).collect();
    names.iter().all(|name| name.parse::<f64>().is_err()).then_some(names)
}

fn parse(text: &str) -> Result<Array, String> {
    let skipped = usize::from(header(text).is_some());
    let mut entries: Vec<f64> = Vec::new();
    let mut width = 0;
    let mut rows = 0;
    for (place, line) in lines(text).skip(skipped) {
        let before = entries.len();
        for field in fields(line) {
            let number = field.parse::<f64>().map_err(|_| {
                let what =
                    if field.is_empty() { "an empty field".into() } else { format!("`{field}`") };
                format!("line {}: {what} is no number", place + 1)
            })?;
            entries.push(number);
        }
        let found = entries.len() - before;
        if rows > 0 && found != width {
            return Err(format!("line {} has {found} fields, the lines above {width}", place + 1));
        }
        width = found;
        rows += 1;
    }
    if rows == 0 {
        return Err("it holds no numbers".into());
    }
    let axes = if width == 1 { vec![rows] } else { vec![rows, width] };
    Ok(Array { axes, entries, literal: false, single: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_with_and_without_a_header_are_read() {
        let read = |text: &str| parse(text).map(|a| (a.axes, a.entries));
        assert_eq!(read("1,2\n3,-4e1\n"), Ok((vec![2, 2], vec![1.0, 2.0, 3.0, -40.0])));
        assert_eq!(read("\u{feff}a;b\r\n1;2\r\n"), Ok((vec![1, 2], vec![1.0, 2.0])));
        assert_eq!(read("# remark\n\n\"y\"\n1\n2"), Ok((vec![2], vec![1.0, 2.0])));
        assert_eq!(read("1,2\n3\n").unwrap_err(), "line 2 has 1 fields, the lines above 2");
        assert_eq!(read("1,2\n3,x\n").unwrap_err(), "line 2: `x` is no number");
        assert_eq!(read("1,2\n3,\n").unwrap_err(), "line 2: an empty field is no number");
        assert_eq!(read("a,b\n").unwrap_err(), "it holds no numbers");
    }
}
