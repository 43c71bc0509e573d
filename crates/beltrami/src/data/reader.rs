//! The one way from an argument to arrays.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::rc::Rc;

use beltrami_diag::codes;

use super::budget::{Budget, reserve};
use super::npy::{self, Extent};
use super::npz::Archive;
use super::table::{self, TableOptions};
use super::wrong::{Wrong, named, quoted, refused};
use super::{Array, Format, Given, Reference, literal};
use crate::session::Failure;

/// Bytes of a stream, which is kept while it is read.
const MOST_OF_A_STREAM: u64 = 2 << 30;
/// Bytes of a table, which takes as much memory again as numbers.
const MOST_OF_A_TABLE: u64 = 1 << 28;

/// Reads the data of a command: what its arguments name, within one budget.
#[derive(Default)]
pub struct Reader {
    table: TableOptions,
    /// The names that occur, where they are known.
    occurring: Option<BTreeSet<String>>,
    budget: Budget,
    input: StandardInput,
    remarks: Vec<String>,
    /// How many tables were read.
    tables: usize,
}

/// What became of standard input, which can be read once.
#[derive(Default)]
enum StandardInput {
    #[default]
    Unread,
    Program,
    Data(Rc<Vec<u8>>),
}

/// What standard input turned out to be.
pub enum ProgramOrArray {
    /// A text.
    Program(Vec<u8>),
    /// An array.
    Array(Array),
}

/// What is wanted of a file.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// What is called so, where the file has names.
    By(&'a str),
    /// The whole of it; only of several arrays in an archive the one that is called so.
    Alone(&'a str),
}

impl<'a> Wanted<'a> {
    fn name(self) -> &'a str {
        let (Wanted::By(name) | Wanted::Alone(name)) = self;
        name
    }
}

/// What can be read from any place.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

impl Reader {
    /// Reads tables as the options say.
    pub fn new(table: TableOptions) -> Reader {
        Reader { table, ..Reader::default() }
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
    pub fn program(&mut self, most: u64) -> Result<Vec<u8>, Failure> {
        let StandardInput::Unread = self.input else { return Err(both()) };
        self.input = StandardInput::Program;
        let mut bytes = Vec::new();
        let read = std::io::stdin().take(most).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|error| Wrong::system(&error).of("<stdin>"))
    }

    /// Standard input as an array, if it begins as one of NumPy's files, else as a program.
    pub fn program_or_array(&mut self, name: &str) -> Result<ProgramOrArray, Failure> {
        let bytes = self.standard_input()?;
        if Format::of_bytes(&bytes) != Format::Csv {
            return self.array(name, "-").map(ProgramOrArray::Array);
        }
        self.input = StandardInput::Program;
        Ok(ProgramOrArray::Program(bytes.to_vec()))
    }

    /// Standard input whole; the same for all that name it.
    pub fn standard_input(&mut self) -> Result<Rc<Vec<u8>>, Failure> {
        match &self.input {
            StandardInput::Data(bytes) => Ok(bytes.clone()),
            StandardInput::Program => Err(both()),
            StandardInput::Unread => {
                let bytes = bounded(&mut std::io::stdin(), MOST_OF_A_STREAM, 0)
                    .map_err(|wrong| wrong.of("<stdin>"))?;
                let bytes = Rc::new(bytes);
                self.input = StandardInput::Data(bytes.clone());
                Ok(bytes)
            }
        }
    }

