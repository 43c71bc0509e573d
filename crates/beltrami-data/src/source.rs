//! Where bytes come from, and how many of them are read.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use crate::budget::reserve;
use crate::wrong::Wrong;

/// Bytes of a stream, which is kept while it is read.
pub const MOST_OF_A_STREAM: u64 = 2 << 30;

/// A file, a stream, or bytes that are here already.
pub enum Source<'a> {
    /// With its length where it has one.
    File(File, Option<u64>),
    Bytes(&'a [u8]),
}

/// What can be read from any place.
pub trait Seekable: Read + Seek {}
impl<T: Read + Seek> Seekable for T {}

impl<'a> Source<'a> {
    /// The file, and its length where it has one.
    pub fn open(path: &str) -> Result<Source<'a>, Wrong> {
        let file = File::open(path).map_err(|error| Wrong::system(&error))?;
        let found = file.metadata().map_err(|error| Wrong::system(&error))?;
        if found.is_dir() {
            return Err(Wrong::system(&std::io::ErrorKind::IsADirectory.into()));
        }
        // The system's own files say that they are empty.
        let length = Some(found.len()).filter(|length| found.is_file() && *length > 0);
        Ok(Source::File(file, length))
    }

    /// The number of bytes, where it is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Source::File(_, length) => *length,
            Source::Bytes(bytes) => Some(bytes.len() as u64),
        }
    }

    /// The bytes from the beginning to the end.
    pub fn forward(self) -> Box<dyn Read + 'a> {
        match self {
            Source::File(file, _) => Box::new(BufReader::new(file)),
            Source::Bytes(bytes) => Box::new(bytes),
        }
    }

    /// The bytes in any order; of a stream all are read first.
    pub fn seekable(self) -> Result<Box<dyn Seekable + 'a>, Wrong> {
        Ok(match self {
            Source::File(file, Some(_)) => Box::new(BufReader::new(file)),
            Source::File(mut file, None) => {
                Box::new(Cursor::new(bounded(&mut file, MOST_OF_A_STREAM, 0)?))
            }
            Source::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        })
    }

    /// All bytes, refused where there are more than `most` of them in a file.
    pub fn whole(self, most: u64) -> Result<std::borrow::Cow<'a, [u8]>, Wrong> {
        match self {
            Source::File(mut file, length) => {
                Ok(bounded(&mut file, most, length.unwrap_or(0))?.into())
            }
            Source::Bytes(bytes) => Ok(bytes.into()),
        }
    }
}

/// The first bytes of a file, at most so many.
///
/// # Errors
/// Those of the system.
pub fn read_at_most(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// All bytes of a source, of which `certain` are there, and no more than `most`.
pub fn bounded(source: &mut dyn Read, most: u64, certain: u64) -> Result<Vec<u8>, Wrong> {
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
