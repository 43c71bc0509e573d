//! NumPy's arrays: the entries behind a header.

mod header;

use std::io::{ErrorKind, Read};

use beltrami_diag::{Error, codes};
use half::f16;

use self::header::Header;
use super::{Found, Request};
use crate::array::{Array, ArrayView, Entries, Storage};
use crate::budget::{Budget, reserve};
use crate::wrong::{Wrong, unwritable};

/// Bytes that are decoded at once; every size of an entry divides it.
const BLOCK: usize = 1 << 16;

/// Where an array lies.
pub struct Extent {
    /// Bytes of header and entries together, where something beside the header says it.
    pub size: Option<u64>,
    /// Bytes that are there for certain; no more is reserved before it is read.
    pub certain: u64,
}

/// The array of a file.
pub fn read(request: Request<'_>) -> Result<Found, Wrong> {
    let length = request.source.length();
    let extent = Extent { size: length, certain: length.unwrap_or(0) };
    let array = array(&mut request.source.forward(), &extent, request.budget)?;
    Ok(Found { array, remark: None })
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
    let certain = (count * size) as u64 <= extent.certain;
    let entries = Body { source, header: &header, count, certain };
    let storage = match header.kind {
        Kind::Float(4) => Storage::F32(entries.read(|_, bits| Ok(f32::from_bits(bits as u32)))?),
        Kind::Float(2) => Storage::F16(entries.read(|_, bits| Ok(f16::from_bits(bits as u16)))?),
        Kind::Float(_) => Storage::F64(entries.read(|_, bits| Ok(f64::from_bits(bits)))?),
        Kind::Int(size) => {
            let unused = 64 - 8 * size as u32;
            let signed = |bits: u64| (bits << unused) as i64 >> unused;
            Storage::F64(entries.read(|place, bits| whole(place, i128::from(signed(bits))))?)
        }
        Kind::Uint(_) => Storage::F64(entries.read(|place, bits| whole(place, i128::from(bits)))?),
        Kind::Bool => Storage::F64(entries.read(truth)?),
    };
    // To the end: an archive compares its checksum there.
    match source.read(&mut [0]) {
        Ok(0) => {}
        Ok(_) => return Err(longer()),
        Err(error) => return Err(Wrong::system(&error)),
    }
    Ok(Array::counted(header.shape.iter().map(|n| *n as usize).collect(), storage))
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

/// The entries behind a header.
struct Body<'a> {
    source: &'a mut dyn Read,
    header: &'a Header,
    count: usize,
    /// Whether they are there for certain.
    certain: bool,
}

impl Body<'_> {
    /// All of them, row by row; `of_bits` takes the place of an entry, from 1.
    fn read<T: Copy>(
        self,
        of_bits: impl Fn(usize, u64) -> Result<T, Wrong>,
    ) -> Result<Vec<T>, Wrong> {
        let size = self.header.kind.size();
        let mut entries: Vec<T> = Vec::new();
        if self.certain {
            reserve(&mut entries, self.count)?;
        }
        let mut block = vec![0; BLOCK.min(self.count * size)];
        while entries.len() < self.count {
            let bytes = &mut block[..BLOCK.min((self.count - entries.len()) * size)];
            self.source.read_exact(bytes).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => shorter(),
                _ => Wrong::system(&error),
            })?;
            reserve(&mut entries, bytes.len() / size)?;
            for chunk in bytes.chunks_exact(size) {
                let mut word = [0; 8];
                word[..size].copy_from_slice(chunk);
                if self.header.big_endian {
                    word[..size].reverse();
                }
                entries.push(of_bits(entries.len() + 1, u64::from_le_bytes(word))?);
            }
        }
        match self.header.shape[..] {
            [rows, cols] if self.header.fortran => by_rows(&entries, rows as usize, cols as usize),
            _ => Ok(entries),
        }
    }
}

fn whole(place: usize, value: i128) -> Result<f64, Wrong> {
    let x = value as f64;
    if x as i128 == value {
        return Ok(x);
    }
    let reason = format!("its entry {place} is {value}, which double precision does not hold");
    Err(Wrong::file(reason).hint("convert it with `.astype(float)`, which rounds"))
}

fn truth(place: usize, bits: u64) -> Result<f64, Wrong> {
    match bits {
        0 | 1 => Ok(bits as f64),
        _ => Err(Wrong::file(format!("its entry {place} is {bits}, and truth values are 0 and 1"))),
    }
}

/// What was stored column by column.
fn by_rows<T: Copy>(columns: &[T], rows: usize, cols: usize) -> Result<Vec<T>, Wrong> {
    let mut entries = Vec::new();
    reserve(&mut entries, columns.len())?;
    entries.extend((0..columns.len()).map(|k| columns[(k % cols) * rows + k / cols]));
    Ok(entries)
}

/// The only one of these arrays as the bytes of a file.
pub fn write(arrays: &[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Wrong> {
    let [(_, view)] = arrays else { return Err(Wrong::unwritable("a `.npy` file holds one")) };
    bytes(*view)
}

/// An array as the bytes of a `.npy` file.
///
/// # Errors
/// E0703 for entries that NumPy has no type for, and for more axes than it has.
pub fn npy(array: ArrayView<'_>) -> Result<Vec<u8>, Error> {
    bytes(array).map_err(unwritable)
}

pub(super) fn bytes(array: ArrayView<'_>) -> Result<Vec<u8>, Wrong> {
    fn stored<T: Copy, const N: usize>(
        descr: &str,
        axes: &[usize],
        entries: &[T],
        store: impl Fn(T) -> [u8; N],
    ) -> Result<Vec<u8>, Wrong> {
        let mut bytes = header::text(descr, axes)?;
        bytes.reserve(size_of_val(entries));
        entries.iter().for_each(|entry| bytes.extend(store(*entry)));
        Ok(bytes)
    }
    let axes = array.shape();
    match array.entries() {
        Entries::F64(entries) => stored("<f8", axes, entries, f64::to_le_bytes),
        Entries::F32(entries) => stored("<f4", axes, entries, f32::to_le_bytes),
        Entries::F16(entries) => stored("<f2", axes, entries, f16::to_le_bytes),
        Entries::Bf16(_) => Err(Wrong::unwritable("NumPy has no bfloat16")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Array, Wrong> {
        let extent = Extent { size: Some(bytes.len() as u64), certain: bytes.len() as u64 };
        array(&mut &bytes[..], &extent, &mut Budget::default())
    }

    fn file(axes: &[usize], entries: &[f64]) -> Vec<u8> {
        npy(ArrayView::new(axes, entries).expect("as many entries")).expect("NumPy has the type")
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
        parse(&stored(descr, "False", &shape, data)).map(Array::into_f64).map_err(|w| w.reason)
    }

    #[test]
    fn arrays_survive_a_round_trip() {
        let bytes = file(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(bytes.len(), 128 + 48);
        let array = parse(&bytes).expect("it was written");
        let entries = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(array, Array::counted(vec![2, 3], entries));
        let halves = vec![f16::from_f32(0.5), f16::MAX];
        for array in [Array::list(vec![2.5_f32, 1e-40]), Array::list(halves)] {
            let bytes = npy(array.view()).expect("NumPy has the type");
            assert_eq!(parse(&bytes).expect("it was written"), array);
        }
        let brain = npy(Array::list(vec![half::bf16::ONE]).view()).expect_err("no such type");
        assert_eq!(brain.diagnostics()[0].code.id, "E0703");
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
        assert_eq!(parse(&columns).expect("an array").to_f64()[..], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
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
        let whole = file(&[2], &[1.0, 2.0]);
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