    /// Reads `NAME=VALUE`, `NAME=FILE`, `NAME=FILE.npz:MEMBER`, `NAME=FILE.csv:COLUMN`, `NAME=-`, `FILE.npz` or `-`.
    ///
    /// Of a table with a header that has the name, the column below it is taken; of an archive the member of the name.
    pub fn read(&mut self, argument: &str) -> Result<Vec<Given>, Failure> {
        let argument = argument.trim();
        if let Some((name, value)) =
            argument.split_once('=').filter(|(name, _)| is_name(name.trim()))
        {
            let (name, value) = (name.trim().to_string(), value.trim());
            let array = match Reference::of(value) {
                Some(reference) => self.file(Wanted::By(&name), &reference)?,
                None => literal::read(&name, value, argument)?,
            };
            return Ok(vec![Given { name, array, named: true }]);
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
                let array = self.file(Wanted::By(part), &reference)?;
                Ok(vec![Given { name: part.into(), array, named: true }])
            }
            (Some(reference @ Reference { part: None, .. }), Some(Format::Npz)) => {
                let arrays = self.archive(&reference)?;
                let given = |(name, array)| Given { name, array, named: false };
                Ok(arrays.into_iter().map(given).collect())
            }
            (Some(_), _) => Err(refused(
                &codes::E0701,
                format!("`{}` names no variable", named(argument)),
                &format!("name the variable, as in `--data x={}`", named(argument)),
            )),
            (None, _) => Err(refused(
                &codes::E0701,
                format!("`{}` names no variable", named(argument)),
                "data is `NAME=VALUE`, `NAME=FILE.npy`, `NAME=FILE.csv` or `FILE.npz`",
            )),
        }
    }

    /// As [`Reader::array`], where a single column of a table is a matrix.
    pub fn matrix(&mut self, name: &str, text: &str) -> Result<Array, Failure> {
        let tables = self.tables;
        let mut array = self.array(name, text)?;
        if let ([rows], true) = (&array.axes[..], self.tables > tables) {
            array.axes = vec![*rows, 1];
        }
        Ok(array)
    }

    /// The array that a text such as `F.npy`, `F.npz:A`, `F.csv` or `-` names; `name` is its own where a file holds several.
    pub fn array(&mut self, name: &str, text: &str) -> Result<Array, Failure> {
        match Reference::of(text.trim()) {
            Some(reference) => self.file(Wanted::Alone(name), &reference),
            None => Err(refused(
                &codes::E0603,
                format!("`{}` is no file of arrays", named(text)),
                "matrices are read from `.npy` and `.npz` files as NumPy writes them, from `.csv` files, and from `-`, standard input",
            )),
        }
    }

    /// The array in these bytes of this format.
    pub fn array_in(&mut self, name: &str, format: Format, bytes: &[u8]) -> Result<Array, Failure> {
        let reference = Reference { path: "<bytes>", format: Some(format), part: None };
        self.parsed(Wanted::By(name), &reference, format, bytes)
            .map_err(|wrong| wrong.of("<bytes>"))
    }

    fn file(&mut self, wanted: Wanted<'_>, reference: &Reference<'_>) -> Result<Array, Failure> {
        let path = reference.path;
        if reference.is_standard_input() {
            let bytes = self.standard_input()?;
            let format = Format::of_bytes(&bytes);
            return self
                .parsed(wanted, reference, format, &bytes)
                .map_err(|wrong| wrong.of("<stdin>"));
        }
        match reference.format {
            Some(Format::Npz) => {
                let mut archive = opened(path)?;
                member(&mut archive, wanted, reference, &mut self.budget)
                    .map_err(|wrong| wrong.of(path))
            }
            Some(Format::Csv) => self.table(wanted, reference).map_err(|wrong| wrong.of(path)),
            _ => array(path, &mut self.budget).map_err(|wrong| wrong.of(path)),
        }
    }

    fn parsed(
        &mut self,
        wanted: Wanted<'_>,
        reference: &Reference<'_>,
        format: Format,
        bytes: &[u8],
    ) -> Result<Array, Wrong> {
        let length = bytes.len() as u64;
        match format {
            Format::Npy => {
                let extent = Extent { size: Some(length), certain: length };
                npy::array(&mut &*bytes, &extent, &mut self.budget)
            }
            Format::Npz => {
                let mut archive = Archive::open(Cursor::new(bytes))?;
                member(&mut archive, wanted, reference, &mut self.budget)
            }
            Format::Csv => self.table_in(wanted, reference, bytes),
        }
    }

    fn archive(&mut self, reference: &Reference<'_>) -> Result<Vec<(String, Array)>, Failure> {
        let occurring = self.occurring.as_ref();
        let occurs = |name: &str| occurring.is_none_or(|names| names.contains(name));
        let all = |archive: &mut Archive<Box<dyn Source>>, budget: &mut Budget| {
            archive.all(occurs, may_be_a_size, budget)
        };
        let path = reference.path;
        let (mut archive, shown) = match reference.is_standard_input() {
            true => {
                let StandardInput::Data(bytes) = &self.input else { return Err(both()) };
                let source: Box<dyn Source> = Box::new(Cursor::new(Shared(bytes.clone())));
                (Archive::open(source).map_err(|wrong| wrong.of("<stdin>"))?, "<stdin>")
            }
            false => (opened(path)?, path),
        };
        all(&mut archive, &mut self.budget)
            .map_err(|(name, wrong)| wrong.of(&format!("{} in {}", quoted(&name), shown)))
    }

    fn table(&mut self, wanted: Wanted<'_>, reference: &Reference<'_>) -> Result<Array, Wrong> {
        let (mut file, length) = open(reference.path)?;
        let bytes = bounded(&mut file, MOST_OF_A_TABLE, length.unwrap_or(0))?;
        self.table_in(wanted, reference, &bytes)
    }

    fn table_in(
        &mut self,
        wanted: Wanted<'_>,
        reference: &Reference<'_>,
        bytes: &[u8],
    ) -> Result<Array, Wrong> {
        let column = match reference.part {
            Some(part) => table::Column::Named(part),
            None => match wanted {
                Wanted::By(name) => table::Column::Perhaps(name),
                Wanted::Alone(_) => table::Column::All,
            },
        };
        let found = table::read(bytes, &self.table, column, &mut self.budget)?;
        self.tables += 1;
        let shown = if reference.is_standard_input() { "<stdin>" } else { reference.path };
        let remark = format!("{}: {}", named(shown), found.remark);
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
        Ok(found.array)
    }
}

