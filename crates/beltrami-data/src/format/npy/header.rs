//! The header of NumPy's arrays: a dictionary of three keys, in the notation of Python.

use std::io::Read;

use super::Kind;
use crate::wrong::{Wrong, quoted};

/// How a file of this kind begins.
pub const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// Headers of numbers are below 200 bytes.
const MOST_BYTES: u32 = 1 << 16;
/// NumPy has at most 64.
const MOST_AXES: usize = 64;

/// What stands before the entries.
#[derive(Debug)]
pub struct Header {
    pub kind: Kind,
    pub big_endian: bool,
    pub fortran: bool,
    pub shape: Vec<u64>,
    /// Bytes up to the first entry.
    pub length: u64,
}

impl Header {
    pub fn read(source: &mut dyn Read) -> Result<Header, Wrong> {
        let mut start = [0; 8];
        filled(source, &mut start)?;
        if &start[..6] != MAGIC {
            return Err(foreign(&start));
        }
        let mut length = [0; 4];
        let width = match start[6..] {
            [1, 0] => 2,
            [2 | 3, 0] => 4,
            _ => {
                let reason = format!("it has version {}.{} of the format", start[6], start[7]);
                return Err(Wrong::file(reason).hint("versions 1.0, 2.0 and 3.0 are read"));
            }
        };
        filled(source, &mut length[..width])?;
        let bytes = u32::from_le_bytes(length);
        if bytes > MOST_BYTES {
            return Err(broken(format!(
                "its header claims {bytes} bytes, and {MOST_BYTES} are read at most"
            )));
        }
        let mut text = vec![0; bytes as usize];
        filled(source, &mut text)?;
        let header = Dictionary { text: &text, at: 0 }.header()?;
        Ok(Header { length: 8 + width as u64 + u64::from(bytes), ..header })
    }
}

fn filled(source: &mut dyn Read, bytes: &mut [u8]) -> Result<(), Wrong> {
    let mut have = 0;
    while have < bytes.len() {
        match source.read(&mut bytes[have..]) {
            // What is too short to be an array may still be known.
            Ok(0) if have > 0 && !bytes.starts_with(&MAGIC[..have.min(6)]) => {
                return Err(foreign(&bytes[..have]));
            }
            Ok(0) => return Err(broken("it ends within its header")),
            Ok(more) => have += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Wrong::system(&error)),
        }
    }
    Ok(())
}

/// What begins as something else.
fn foreign(start: &[u8]) -> Wrong {
    match start {
        [b'P', b'K', 3 | 5, ..] => {
            Wrong::file("it is an archive of arrays").hint("archives have names that end in `.npz`")
        }
        [0x80, 2..=5, ..] => {
            Wrong::file("it is a Python pickle, which is a program, and is not run")
                .hint("write an array of numbers with `numpy.save`")
        }
        _ => broken("it does not begin as one"),
    }
}

fn broken(reason: impl Into<String>) -> Wrong {
    Wrong::file(format!("no NumPy array: {}", reason.into()))
}

struct Dictionary<'a> {
    text: &'a [u8],
    at: usize,
}

