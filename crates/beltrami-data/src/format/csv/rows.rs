//! The rows of a table in one dialect.

use beltrami_diag::{Hint, Setting, codes};
use csv::{ReaderBuilder, StringRecord};

use super::dialect::Dialect;
use super::number::{Field, bare, may_be_thousands};
use super::{Column, Decimal, Index, TableOptions, ambiguous, nothing};
use crate::budget::{Budget, reserve};
use crate::wrong::{Wrong, listed, quoted};

/// The numbers, and what stands above them.
#[derive(Debug, PartialEq)]
pub struct Rows {
    /// The names on top.
    pub header: Option<Vec<String>>,
    pub rows: usize,
    /// Columns that were read.
    pub columns: usize,
    /// Fields of a row.
    pub width: usize,
    pub entries: Vec<f64>,
    /// Whether one column was chosen by its name.
    pub selected: bool,
    /// Whether the first column was left out.
    pub dropped: bool,
}

/// Where the reading stopped, and why.
#[derive(Debug)]
pub struct Stop {
    pub line: u64,
    pub wrong: Wrong,
}

impl Stop {
    /// Whether one more word of the reader would settle it.
    pub fn is_ambiguous(&self) -> bool {
        std::ptr::eq(self.wrong.code, &codes::E0606)
    }
}

impl Rows {
    pub fn read(
        text: &str,
        dialect: &Dialect,
        options: &TableOptions,
        column: Column<'_>,
        budget: &Budget,
    ) -> Result<Rows, Stop> {
        let mut reader = ReaderBuilder::new()
            .delimiter(dialect.separator)
            .has_headers(false)
            .flexible(true)
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let mut walk = Walk {
            dialect,
            rows: Rows {
                header: None,
                rows: 0,
                columns: 0,
                width: 0,
                entries: Vec::new(),
                selected: false,
                dropped: false,
            },
            chosen: 0..0,
            line: 1,
            thousands: None,
        };
        let mut record = StringRecord::new();
        let mut first = true;
        loop {
            walk.line = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => return Err(walk.stop(Wrong::file(quoted(&error.to_string())))),
            }
            walk.line = record.position().map_or(walk.line, csv::Position::line);
            if first && walk.first(&record, options, column)? {
                first = false;
                continue;
            }
            first = false;
            walk.row(&record, budget)?;
        }
        walk.end(text)
    }
}

/// The state between two rows.
struct Walk<'a> {
    dialect: &'a Dialect,
    rows: Rows,
    /// The fields of a row that are read.
    chosen: std::ops::Range<usize>,
    line: u64,
    /// A number whose comma may stand between thousands, as long as no other number has a comma that cannot.
    thousands: Option<Result<String, ()>>,
}

