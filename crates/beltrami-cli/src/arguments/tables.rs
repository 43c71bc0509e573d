//! What is said of tables in text, by every verb that reads data.

use beltrami::data::{Decimal, Index, TableOptions};
use clap::{Args, ValueEnum};

/// How `.csv` files are written, where their text does not settle it.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Tables")]
pub struct Tables {
    /// What separates the fields of a .csv file: comma, semicolon, tab, pipe, blank or another character
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    csv_separator: Option<u8>,
    /// What begins the decimals of its numbers
    #[arg(long, value_enum, value_name = "MARK")]
    csv_decimal: Option<Mark>,
    /// Whether its first line has names
    #[arg(long, value_enum, value_name = "WHETHER")]
    csv_header: Option<Whether>,
    /// What to do with its first column where that names the rows
    #[arg(long, value_enum, value_name = "WHAT")]
    csv_index: Option<First>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mark {
    Point,
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whether {
    Yes,
    No,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum First {
    Drop,
    Keep,
}

impl Tables {
    /// As the reader takes them.
    pub fn options(&self) -> TableOptions {
        TableOptions {
            separator: self.csv_separator,
            decimal: self.csv_decimal.map(|mark| match mark {
                Mark::Point => Decimal::Point,
                Mark::Comma => Decimal::Comma,
            }),
            header: self.csv_header.map(|whether| whether == Whether::Yes),
            index: self.csv_index.map(|first| match first {
                First::Drop => Index::Drop,
                First::Keep => Index::Keep,
            }),
        }
    }
}

fn separator(text: &str) -> Result<u8, String> {
    let named = match text {
        "comma" => ',',
        "semicolon" => ';',
        "tab" | "\\t" => '\t',
        "pipe" => '|',
        "blank" | "space" => ' ',
        _ => {
            let mut all = text.chars();
            match (all.next(), all.next()) {
                (Some(c), None) => c,
                _ => return Err("one character is expected, or its name: comma, tab".into()),
            }
        }
    };
    match named {
        '"' | '#' | '.' | '+' | '-' | '_' => {
            Err(format!("`{named}` has another meaning in tables"))
        }
        c if c.is_ascii() && !c.is_ascii_alphanumeric() && (c == '\t' || !c.is_ascii_control()) => {
            Ok(c as u8)
        }
        c => Err(format!("`{c}` cannot stand between fields")),
    }
}
