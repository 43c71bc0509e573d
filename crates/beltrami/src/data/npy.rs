//! NumPy's arrays: the entries behind a header.

mod header;

use std::io::{ErrorKind, Read};

use beltrami_diag::codes;
use half::f16;

use self::header::Header;
use super::Array;
use super::budget::{Budget, reserve};
use super::wrong::Wrong;

/// Bytes that are decoded at once; every size of an entry divides it.
const BLOCK: usize = 1 << 16;

/// Where an array lies.
pub struct Extent {
    /// Bytes of header and entries together, where something beside the header says it.
    pub size: Option<u64>,
    /// Bytes that are there for certain; no more is reserved before it is read.
    pub certain: u64,
}

/// Reads an array, and that nothing follows it.
pub fn array(source: &mut dyn Read, extent: &Extent, budget: &mut Budget) -> Result<Array, Wrong> {
    let header = Header::read(source)?;
    if header.shape.len() > 2 {
        return Err(Wrong {
            code: &codes::E0602,
            reason: format!("it has {} axes, and names have at most two", header.shape.len()),
            hint: "reshape it to a matrix or a vector".into(),
        });
    }
    let size = header.kind.size();
    let claimed = header.shape.iter().try_fold(size as u64, |n, axis| n.checked_mul(*axis));
    let there = extent.size.map(|size| size.saturating_sub(header.length));
    if there.is_some_and(|there| claimed.is_none_or(|claimed| claimed > there)) {
        return Err(shorter());
    }
    if there.is_some_and(|there| claimed.is_some_and(|claimed| claimed < there)) {
        return Err(longer());
    }
    let count = budget.take(&header.shape)?;
    let mut entries: Vec<f64> = Vec::new();
    if (count * size) as u64 <= extent.certain {
        reserve(&mut entries, count)?;
    }
    let mut block = vec![0; BLOCK.min(count * size)];
    while entries.len() < count {
        let bytes = &mut block[..BLOCK.min((count - entries.len()) * size)];
        source.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => shorter(),
            _ => Wrong::system(&error),
        })?;
        reserve(&mut entries, bytes.len() / size)?;
        decode(bytes, &header, &mut entries)?;
    }
    // To the end: an archive compares its checksum there.
    match source.read(&mut [0]) {
        Ok(0) => {}
        Ok(_) => return Err(longer()),
        Err(error) => return Err(Wrong::system(&error)),
    }
    let axes: Vec<usize> = header.shape.iter().map(|n| *n as usize).collect();
    let entries = match axes[..] {
        [rows, cols] if header.fortran => by_rows(&entries, rows, cols)?,
        _ => entries,
    };
    let single = matches!(header.kind, Kind::Float(2 | 4));
    Ok(Array { axes, entries, literal: false, single })
}

fn shorter() -> Wrong {
    Wrong::file("it is shorter than its header says")
}

fn longer() -> Wrong {
    Wrong::file("it is longer than its header says")
        .hint("save one array a file, or several with `numpy.savez`")
}

/// What entries are; the numbers are sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Float(usize),
    Int(usize),
    Uint(usize),
    Bool,
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Kind::Float(size) | Kind::Int(size) | Kind::Uint(size) => size,
            Kind::Bool => 1,
        }
    }
}

/// Appends the numbers that the bytes stand for.
fn decode(bytes: &[u8], header: &Header, entries: &mut Vec<f64>) -> Result<(), Wrong> {
    let size = header.kind.size();
    for chunk in bytes.chunks_exact(size) {
        let mut word = [0; 8];
        word[..size].copy_from_slice(chunk);
        if header.big_endian {
            word[..size].reverse();
        }
        let bits = u64::from_le_bytes(word);
        let whole = |value: i128| {
            let x = value as f64;
            if x as i128 == value {
                return Ok(x);
            }
            Err(Wrong::file(format!(
                "its entry {} is {value}, which double precision does not hold",
                entries.len() + 1
            ))
            .hint("convert it with `.astype(float)`, which rounds"))
        };
        let x = match header.kind {
            Kind::Float(8) => f64::from_bits(bits),
            Kind::Float(4) => f64::from(f32::from_bits(bits as u32)),
            Kind::Float(_) => f64::from(f16::from_bits(bits as u16)),
            Kind::Int(size) => {
                let unused = 64 - 8 * size as u32;
                whole(i128::from((bits << unused) as i64 >> unused))?
            }
            Kind::Uint(_) => whole(i128::from(bits))?,
            Kind::Bool if bits <= 1 => bits as f64,
            Kind::Bool => {
                return Err(Wrong::file(format!(
                    "its entry {} is {bits}, and truth values are 0 and 1",
                    entries.len() + 1
                )));
            }
        };
        entries.push(x);
    }
    Ok(())
}

