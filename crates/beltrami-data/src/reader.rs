//! The one way from an argument to arrays.

use std::collections::BTreeSet;
use std::io::Read;
use std::rc::Rc;

use beltrami_diag::{Error, Hint, Setting, codes};

use crate::array::Array;
use crate::budget::Budget;
use crate::format::{Chosen, Format, Part, Request, TableOptions};
use crate::literal::{self, Place};
use crate::reference::Reference;
use crate::source::{MOST_OF_A_STREAM, Source, bounded};
use crate::wrong::{Wrong, named, quoted, refused};

/// A name with its array.
#[derive(Clone, Debug)]
pub struct Given {
    /// The name.
    pub name: String,
    /// Its value.
    pub array: Array,
    /// Whether the name was typed, so that it must occur; the names in an archive need not.
    pub named: bool,
}

impl Given {
    /// A name that must occur, with its value.
    pub fn new(name: impl Into<String>, array: impl Into<Array>) -> Given {
        Given { name: name.into(), array: array.into(), named: true }
    }
}

/// Reads one argument with a [`Reader`] of its own.
///
/// # Errors
/// Those of [`Reader::read`].
pub fn read(argument: &str) -> Result<Vec<Given>, Error> {
    Reader::default().read(argument)
}

/// Reads the data of a command: what its arguments name, within one budget.
pub struct Reader {
    table: TableOptions,
    /// What messages call the texts of arguments.
    called: &'static str,
    /// The names that occur, where they are known.
    occurring: Option<BTreeSet<String>>,
    budget: Budget,
    input: StandardInput,
    remarks: Vec<String>,
    /// How many tables were read.
    tables: usize,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader::new(TableOptions::default())
    }
}

/// What became of standard input, which can be read once.
enum StandardInput {
    Unread,
    /// It was looked at, and belongs to whoever asks first.
    Seen(Rc<Vec<u8>>),
    Program,
    Data(Rc<Vec<u8>>),
}

impl Reader {
    /// Reads tables as the options say.
    pub fn new(table: TableOptions) -> Reader {
        Reader {
            table,
            called: "<data>",
            occurring: None,
            budget: Budget::default(),
            input: StandardInput::Unread,
            remarks: Vec::new(),
            tables: 0,
        }
    }

    /// What messages call the texts of arguments, in place of `<data>`.
    pub fn called(self, called: &'static str) -> Reader {
        Reader { called, ..self }
    }