impl Walk<'_> {
    fn stop(&self, wrong: Wrong) -> Stop {
        Stop { line: self.line, wrong }
    }

    /// Looks at the first row; whether it is a header.
    fn first(
        &mut self,
        record: &StringRecord,
        options: &TableOptions,
        column: Column<'_>,
    ) -> Result<bool, Stop> {
        self.rows.width = record.len();
        self.chosen = 0..record.len();
        let fields: Vec<Field> =
            record.iter().map(|field| Field::of(bare(field), self.dialect.decimal)).collect();
        let header = match options.header {
            Some(header) => header,
            None => self.looks_like_names(record, &fields)?,
        };
        let names: Vec<String> = record.iter().map(|field| bare(field).to_owned()).collect();
        if header {
            self.rows.header = Some(names.clone());
        }
        let name = column.name().unwrap_or_default();
        let mut places = (0..names.len())
            .filter(|place| header && column.name().is_some_and(|name| names[*place] == name));
        match (places.next(), places.next()) {
            (Some(_), Some(_)) => {
                let reason = format!("two of its columns are called `{}`", quoted(name));
                return Err(self.stop(Wrong::file(reason).hint("rename one of them")));
            }
            (Some(place), None) => {
                self.chosen = place..place + 1;
                self.rows.selected = true;
            }
            (None, _) if matches!(column, Column::Named(_)) => {
                let hint = match header {
                    true => {
                        let names = listed(names.iter().map(String::as_str));
                        Hint::from(format!("its columns are {names}"))
                    }
                    false => Hint::with(
                        "its first row is read as numbers; `{}` takes it for names",
                        [Setting::CsvHeader.to("yes")],
                    ),
                };
                let reason = format!("it has no column `{}`", quoted(name));
                return Err(self.stop(Wrong { code: &codes::E0601, reason, hint }));
            }
            (None, _) => self.index(&names, header, options)?,
        }
        self.rows.columns = self.chosen.len();
        Ok(header)
    }

    /// Whether the first row has names: where no field of it looks like a number.
    fn looks_like_names(&self, record: &StringRecord, fields: &[Field]) -> Result<bool, Stop> {
        let number = |field: &Field| !matches!(field, Field::Word | Field::Missing);
        let word = fields.iter().position(|field| *field == Field::Word);
        match (fields.iter().any(number), word) {
            (false, word) => Ok(word.is_some()),
            (true, Some(place)) => {
                let text = quoted(bare(&record[place])).into_owned();
                Err(self.stop(
                    ambiguous(format!("line {} has numbers and the word `{text}`", self.line))
                        .hint(Hint::with(
                            "`{}` takes the line for names, `no` for numbers",
                            [Setting::CsvHeader.to("yes")],
                        )),
                ))
            }
            (true, None) => {
                // As pandas writes columns that are called 0, 1, 2.
                let unnamed = fields.len() > 1
                    && bare(&record[0]).is_empty()
                    && fields[1..].iter().all(number);
                if unnamed {
                    return Err(self.stop(
                        ambiguous(format!("line {} begins with an empty field", self.line)).hint(
                            Hint::with(
                                "where the line has names, `{} {}` leaves out the column without one",
                                [Setting::CsvHeader.to("yes"), Setting::CsvIndex.to("drop")],
                            ),
                        ),
                    ));
                }
                Ok(false)
            }
        }
    }

    /// A first column without a name numbers the rows, or is a column like others.
    fn index(
        &mut self,
        names: &[String],
        header: bool,
        options: &TableOptions,
    ) -> Result<(), Stop> {
        let unnamed = header
            && names.len() > 1
            && names.first().is_some_and(|name| name.is_empty() || name.starts_with("Unnamed:"));
        match options.index {
            Some(Index::Drop) if names.len() > 1 => {
                self.chosen = 1..names.len();
                self.rows.dropped = true;
                if let Some(names) = &mut self.rows.header {
                    names.remove(0);
                }
            }
            None if unnamed => {
                return Err(self.stop(
                    ambiguous("its first column has no name, as where row numbers are written")
                        .hint(Hint::with(
                            "`{}` leaves the column out, `keep` takes it for numbers",
                            [Setting::CsvIndex.to("drop")],
                        )),
                ));
            }
            _ => {}
        }
        Ok(())
    }

    fn row(&mut self, record: &StringRecord, budget: &Budget) -> Result<(), Stop> {
        if record.len() != self.rows.width {
            let reason = format!(
                "line {} has {} fields, the lines above {}",
                self.line,
                record.len(),
                self.rows.width
            );
            let hint = "every row has as many fields; what holds a separator stands in quotes";
            return Err(self.stop(Wrong::file(reason).hint(hint)));
        }
        reserve(&mut self.rows.entries, self.chosen.len()).map_err(|wrong| self.stop(wrong))?;
        for place in self.chosen.clone() {
            let text = bare(&record[place]);
            match Field::of(text, self.dialect.decimal) {
                Field::Number(number) => self.rows.entries.push(number),
                field => return Err(self.stop(self.refusal(field, text, place))),
            }
            if self.dialect.decimal == Decimal::Comma && text.contains(',') {
                if may_be_thousands(text) {
                    self.thousands.get_or_insert(Ok(text.to_owned()));
                } else {
                    self.thousands = Some(Err(()));
                }
            }
        }
        self.rows.rows += 1;
        // What is beyond the limit is not read to its end.
        let size = [self.rows.rows as u64, self.rows.columns as u64];
        budget.clone().take(&size).map_err(|wrong| self.stop(wrong))?;
        Ok(())
    }

    /// Why a field is no number.
    fn refusal(&self, field: Field, text: &str, place: usize) -> Wrong {
        let name = self.rows.header.as_ref().and_then(|names| {
            names.get(place - usize::from(self.rows.dropped)).filter(|name| !name.is_empty())
        });
        let name = name.map_or(String::new(), |name| format!(" (`{}`)", quoted(name)));
        let at = format!("line {}, column {}{name}", self.line, place + 1);
        let text = quoted(text);
        match field {
            Field::Missing => Wrong {
                code: &codes::E0607,
                reason: match text.is_empty() {
                    true => format!("{at} is empty"),
                    false => format!("{at} is missing: `{text}`"),
                },
                hint: "leave the row out, or fill in a value: none is made up".into(),
            },
            Field::Infinite => Wrong {
                code: &codes::E0605,
                reason: format!("{at} is `{text}`, which is not finite"),
                hint: "clean the data: no result could be trusted".into(),
            },
            Field::Numeral if self.dialect.leaves_comma_open() && is_figure(&text) => {
                ambiguous(format!("{at} is `{text}`, with a comma for decimals or for thousands"))
                    .hint(decimals())
            }
            Field::Numeral if text.contains('.') && self.dialect.decimal == Decimal::Comma => {
                Wrong::file(format!("{at}: `{text}` is no number with a decimal comma"))
                    .hint(Hint::with(
                        "one decimal mark a table: say which with `{}`",
                        [Setting::CsvDecimal],
                    ))
            }
            _ if text.contains([' ', '\t']) => {
                Wrong::file(format!("{at}: `{text}` is no number")).hint(Hint::with(
                    "`{}` says what is between fields, as in `{}`",
                    [Setting::CsvSeparator.into(), Setting::CsvSeparator.to("blank")],
                ))
            }
            _ => Wrong::file(format!("{at}: `{text}` is no number")).hint(Hint::with(
                "a table has a row of numbers a line, and may have names on top; `{}` says what is between them",
                [Setting::CsvSeparator],
            )),
        }
    }

    fn end(mut self, text: &str) -> Result<Rows, Stop> {
        if self.rows.rows == 0 {
            return Err(self.stop(nothing()));
        }
        if let (true, Some(Ok(number))) = (self.dialect.guessed, &self.thousands) {
            let reason = format!("`{}` has a comma for decimals or for thousands", quoted(number));
            let wrong = ambiguous(reason).hint(decimals());
            return Err(self.stop(wrong));
        }
        if self.rows.width == 1
            && let Some(line) = gap(text)
        {
            self.line = line;
            return Err(self.stop(self.refusal(Field::Missing, "", 0)));
        }
        Ok(self.rows)
    }
}

fn decimals() -> Hint {
    let comma = [Setting::CsvDecimal.to("comma")];
    Hint::with("`{}` takes it for decimals; thousands are written without", comma)
}

/// Whether the text is digits and marks, a comma among them.
fn is_figure(text: &str) -> bool {
    text.contains(',') && text.chars().all(|c| c.is_ascii_digit() || ",.+-".contains(c))
}

/// The line that is empty between two that are not: in a single column a value is missing there.
fn gap(text: &str) -> Option<u64> {
    let mut begun = false;
    let mut empty = None;
    for (line, text) in (1..).zip(text.lines()) {
        if text.starts_with('#') {
        } else if !text.is_empty() {
            if begun && empty.is_some() {
                return empty;
            }
            begun = true;
        } else if begun {
            empty = empty.or(Some(line));
        }
    }
    None
}
