//! Damaged files: an answer or a refusal for each, in bounded time and memory.
//!
//! `BELTRAMI_CASES=100000 BELTRAMI_SEED=1 cargo test --release -p beltrami-data --test it damage::` is the long run; `BELTRAMI_LONG` asks
//! for as many.

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use beltrami_data::{ArrayView, Entries, Format, Reader};
use beltrami_diag::render;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Files of a usual run, and of a long one.
const CASES: u64 = 3_000;
const LONG: u64 = 100_000;
/// Longer than this is a hang: the files have kilobytes.
const SLOW: Duration = Duration::from_secs(2);
/// Bytes beside what is proportional to the file: tables of the archive's decoder, and a block.
const MEMORY: u64 = 4 << 20;
/// Characters of a message, whatever the file holds.
const MOST_OF_A_MESSAGE: usize = 1_000;

/// A file before it is damaged.
struct Original {
    format: Format,
    bytes: Vec<u8>,
}

fn npy<'a>(axes: &'a [usize], entries: impl Into<Entries<'a>>) -> Vec<u8> {
    let view = ArrayView::new(axes, entries).expect("as many entries");
    beltrami_data::npy(view).expect("NumPy has the type")
}

fn stored(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    let length = u16::try_from(header.len()).expect("it is short").to_le_bytes();
    [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), data].concat()
}

fn arrays() -> Vec<Vec<u8>> {
    let data: Vec<u8> = (0..96).collect();
    let mut arrays = vec![
        npy(&[3, 4], &[1.5; 12][..]),
        npy(&[5], &[0.25_f32; 5][..]),
        npy(&[], &[1.0_f64][..]),
        npy(&[0, 7], &[0.0_f64; 0][..]),
        stored("'<f8'", "True", "(3, 4)", &data),
        stored("'>i4'", "False", "(24,)", &data),
        stored("'|b1'", "False", "(2,)", &[0, 1]),
        stored("[('a', '<f8'), ('b', [('c', '<i4')])]", "False", "(8,)", &data),
        stored("'|O'", "False", "(1,)", b"\x80\x04K\x01."),
        stored("'<U4'", "False", "(6,)", &data),
    ];
    // The second version has a longer length.
    let mut second = arrays[0].clone();
    second.splice(6..10, [2, 0, second[8], second[9], 0, 0]);
    arrays.push(second);
    arrays
}

fn packed(members: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (place, (name, bytes)) in members.iter().enumerate() {
        let options =
            SimpleFileOptions::default().compression_method(method).large_file(place % 2 == 0);
        archive.start_file(*name, options).expect("a name");
        archive.write_all(bytes).expect("memory takes all bytes");
    }
    archive.finish().expect("memory takes all bytes").into_inner()
}

fn originals() -> Vec<Original> {
    let arrays = arrays();
    let mut all: Vec<Original> =
        arrays.iter().map(|bytes| Original { format: Format::Npy, bytes: bytes.clone() }).collect();
    let members: [(&str, &[u8]); 3] =
        [("A.npy", &arrays[0]), ("x.npy", &arrays[1]), ("manifest.json", b"{}")];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        all.push(Original { format: Format::Npz, bytes: packed(&members, method) });
    }
    // Forty times as long as packed.
    let zeros = npy(&[100, 40], &[0.0; 4000][..]);
    let bomb = packed(&[("A.npy", &zeros)], CompressionMethod::Deflated);
    all.push(Original { format: Format::Npz, bytes: bomb });
    for text in [
        "1,2\n3,-4e1\n",
        "\u{feff}a;b\r\n1,5;2,5\r\n3;4\r\n",
        "# remark\nt\ty\n0\t1.5\n1\t2.5\n",
        "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n",
        ",x,y\n0,1,2\n1,3,4\n",
        "1\n2\n3\n",
        "x,y\n1,NA\n2,\n",
        "\"1,000\",2\n",
        "1|2|3\n4|5|6\n",
    ] {
        all.push(Original { format: Format::Csv, bytes: text.into() });
    }
    all
}

/// What is put into files: extremes, and what has a meaning somewhere.
const PIECES: &[&[u8]] = &[
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"99999999999999999999",
    b"4611686018427387904",
    b"1000000000",
    b"-1",
    b"0",
    b"'",
    b"\"",
    b"(((((((((((((((((((((((((((((((",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"{'descr': ",
    b"'<f8'",
    b"'<c16'",
    b"'|V2'",
    b"'shape': (",
    b"True",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"\x93NUMPY\x02\x00",
    b"../",
    b"A.npy",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"#",
    b"NaN",
    b"inf",
    b"1e999",
    b"1,000",
    b"x",
    b"\xc3",
];