fn both() -> Failure {
    refused(
        &codes::E0702,
        "standard input is named as a program and as data",
        "write one of the two to a file",
    )
}

/// Bytes that several readers share.
struct Shared(Rc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn member<R: Read + Seek>(
    archive: &mut Archive<R>,
    wanted: Wanted<'_>,
    reference: &Reference<'_>,
    budget: &mut Budget,
) -> Result<Array, Wrong> {
    match reference.part {
        Some(part) => archive.named(part, budget),
        None => archive.named_or_only(wanted.name(), budget),
    }
}

fn array(path: &str, budget: &mut Budget) -> Result<Array, Wrong> {
    let (file, length) = open(path)?;
    let extent = Extent { size: length, certain: length.unwrap_or(0) };
    npy::array(&mut BufReader::new(file), &extent, budget)
}

fn opened(path: &str) -> Result<Archive<Box<dyn Source>>, Failure> {
    let open = || -> Result<Archive<Box<dyn Source>>, Wrong> {
        let (mut file, length) = open(path)?;
        Archive::open(match length {
            Some(_) => Box::new(BufReader::new(file)),
            // The list of members stands at the end, so a stream is read to there first.
            None => Box::new(Cursor::new(bounded(&mut file, MOST_OF_A_STREAM, 0)?)),
        })
    };
    open().map_err(|wrong| wrong.of(path))
}

/// The file, and its length where it has one.
fn open(path: &str) -> Result<(File, Option<u64>), Wrong> {
    let file = File::open(path).map_err(|error| Wrong::system(&error))?;
    let found = file.metadata().map_err(|error| Wrong::system(&error))?;
    if found.is_dir() {
        return Err(Wrong::system(&std::io::ErrorKind::IsADirectory.into()));
    }
    // The system's own files say that they are empty.
    Ok((file, Some(found.len()).filter(|length| found.is_file() && *length > 0)))
}

/// All bytes of a source, of which `certain` are there, and no more than `most`.
fn bounded(source: &mut dyn Read, most: u64, certain: u64) -> Result<Vec<u8>, Wrong> {
    let beyond = || {
        let reason = format!("it has more than {} MiB, and that is the limit", most >> 20);
        Wrong::file(reason).hint("give a `.npy` file, which is smaller")
    };
    if certain > most {
        return Err(beyond());
    }
    let mut bytes = Vec::new();
    reserve(&mut bytes, certain as usize)?;
    let mut block = vec![0; 1 << 16];
    loop {
        match source.read(&mut block) {
            Ok(0) => return Ok(bytes),
            Ok(more) if (bytes.len() + more) as u64 > most => return Err(beyond()),
            Ok(more) => {
                reserve(&mut bytes, more)?;
                bytes.extend_from_slice(&block[..more]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Wrong::system(&error)),
        }
    }
}

/// Sizes that nobody declared are called so: a small letter, or `n` and a number.
fn may_be_a_size(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_ascii_lowercase()) && letters.all(|c| c.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
