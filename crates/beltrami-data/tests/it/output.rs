//! Files that are written: what stands at a name is kept or replaced whole, and what was written reads back.

use std::fs;
use std::path::{Path, PathBuf};

use beltrami_data::{ARRAY, ARRAYS, Array, ArrayView, Dtype, Format, Output, Reader, bf16, f16};

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn output(path: &Path) -> Output {
    Output::new("out", path, ARRAY).unwrap_or_else(|error| panic!("{error}"))
}

fn number(path: &Path) -> f64 {
    let text = path.to_str().expect("a name");
    Reader::default().array("x", text).unwrap_or_else(|error| panic!("{error}")).to_f64()[0]
}

fn write(path: &Path, x: f64) -> Result<(), String> {
    let array = Array::number(x);
    output(path).arrays(&[("x", array.view())]).map_err(|error| error.to_string())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_format_and_type_reads_back() {
    let here = folder("data-formats");
    let halves: Vec<f16> = (0..6).map(|k| f16::from_f32(0.1 * k as f32)).collect();
    let singles: Vec<f32> = (0..6).map(|k| 0.1 * k as f32).collect();
    let doubles: Vec<f64> = vec![0.1, -2e300, 1e-300, 4.0, 5.0, f64::MIN_POSITIVE];
    let arrays = [
        Array::new(vec![2, 3], halves).expect("six"),
        Array::new(vec![2, 3], singles).expect("six"),
        Array::new(vec![2, 3], doubles).expect("six"),
    ];
    for ending in ["npy", "npz", "csv"] {
        for array in &arrays {
            let path = here.join(format!("a.{ending}"));
            output(&path).arrays(&[("A", array.view())]).expect("it is written");
            let read = Reader::default().array("A", path.to_str().expect("a name")).expect("whole");
            assert_eq!(read.shape(), array.shape());
            if ending == "csv" {
                assert_eq!(read.dtype(), Dtype::F64);
                let as_stored = |x: &f64| match array.dtype() {
                    Dtype::F32 => f64::from(*x as f32),
                    _ => *x,
                };
                let read: Vec<f64> = read.to_f64().iter().map(as_stored).collect();
                assert_eq!(read, array.to_f64()[..]);
            } else {
                assert_eq!(&read, array, "{ending}");
            }
        }
    }
    let brain = Array::list(vec![bf16::ONE]);
    let refused = output(&here.join("b.npy")).arrays(&[("b", brain.view())]).expect_err("no type");
    assert_eq!(refused.diagnostics()[0].code.id, "E0703");
    assert_eq!(names(&here), ["a.csv", "a.npy", "a.npz"]);
}

#[test]
fn columns_first_are_rows_first_after_reading() {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n";
    let length = (header.len() as u16).to_le_bytes();
    let data: Vec<u8> = [1.0_f32, 4.0, 2.0, 5.0, 3.0, 6.0].map(f32::to_le_bytes).concat();
    let bytes = [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), &data].concat();
    let array = Reader::default().array_in("A", Format::Npy, &bytes).expect("it is whole");
    let expected = Array::new(vec![2, 3], vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(array, expected.expect("six entries"));
}

#[test]
fn a_name_says_the_format_or_is_refused() {
    let here = folder("data-names");
    let refused = |path: &str, formats: &[Format]| {
        let refused = Output::new("the picture", &here.join(path), formats).expect_err(path);
        refused.diagnostics()[0].message.clone()
    };
    assert!(refused("a.txt", ARRAY).ends_with("is neither a .npy, a .npz nor a .csv file"));
    assert!(refused("a.npy", ARRAYS).ends_with("is no .npz file"));
    assert!(refused("a.json", &[Format::Text]).contains("another format than text"));
    assert!(refused("a", &[Format::Svg, Format::Png]).starts_with("`the picture "));
    let one = Array::number(1.0);
    let two = [("a", one.view()), ("b", one.view())];
    let refused = output(&here.join("a.npy")).arrays(&two).expect_err("one array");
    assert_eq!(refused.diagnostics()[0].code.id, "E0702");
    let cube = ArrayView::new(&[1, 1, 2], &[1.0, 2.0][..]).expect("two entries");
    let refused = output(&here.join("a.csv")).arrays(&[("a", cube)]).expect_err("no table");
    assert!(refused.to_string().contains("1×1×2"), "{refused}");
    assert!(
        write(&here.join("none/a.npy"), 1.0).expect_err("no folder").contains("no such folder")
    );
    assert!(names(&here).is_empty());
}

#[test]
fn a_part_that_was_left_is_removed() {
    let here = folder("data-part");
    let part = here.join(".o.npy.beltrami-part");
    fs::write(&part, "left by a writer that was killed").expect("it is written");
    write(&here.join("o.npy"), 2.0).expect("the part is stale");
    assert_eq!(names(&here), ["o.npy"]);
    fs::create_dir(&part).expect("a folder");
    assert!(write(&here.join("o.npy"), 3.0).expect_err("a folder").contains("in the way"));
    assert_eq!(number(&here.join("o.npy")), 2.0);
    fs::remove_dir(&part).expect("it is ours");
    let long = format!("{}.npy", "n".repeat(250));
    write(&here.join(&long), 1.0).expect("a shorter name is found for the part");
    assert_eq!(names(&here), [long.as_str(), "o.npy"]);
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_file_that_is_written_and_its_mode_is_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let here = folder("data-links");
    let real = here.join("real.npy");
    write(&real, 1.0).expect("it is written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).expect("it is ours");
    symlink("real.npy", here.join("a.npy")).expect("a link");
    symlink("a.npy", here.join("b.npy")).expect("a link");
    symlink("new.npy", here.join("open.npy")).expect("a link");
    symlink("round.npy", here.join("round.npy")).expect("a link");
    write(&here.join("b.npy"), 2.0).expect("a link to a link");
    write(&here.join("open.npy"), 3.0).expect("a link to nothing yet");
    assert_eq!((number(&real), number(&here.join("new.npy"))), (2.0, 3.0));
    assert!(here.join("b.npy").is_symlink());
    assert_eq!(fs::metadata(&real).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert!(write(&here.join("round.npy"), 4.0).expect_err("a circle").contains("circle"));
}