impl Dictionary<'_> {
    fn header(mut self) -> Result<Header, Wrong> {
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        self.expect(b'{')?;
        while !self.eat(b'}') {
            let key = self.string()?;
            self.expect(b':')?;
            let fresh = match key.as_str() {
                "descr" => descr.replace(self.descr()?).is_none(),
                "fortran_order" => fortran.replace(self.truth()?).is_none(),
                "shape" => shape.replace(self.shape()?).is_none(),
                _ => return Err(broken(format!("its header has the key `{}`", quoted(&key)))),
            };
            if !fresh {
                return Err(broken(format!("its header has `{key}` twice")));
            }
            if !self.eat(b',') {
                self.expect(b'}')?;
                break;
            }
        }
        self.space();
        if self.at < self.text.len() {
            return Err(self.unexpected());
        }
        let missing = |key: &str| broken(format!("its header has no `{key}`"));
        let (kind, big_endian) = descr.ok_or_else(|| missing("descr"))?;
        Ok(Header {
            kind,
            big_endian,
            fortran: fortran.ok_or_else(|| missing("fortran_order"))?,
            shape: shape.ok_or_else(|| missing("shape"))?,
            length: 0,
        })
    }

    fn descr(&mut self) -> Result<(Kind, bool), Wrong> {
        self.space();
        match self.text.get(self.at) {
            Some(b'[') => {
                Err(Wrong::file("its entries are records, of which each has several fields")
                    .hint("write the fields as arrays of their own"))
            }
            Some(b'(') => Err(Wrong::file("its entries are tuples or arrays themselves")
                .hint("write one array of numbers")),
            _ => kind(&self.string()?),
        }
    }

    fn truth(&mut self) -> Result<bool, Wrong> {
        self.space();
        for (word, value) in [(&b"True"[..], true), (b"False", false)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected())
    }

    fn shape(&mut self) -> Result<Vec<u64>, Wrong> {
        self.expect(b'(')?;
        let mut shape = Vec::new();
        while !self.eat(b')') {
            shape.push(self.whole()?);
            if shape.len() > MOST_AXES {
                return Err(broken(format!("it has more than {MOST_AXES} axes")));
            }
            if !self.eat(b',') {
                self.expect(b')')?;
                // In Python `(2)` is no tuple but a number.
                if shape.len() == 1 {
                    return Err(broken("its shape is a number, and no tuple"));
                }
                break;
            }
        }
        Ok(shape)
    }

    fn whole(&mut self) -> Result<u64, Wrong> {
        self.space();
        let rest = &self.text[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..digits]).ok().and_then(|text| text.parse().ok());
        let number = number.ok_or_else(|| self.unexpected())?;
        self.at += digits;
        // Python 2 marked long integers.
        self.at += usize::from(self.text.get(self.at) == Some(&b'L'));
        Ok(number)
    }

    fn string(&mut self) -> Result<String, Wrong> {
        self.space();
        let quote = match self.text.get(self.at) {
            Some(quote @ (b'\'' | b'"')) => *quote,
            _ => return Err(self.unexpected()),
        };
        let rest = &self.text[self.at + 1..];
        let length = rest.iter().position(|byte| *byte == quote);
        let length = length.ok_or_else(|| broken("a text in its header does not end"))?;
        self.at += length + 2;
        Ok(String::from_utf8_lossy(&rest[..length]).into_owned())
    }

    fn space(&mut self) {
        self.at +=
            self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn eat(&mut self, wanted: u8) -> bool {
        self.space();
        let found = self.text.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Wrong> {
        if self.eat(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Wrong {
        let rest = String::from_utf8_lossy(&self.text[self.at..self.text.len().min(self.at + 20)]);
        match rest.trim_end() {
            "" => broken("its header ends too soon"),
            rest => broken(format!("its header cannot be read from `{}` on", quoted(rest))),
        }
    }
}

/// The type of the entries, and whether the first byte weighs most.
fn kind(descr: &str) -> Result<(Kind, bool), Wrong> {
    let (order, name) = match descr.as_bytes() {
        [order @ (b'<' | b'>' | b'=' | b'|'), ..] => (*order, &descr[1..]),
        _ => (b'=', descr),
    };
    let big_endian = match order {
        b'<' => false,
        b'>' => true,
        _ => cfg!(target_endian = "big"),
    };
    let letter = name.chars().next().unwrap_or(' ');
    let digits = name.get(letter.len_utf8()..).unwrap_or_default();
    let size: Option<usize> = digits.parse().ok();
    let refused = |what: &str, hint: &'static str| {
        Err(Wrong::file(format!("its entries are {what} (`{}`)", quoted(descr))).hint(hint))
    };
    let kind = match (letter, size) {
        ('f', Some(size @ (2 | 4 | 8))) => Kind::Float(size),
        ('i', Some(size @ (1 | 2 | 4 | 8))) => Kind::Int(size),
        ('u', Some(size @ (1 | 2 | 4 | 8))) => Kind::Uint(size),
        ('b', Some(1)) => Kind::Bool,
        ('f', Some(10 | 12 | 16)) => {
            return refused(
                "in extended precision",
                "convert it with `.astype(float)`, which rounds",
            );
        }
        ('c', Some(8 | 16 | 20 | 24 | 32)) => {
            return refused(
                "complex numbers",
                "write real and imaginary parts, `.real` and `.imag`",
            );
        }
        ('O', _) => {
            return refused(
                "Python objects, stored as a pickle, which is a program and is not run",
                "convert it with `.astype(float)`",
            );
        }
        ('S' | 'U' | 'a', _) => return refused("text", "convert it with `.astype(float)`"),
        ('M', _) => return refused("dates", "convert them to numbers, as days since the first"),
        ('m', _) => {
            return refused("durations", "divide by a unit, as `a / numpy.timedelta64(1, 's')`");
        }
        ('V', Some(2)) => {
            return refused(
                "raw bytes, as NumPy stores bfloat16, whose name is lost",
                "convert it with `.astype('float32')` before it is saved",
            );
        }
        ('V', _) => {
            return refused(
                "raw bytes, whose meaning is not stored",
                "convert it to numbers before it is saved",
            );
        }
        _ => {
            return refused(
                "of an unknown type",
                "types read are float64, float32, float16, integers and bool",
            );
        }
    };
    Ok((kind, big_endian))
}

/// The bytes up to the first entry, as NumPy writes them.
pub fn text(descr: &str, axes: &[usize]) -> Result<Vec<u8>, Wrong> {
    let sizes: Vec<String> = axes.iter().map(usize::to_string).collect();
    let comma = if axes.len() == 1 { "," } else { "" };
    let mut text = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        sizes.join(", ")
    );
    // Entries begin at a multiple of 64 bytes, behind a line break.
    let begun = MAGIC.len() + 4 + text.len() + 1;
    text.push_str(&" ".repeat(begun.next_multiple_of(64) - begun));
    text.push('\n');
    let length =
        u16::try_from(text.len()).map_err(|_| Wrong::unwritable("the array has too many axes"))?;
    Ok([&MAGIC[..], &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat())
}