    /// Leaves the members of archives packed whose names do not occur in these texts; what may be a size is read.
    pub fn occurring<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let names = texts.into_iter().flat_map(|text| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned)
        });
        self.occurring.get_or_insert_default().extend(names);
    }

    /// What was found out about the tables that were read, a sentence each.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Standard input as a program, up to a limit; data cannot be read from it any more.
    ///
    /// # Errors
    /// E0702 where it is data already, E0603 where the system does not read it.
    pub fn program(&mut self, most: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        match std::mem::replace(&mut self.input, StandardInput::Program) {
            StandardInput::Unread => {
                let read = std::io::stdin().take(most).read_to_end(&mut bytes);
                read.map_err(|error| Wrong::system(&error).of("<stdin>"))?;
            }
            StandardInput::Seen(seen) => {
                bytes.extend(seen.iter().take(usize::try_from(most).unwrap_or(usize::MAX)));
            }
            StandardInput::Program | StandardInput::Data(_) => return Err(both()),
        }
        Ok(bytes)
    }

    /// Whether standard input begins as one of NumPy's files.
    ///
    /// # Errors
    /// E0702 where it is a program already, E0603 where the system does not read it.
    pub fn standard_input_is_array(&mut self) -> Result<bool, Error> {
        if let StandardInput::Unread = self.input {
            self.input = StandardInput::Seen(whole_input()?);
        }
        match &self.input {
            StandardInput::Seen(bytes) | StandardInput::Data(bytes) => {
                Ok(Format::of_bytes(bytes) != Format::Csv)
            }
            StandardInput::Unread | StandardInput::Program => Err(both()),
        }
    }

    /// Standard input whole; the same for all that name it.
    fn standard_input(&mut self) -> Result<Rc<Vec<u8>>, Error> {
        let bytes = match &self.input {
            StandardInput::Seen(bytes) | StandardInput::Data(bytes) => bytes.clone(),
            StandardInput::Program => return Err(both()),
            StandardInput::Unread => whole_input()?,
        };
        self.input = StandardInput::Data(bytes.clone());
        Ok(bytes)
    }

    /// Reads `NAME=VALUE`, `NAME=FILE`, `NAME=FILE.npz:MEMBER`, `NAME=FILE.csv:COLUMN`, `NAME=-`, `FILE.npz` or `-`.
    ///
    /// Of a table with a header that has the name, the column below it is taken; of an archive the member of the name.
    ///
    /// # Errors
    /// E0701 for what is none of these, E0601 for a part that the file does not hold, E0602 for more than fits, E0603 and
    /// E0605 to E0607 for what is wrong with a file.
    pub fn read(&mut self, argument: &str) -> Result<Vec<Given>, Error> {
        let argument = argument.trim();
        if let Some((name, value)) =
            argument.split_once('=').filter(|(name, _)| is_name(name.trim()))
        {
            let array = self.written(name.trim(), value.trim(), argument)?;
            return Ok(vec![Given { name: name.trim().into(), array, named: true }]);
        }
        let reference = Reference::of(argument);
        let format = match &reference {
            Some(reference) if reference.is_standard_input() => {
                Some(Format::of_bytes(&self.standard_input()?))
            }
            reference => reference.as_ref().and_then(|reference| reference.format),
        };
        match (reference, format) {
            (Some(reference @ Reference { part: Some(part), .. }), _) if is_name(part) => {
                let array = self.file(Part::Named(part), &reference)?;
                Ok(vec![Given { name: part.into(), array, named: true }])
            }
            (Some(reference @ Reference { part: None, .. }), Some(format))
                if format.record().named =>
            {
                let arrays = self.archive(&reference, format)?;
                let given = |(name, array)| Given { name, array, named: false };
                Ok(arrays.into_iter().map(given).collect())
            }
            (Some(_), _) => Err(refused(
                &codes::E0701,
                format!("`{}` names no variable", named(argument)),
                Hint::with(
                    "name the variable, as in `{}`",
                    [Setting::Data.to(format!("x={}", named(argument)))],
                ),
            )),
            (None, _) => Err(refused(
                &codes::E0701,
                format!("`{}` names no variable", named(argument)),
                "data is `NAME=VALUE`, `NAME=FILE.npy`, `NAME=FILE.csv` or `FILE.npz`",
            )),
        }
    }

    /// The array that is written out as `value`, or that it names; of a file with names the one that is called `name`.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn value(&mut self, name: &str, value: &str) -> Result<Array, Error> {
        self.written(name, value.trim(), &format!("{name}={}", value.trim()))
    }

    /// The value at the end of a text.
    fn written(&mut self, name: &str, value: &str, text: &str) -> Result<Array, Error> {
        match Reference::of(value) {
            Some(reference) => {
                let part = reference.part.map_or(Part::Perhaps(name), Part::Named);
                self.file(part, &reference)
            }
            None => literal::read(name, value, Place { called: self.called, text }),
        }
    }

    /// As [`Reader::array`], where a single column of a table is a matrix.
    ///
    /// # Errors
    /// As [`Reader::array`].
    pub fn matrix(&mut self, name: &str, text: &str) -> Result<Array, Error> {
        let tables = self.tables;
        let array = self.array(name, text)?;
        Ok(if self.tables > tables { array.column() } else { array })
    }

    /// The array that a text such as `F.npy`, `F.npz:A`, `F.csv` or `-` names; `name` is its own where a file holds several.
    ///
    /// # Errors
    /// E0603 for a text that names no file of arrays; as [`Reader::read`] for what is wrong with one.
    pub fn array(&mut self, name: &str, text: &str) -> Result<Array, Error> {
        match Reference::of(text.trim()) {
            Some(reference) => {
                let part = reference.part.map_or(Part::Whole(name), Part::Named);
                self.file(part, &reference)
            }
            None => Err(refused(
                &codes::E0603,
                format!("`{}` is no file of arrays", named(text)),
                "matrices are read from `.npy` and `.npz` files as NumPy writes them, from `.csv` files, and from `-`, standard input",
            )),
        }
    }

    /// The array in these bytes of this format; of several the one that is called `name`.
    ///
    /// # Errors
    /// E0601 to E0603 and E0605 to E0607, by what is wrong with the bytes.
    pub fn array_in(&mut self, name: &str, format: Format, bytes: &[u8]) -> Result<Array, Error> {
        self.found(Part::Perhaps(name), "<bytes>", format, Source::Bytes(bytes))
    }

    fn file(&mut self, part: Part<'_>, reference: &Reference<'_>) -> Result<Array, Error> {
        let shown = reference.shown();
        if reference.is_standard_input() {
            let bytes = self.standard_input()?;
            return self.found(part, shown, Format::of_bytes(&bytes), Source::Bytes(&bytes));
        }
        let source = Source::open(reference.path).map_err(|wrong| wrong.of(shown))?;
        self.found(part, shown, reference.format.unwrap_or(Format::Npy), source)
    }

    /// The part of a source, which messages call `shown`.
    fn found(
        &mut self,
        part: Part<'_>,
        shown: &str,
        format: Format,
        source: Source<'_>,
    ) -> Result<Array, Error> {
        let Some(read) = format.record().read else {
            return Err(Wrong::file("its format holds no arrays").of(shown));
        };
        let request = Request { source, part, tables: &self.table, budget: &mut self.budget };
        let found = read(request).map_err(|wrong| wrong.of(shown))?;
        if let Some(remark) = found.remark {
            self.tables += 1;
            let remark = format!("{}: {remark}", named(shown));
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        Ok(found.array)
    }

    /// The arrays of a file by their names.
    fn archive(
        &mut self,
        reference: &Reference<'_>,
        format: Format,
    ) -> Result<Vec<(String, Array)>, Error> {
        let shown = reference.shown();
        let Some(list) = format.record().list else {
            return Err(Wrong::file("its format has no names of arrays").of(shown));
        };
        let bytes;
        let source = if reference.is_standard_input() {
            bytes = self.standard_input()?;
            Source::Bytes(&bytes)
        } else {
            Source::open(reference.path).map_err(|wrong| wrong.of(shown))?
        };
        let occurring = self.occurring.as_ref();
        let occurs = |name: &str| occurring.is_none_or(|names| names.contains(name));
        let chosen = Chosen { name: &occurs, number: &may_be_a_size };
        list(source, &chosen, &mut self.budget).map_err(|(name, wrong)| match name {
            Some(name) => wrong.of(&format!("{} in {shown}", quoted(&name))),
            None => wrong.of(shown),
        })
    }
}

fn whole_input() -> Result<Rc<Vec<u8>>, Error> {
    let bytes = bounded(&mut std::io::stdin(), MOST_OF_A_STREAM, 0);
    bytes.map(Rc::new).map_err(|wrong| wrong.of("<stdin>"))
}

fn both() -> Error {
    refused(
        &codes::E0702,
        "standard input is named as a program and as data",
        "write one of the two to a file",
    )
}

/// Sizes that nobody declared are called so: a small letter, or `n` and a number.
fn may_be_a_size(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_lowercase()) && letters.all(|c| c.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
