//! What comes in: programs, and data from arguments, files and standard input.

use std::path::Path;

use beltrami::Error;
use beltrami::data::{Array, Given, Reader, Reference, read_at_most, reason};
use beltrami::diag::codes;

use crate::arguments::Tables;
use crate::report::{Report, refusal};

/// More is not read; the parser refuses half of it already.
const MOST_BYTES: u64 = 2 << 20;

/// A program and what messages call it.
pub struct Program {
    /// A path, or a name in angle brackets.
    pub name: String,
    /// The text.
    pub text: String,
}

/// All that a command reads.
#[derive(Default)]
pub struct Input {
    reader: Reader,
}

impl Input {
    /// Reads tables as the command line says.
    pub fn new(tables: Tables) -> Input {
        Input { reader: Reader::new(tables.options()).called("<--data>") }
    }

    /// The program that an argument names: a file ending in `.bel`, standard input for `-`, else the argument itself.
    pub fn program(&mut self, argument: &str) -> Result<Program, Error> {
        let program = if argument == "-" {
            text("<stdin>", self.reader.program(MOST_BYTES)?)?
        } else if argument.ends_with(".bel") {
            let path = Path::new(argument);
            let bytes = read_at_most(path, MOST_BYTES);
            text(argument, bytes.map_err(|error| cannot_read(argument, &reason(&error, path)))?)?
        } else {
            Program { name: "<expression>".into(), text: argument.into() }
        };
        self.reader.occurring([program.text.as_str()]);
        Ok(program)
    }

    /// Whether an argument is an array in a file or on standard input, and not a program.
    pub fn is_array(&mut self, argument: &str) -> Result<bool, Error> {
        match argument {
            "-" => self.reader.standard_input_is_array(),
            _ => Ok(Reference::of(argument).is_some()),
        }
    }

    /// The data of arguments; of archives what occurs in the program and in these declarations.
    pub fn data<'a>(
        &mut self,
        arguments: impl IntoIterator<Item = &'a str>,
        declarations: &[String],
    ) -> Result<Vec<Given>, Error> {
        self.reader.occurring(declarations.iter().map(String::as_str));
        let mut all = Vec::new();
        for argument in arguments {
            all.extend(self.reader.read(argument)?);
        }
        Ok(all)
    }

    /// The array that `NAME=VALUE` would give to a name.
    pub fn value(&mut self, name: &str, value: &str) -> Result<Array, Error> {
        self.reader.value(name, value)
    }

    /// The array of a file or of standard input; `name` is its own where a file holds several.
    pub fn array(&mut self, name: &str, text: &str) -> Result<Array, Error> {
        self.reader.array(name, text)
    }

    /// As [`Input::array`], where a single column of a table is a matrix.
    pub fn matrix(&mut self, name: &str, text: &str) -> Result<Array, Error> {
        self.reader.matrix(name, text)
    }

    /// Says how tables were read.
    pub fn stated(&self, report: &mut Report) {
        if report.object.is_none() {
            self.reader.remarks().iter().for_each(|remark| report.remark(remark));
        }
        report.tables = self.reader.remarks().to_vec();
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<Program, Error> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Program { name: name.into(), text }),
        Err(error) => {
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            Err(cannot_read(name, &format!("line {line} is not UTF-8 text")))
        }
    }
}

fn cannot_read(name: &str, reason: &str) -> Error {
    refusal(
        &codes::E0603,
        format!("cannot read `{name}`: {reason}"),
        Some("an argument that ends in `.bel` is a file, `-` is standard input".into()),
    )
}