fn damaged(originals: &[Original], rng: &mut ChaCha8Rng) -> (Format, Vec<u8>) {
    let original = &originals[rng.random_range(0..originals.len())];
    let mut bytes = original.bytes.clone();
    for _ in 0..rng.random_range(1..=4_u32) {
        damage(&mut bytes, originals, rng);
    }
    // An archive whose directory is whole, so that its members are met.
    if original.format == Format::Npy && rng.random_range(0..3_u32) == 0 {
        let method = match rng.random_range(0..2_u32) {
            0 => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        return (Format::Npz, packed(&[("A.npy", &bytes)], method));
    }
    (original.format, bytes)
}

fn damage(bytes: &mut Vec<u8>, originals: &[Original], rng: &mut ChaCha8Rng) {
    let place = |rng: &mut ChaCha8Rng, bytes: &[u8]| rng.random_range(0..=bytes.len());
    let (a, b) = (place(rng, bytes), place(rng, bytes));
    let (from, to) = (a.min(b), a.max(b));
    match rng.random_range(0..10_u32) {
        0 if !bytes.is_empty() => {
            let at = rng.random_range(0..bytes.len());
            bytes[at] ^= 1 << rng.random_range(0..8_u32);
        }
        1 if !bytes.is_empty() => {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = rng.random();
        }
        2 => bytes.truncate(from),
        3 => drop(bytes.drain(from..to.min(from + 16))),
        4 => {
            let part = bytes[from..to.min(from + 64)].to_vec();
            bytes.splice(to..to, part);
        }
        5 => {
            let other = &originals[rng.random_range(0..originals.len())].bytes;
            let begin = place(rng, other);
            bytes.truncate(from);
            bytes.extend_from_slice(&other[begin..]);
        }
        6 => {
            let piece = PIECES[rng.random_range(0..PIECES.len())];
            bytes.splice(from..from, piece.repeat(rng.random_range(1..=20)));
        }
        _ => {
            let piece = PIECES[rng.random_range(0..PIECES.len())];
            let end = bytes.len().min(from + piece.len());
            bytes.splice(from..end, piece.iter().copied());
        }
    }
}

/// Reads the file; what is wrong with the answer.
fn fault(format: Format, bytes: &[u8]) -> Option<String> {
    let begun = Instant::now();
    let mut found = Ok(None);
    let memory = allocation_counter::measure(|| {
        found = catch_unwind(AssertUnwindSafe(|| answer(format, bytes)));
    });
    let limit = MEMORY + 64 * bytes.len() as u64;
    match found {
        Err(_) => Some("it panics".into()),
        Ok(Some(fault)) => Some(fault),
        Ok(None) if begun.elapsed() > SLOW => Some(format!("it takes {:?}", begun.elapsed())),
        // A member may be as much longer than its archive as the best packing makes it.
        Ok(None) if format != Format::Npz && memory.bytes_max > limit => {
            Some(format!("it takes {} bytes", memory.bytes_max))
        }
        Ok(None) => None,
    }
}

fn answer(format: Format, bytes: &[u8]) -> Option<String> {
    match Reader::default().array_in("A", format, bytes) {
        Ok(array) => {
            let count: usize = array.shape().iter().product();
            let fault = || format!("{:?} has {} entries", array.shape(), array.len());
            (count != array.len()).then(fault)
        }
        Err(failure) => {
            let text = render::terminal(failure.diagnostics(), failure.sources(), false);
            let known = text.starts_with("error[E06");
            (!known || text.len() > MOST_OF_A_MESSAGE).then(|| format!("it says {text}"))
        }
    }
}

#[test]
fn damaged_files_are_answered_or_refused() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let usual = if std::env::var_os("BELTRAMI_LONG").is_some() { LONG } else { CASES };
    let cases = number("BELTRAMI_CASES").unwrap_or(usual);
    let first = number("BELTRAMI_SEED").unwrap_or(1);
    let originals = originals();
    for original in &originals {
        assert_eq!(fault(original.format, &original.bytes), None, "an original");
    }
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for seed in first..first + cases {
        let (format, bytes) = damaged(&originals, &mut ChaCha8Rng::seed_from_u64(seed));
        let begun = Instant::now();
        if let Some(fault) = fault(format, &bytes) {
            panic!("BELTRAMI_SEED={seed} BELTRAMI_CASES=1, {format:?}: {fault}\n{bytes:?}");
        }
        slowest = slowest.max(begun.elapsed());
        answered += u64::from(Reader::default().array_in("A", format, &bytes).is_ok());
    }
    println!("{cases} files from seed {first}: {answered} are arrays still, slowest {slowest:?}");
    // Damage that no file survives, or every file, would test nothing.
    assert!(cases < 1000 || (cases / 50..cases / 2).contains(&answered), "{answered}");
}