/// What was stored column by column.
fn by_rows(columns: &[f64], rows: usize, cols: usize) -> Result<Vec<f64>, Wrong> {
    let mut entries = Vec::new();
    reserve(&mut entries, columns.len())?;
    entries.extend((0..columns.len()).map(|k| columns[(k % cols) * rows + k / cols]));
    Ok(entries)
}

/// A number as NumPy stores it.
pub trait Entry: Copy {
    /// The type in a header.
    const DESCR: &'static str;
    /// Appends the bytes.
    fn store(self, bytes: &mut Vec<u8>);
}

impl Entry for f64 {
    const DESCR: &'static str = "<f8";
    fn store(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

impl Entry for f32 {
    const DESCR: &'static str = "<f4";
    fn store(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }
}

/// An array as the bytes of a `.npy` file; fails where there are not as many entries as the axes say.
pub fn npy<T: Entry>(axes: &[usize], entries: &[T]) -> std::io::Result<Vec<u8>> {
    if axes.iter().product::<usize>() != entries.len() {
        let message = format!("{} entries are no array of axes {axes:?}", entries.len());
        return Err(std::io::Error::new(ErrorKind::InvalidInput, message));
    }
    let mut bytes = header::text(T::DESCR, axes)?;
    bytes.reserve(size_of_val(entries));
    entries.iter().for_each(|entry| entry.store(&mut bytes));
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Array, Wrong> {
        let extent = Extent { size: Some(bytes.len() as u64), certain: bytes.len() as u64 };
        array(&mut &bytes[..], &extent, &mut Budget::default())
    }

    fn stored(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        let length = u16::try_from(header.len()).expect("it is short").to_le_bytes();
        [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), data].concat()
    }

    fn entries(descr: &str, data: &[u8]) -> Result<Vec<f64>, String> {
        let size = descr[2..].parse().unwrap_or(1).max(1);
        let shape = format!("({},)", data.len() / size);
        parse(&stored(descr, "False", &shape, data)).map(|a| a.entries).map_err(|w| w.reason)
    }

    #[test]
    fn arrays_survive_a_round_trip() {
        let bytes = npy(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).expect("six entries");
        assert_eq!(bytes.len(), 128 + 48);
        let array = parse(&bytes).expect("it was written");
        assert_eq!((array.axes, array.entries), (vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        let number = parse(&npy(&[], &[2.5_f32]).expect("one entry")).expect("it was written");
        assert_eq!((number.axes, number.entries, number.single), (vec![], vec![2.5], true));
        assert!(npy(&[2], &[1.0]).is_err());
    }

    #[test]
    fn every_type_of_number_is_read_in_either_order_of_bytes() {
        assert_eq!(
            entries("<f2", &f16::from_f64(0.1).to_le_bytes()),
            Ok(vec![0.099_975_585_937_5])
        );
        assert_eq!(entries(">f2", &f16::MAX.to_be_bytes()), Ok(vec![65504.0]));
        assert_eq!(entries(">f4", &1.5_f32.to_be_bytes()), Ok(vec![1.5]));
        assert_eq!(entries("=f8", &1e300_f64.to_ne_bytes()), Ok(vec![1e300]));
        assert_eq!(entries("|i1", &[255, 127]), Ok(vec![-1.0, 127.0]));
        assert_eq!(entries("|u1", &[255, 127]), Ok(vec![255.0, 127.0]));
        assert_eq!(entries(">i2", &(-300_i16).to_be_bytes()), Ok(vec![-300.0]));
        assert_eq!(entries("<u2", &65535_u16.to_le_bytes()), Ok(vec![65535.0]));
        assert_eq!(entries("<i4", &i32::MIN.to_le_bytes()), Ok(vec![-2147483648.0]));
        assert_eq!(entries(">u4", &u32::MAX.to_be_bytes()), Ok(vec![4294967295.0]));
        assert_eq!(entries("<i8", &i64::MIN.to_le_bytes()), Ok(vec![-(2.0_f64.powi(63))]));
        assert_eq!(entries("<u8", &(1_u64 << 63).to_le_bytes()), Ok(vec![2.0_f64.powi(63)]));
        assert_eq!(entries("|b1", &[0, 1]), Ok(vec![0.0, 1.0]));
        let columns = stored(
            "<f4",
            "True",
            "(2, 3)",
            &[1.0_f32, 4.0, 2.0, 5.0, 3.0, 6.0].map(f32::to_le_bytes).concat(),
        );
        assert_eq!(parse(&columns).expect("an array").entries, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for (descr, data, words) in [
            ("<i8", ((1_i64 << 53) + 1).to_le_bytes(), "9007199254740993"),
            ("<i8", i64::MAX.to_le_bytes(), "9223372036854775807"),
            ("<u8", u64::MAX.to_le_bytes(), "18446744073709551615"),
            ("|b1", [1, 0, 2, 0, 0, 0, 0, 0], "entry 3 is 2"),
        ] {
            let reason = entries(descr, &data).expect_err(descr);
            assert!(reason.contains(words), "{descr}: {reason}");
        }
    }

    #[test]
    fn what_is_no_array_of_numbers_is_refused_by_its_kind() {
        for (descr, words) in [
            ("<c16", "complex numbers (`<c16`)"),
            ("|O", "Python objects"),
            ("<U3", "text"),
            ("|S3", "text"),
            ("<M8[ns]", "dates"),
            ("<m8[s]", "durations"),
            ("|V2", "bfloat16"),
            ("|V5", "raw bytes"),
            ("<f16", "extended precision"),
            ("<q3", "unknown type"),
            ("", "unknown type"),
            ("<f3", "unknown type"),
            ("f", "unknown type"),
        ] {
            let bytes = stored(descr, "False", "(1,)", &[0; 16]);
            let reason = parse(&bytes).expect_err(descr).reason;
            assert!(reason.contains(words), "{descr}: {reason}");
        }
        let records = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }";
        let text = [&b"\x93NUMPY\x01\x00\x41\x00"[..], records.as_bytes()].concat();
        assert!(parse(&text).expect_err("records").reason.contains("records"));
        assert!(parse(b"\x80\x04\x95pickled").expect_err("a pickle").reason.contains("pickle"));
        assert!(parse(b"PK\x03\x04 and on").expect_err("an archive").reason.contains("archive"));
    }

    #[test]
    fn a_header_that_claims_too_much_or_too_little_is_refused() {
        let whole = npy(&[2], &[1.0, 2.0]).expect("two entries");
        let reason = |bytes: &[u8]| parse(bytes).expect_err("it is not whole").reason;
        assert!(reason(&whole[..whole.len() - 1]).contains("shorter"));
        assert!(reason(&[&whole[..], &[0]].concat()).contains("longer"));
        assert!(reason(b"\x93NUMPY").contains("no NumPy array"));
        assert!(reason(b"").contains("no NumPy array"));
        assert!(reason(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{").contains("4294967295 bytes"));
        assert!(reason(b"\x93NUMPY\x04\x00\x10\x00{").contains("version 4.0"));
        for shape in [
            "(4611686018427387905, 4)",
            "(0, 99999999999999999999)",
            "(-1,)",
            "(1, True)",
            "(2)",
            "2",
            "[2]",
        ] {
            reason(&stored("<f8", "False", shape, &[0; 32]));
        }
        // Nothing says how long a pipe is.
        let claim = stored("<f8", "False", "(1000000000000,)", &[0; 32]);
        let pipe = Extent { size: None, certain: 0 };
        let wrong = array(&mut &claim[..], &pipe, &mut Budget::default()).expect_err("too much");
        assert!(wrong.reason.contains("at most"), "{}", wrong.reason);
        let short = stored("<f8", "False", "(100000000,)", &[0; 32]);
        let wrong = array(&mut &short[..], &pipe, &mut Budget::default()).expect_err("too short");
        assert!(wrong.reason.contains("shorter"), "{}", wrong.reason);
    }

    #[test]
    fn nested_brackets_and_long_texts_cost_nothing() {
        let long = "x".repeat(60_000);
        for descr in
            ["[".repeat(30_000), "(".repeat(30_000), format!("'{long}'"), format!("'{long}")]
        {
            let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (1,), }}");
            let length = (header.len() as u16).to_le_bytes();
            let bytes = [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes()].concat();
            let reason = parse(&bytes).expect_err("no type").reason;
            assert!(reason.chars().count() < 200, "{reason}");
        }
    }
}
