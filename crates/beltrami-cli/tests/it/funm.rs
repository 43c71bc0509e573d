//! `beltrami funm`.

use std::path::{Path, PathBuf};

use crate::command::{Done, beltrami_in, folder, npy, write};
use beltrami::data::read;

/// A folder with matrices.
fn matrices(name: &str) -> PathBuf {
    let folder = folder(name);
    let save = |name: &str, axes: &[usize], entries: &[f64]| {
        write(folder.join(name), npy(axes, entries));
    };
    save("spd.npy", &[2, 2], &[5.0, 4.0, 4.0, 5.0]);
    save("unit.npy", &[2, 2], &[1.0, 0.0, 0.0, 1.0]);
    save("turn.npy", &[2, 2], &[0.0, -2.0, 2.0, 0.0]);
    save("negative.npy", &[2, 2], &[1.0, 0.0, 0.0, -1.0]);
    save("singular.npy", &[2, 2], &[1.0, 1.0, 1.0, 1.0]);
    save("tall.npy", &[3, 2], &[3.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
    save("nan.npy", &[2, 2], &[1.0, 0.0, f64::NAN, 1.0]);
    save("list.npy", &[4], &[1.0, 0.0, 0.0, 1.0]);
    save("large.npy", &[1, 1], &[1e3]);
    write(folder.join("broken.npy"), b"no array");
    folder
}

fn funm(folder: &Path, arguments: &[&str]) -> Done {
    beltrami_in(folder, &[&["funm"], arguments].concat())
}

/// Entries of nested rows.
fn entries(value: &serde_json::Value) -> Vec<f64> {
    let rows = value.as_array().unwrap_or_else(|| panic!("{value} has no rows"));
    rows.iter().flat_map(|row| row.as_array().expect("a row")).filter_map(|x| x.as_f64()).collect()
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (x, y) in found.iter().zip(expected) {
        assert!((x - y).abs() <= tolerance, "{found:?} is not {expected:?}");
    }
}

#[test]
fn every_function_has_its_value() {
    let folder = matrices("funm-values");
    // Eigenvalues 1 and 9; expected values written out. Tolerances are a few roundoffs of the largest entry.
    let ln3 = 9.0_f64.ln() / 2.0;
    let (e1, e9) = (1.0_f64.exp(), 9.0_f64.exp());
    let (c1, c9, s1, s9) = (1.0_f64.cos(), 9.0_f64.cos(), 1.0_f64.sin(), 9.0_f64.sin());
    let pair = |one: f64, nine: f64| {
        let (d, o) = (0.5 * (nine + one), 0.5 * (nine - one));
        vec![d, o, o, d]
    };
    for (function, p, expected) in [
        ("sqrtm", None, pair(1.0, 3.0)),
        ("logm", None, pair(0.0, 2.0 * ln3)),
        ("expm", None, pair(e1, e9)),
        ("cosm", None, pair(c1, c9)),
        ("sinm", None, pair(s1, s9)),
        ("msign", None, pair(1.0, 1.0)),
        ("root", Some("2"), pair(1.0, 3.0)),
        ("invroot", Some("2"), pair(1.0, 1.0 / 3.0)),
        ("invroot", Some("1"), pair(1.0, 1.0 / 9.0)),
    ] {
        let mut arguments = vec!["spd.npy", "--function", function, "--json"];
        arguments.extend(p.iter().flat_map(|p| ["--p", p]));
        let found = funm(&folder, &arguments).json();
        let tolerance = 1e-14 * expected[0].abs().max(1.0);
        assert_close(&entries(&found["value"]), &expected, tolerance);
        assert_eq!(found["function"], function);
        assert!(found["condition"].as_f64() > Some(0.0), "{found}");
        assert!(found["residual"].as_f64() < Some(1e-13), "{found}");
    }
    let turn = funm(&folder, &["turn.npy", "--function", "logm", "--json"]).json();
    let (half, ln2) = (std::f64::consts::FRAC_PI_2, 2.0_f64.ln());
    assert_close(&entries(&turn["value"]), &[ln2, -half, half, ln2], 1e-14);
    let text = funm(&folder, &["spd.npy", "--function", "sqrtm"]);
    assert!(
        text.out.starts_with("2") && text.err.contains("relative condition number"),
        "{text:?}"
    );
}

#[test]
fn directions_and_files() {
    let folder = matrices("funm-files");
    let along = ["spd.npy", "--function", "sqrtm", "--direction", "spd.npy"];
    // The root is homogeneous of degree 1/2, so that its derivative along A is half of it.
    let found = funm(&folder, &[&along[..], &["--json"]].concat()).json();
    assert_close(&entries(&found["derivative"]), &[1.0, 0.5, 0.5, 1.0], 1e-14);
    let run = funm(&folder, &[&along[..], &["--out", "f.npz"]].concat());
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    let path = folder.join("f.npz");
    let names: Vec<(String, Vec<f64>)> = read(path.to_str().expect("a name"))
        .expect("an archive")
        .into_iter()
        .map(|given| (given.name, given.array.into_f64()))
        .collect();
    assert_eq!([&names[0].0, &names[1].0], ["value", "derivative"]);
    assert_close(&names[0].1, &[2.0, 1.0, 1.0, 2.0], 1e-14);
    let run = funm(&folder, &["spd.npy", "--function", "sqrtm", "--out", "f.npy", "--json"]);
    assert!(run.json().get("value").is_none() && folder.join("f.npy").exists());
    funm(&folder, &[&along[..], &["--out", "f.npy"]].concat()).refuses(2, "E0702", "`.npz`");
    let text = ["spd.npy", "--function", "sqrtm", "--out", "f.txt"];
    funm(&folder, &text).refuses(2, "E0701", "neither");
    let nowhere = ["spd.npy", "--function", "sqrtm", "--out", "none/f.npy"];
    funm(&folder, &nowhere).refuses(2, "E0703", "no such folder");
}

#[test]
fn inverse_roots_come_in_every_format() {
    let folder = matrices("funm-formats");
    for (format, tolerance) in [("f64", 1e-14), ("f32", 1e-6), ("f16", 3e-3), ("bf16", 3e-2)] {
        let arguments =
            ["spd.npy", "--function", "invroot", "--p", "2", "--format", format, "--json"];
        let found = funm(&folder, &arguments).json();
        let third = 1.0 / 3.0;
        // About ten roundoffs of the format.
        let expected =
            [0.5 * (third + 1.0), 0.5 * (third - 1.0), 0.5 * (third - 1.0), 0.5 * (third + 1.0)];
        assert_close(&entries(&found["value"]), &expected, tolerance);
        assert_eq!(found["format"], format);
        assert!(found["residual"].as_f64() < Some(10.0 * tolerance), "{found}");
    }
}

#[test]
fn values_without_a_condition_say_why() {
    let folder = matrices("funm-conditions");
    let found = funm(&folder, &["singular.npy", "--function", "sqrtm", "--json"]).json();
    assert!(found["condition"].is_null(), "{found}");
    assert!(found["condition_reason"].as_str().is_some_and(|reason| reason.contains("rank")));
    let found = funm(&folder, &["unit.npy", "--function", "logm", "--json"]).json();
    assert!(found["condition_reason"].as_str().is_some_and(|reason| reason.contains("zero")));
}

#[test]
fn what_cannot_be_used_is_refused() {
    let folder = matrices("funm-refusals");
    let sqrtm = |file: &'static str| vec![file, "--function", "sqrtm"];
    for (arguments, exit, code, words) in [
        (sqrtm("tall.npy"), 2, "E0201", "3×2"),
        (sqrtm("nan.npy"), 2, "E0605", "entry (2, 1) is NaN"),
        (sqrtm("list.npy"), 2, "E0602", "no matrix"),
        (sqrtm("broken.npy"), 2, "E0603", "no NumPy array"),
        (sqrtm("none.npy"), 2, "E0603", "no such file"),
        (sqrtm("spd.txt"), 2, "E0603", "NumPy"),
        (sqrtm("negative.npy"), 1, "E0503", "negative"),
        (vec!["negative.npy", "--function", "logm"], 1, "E0503", "negative"),
        (vec!["singular.npy", "--function", "msign"], 1, "E0503", "rank is 1"),
        (vec!["large.npy", "--function", "expm"], 1, "E0503", "largest number"),
        (vec!["spd.npy", "--function", "root"], 2, "E0702", "needs a `--p`"),
        (vec!["spd.npy", "--function", "root", "--p", "0"], 2, "E0701", "p = 0"),
        (vec!["spd.npy", "--function", "root", "--p", "5000000000"], 2, "E0701", "from 1 to"),
        (vec!["spd.npy", "--function", "expm", "--p", "2"], 2, "E0702", "takes no `--p`"),
        (vec!["spd.npy", "--function", "expm", "--format", "f16"], 2, "E0702", "invroot"),
        (vec!["spd.npy", "--function", "expm", "--direction", "tall.npy"], 2, "E0602", "shape"),
        (vec!["spd.npy", "--function", "expm", "--direction", "nan.npy"], 2, "E0605", "NaN"),
        (
            vec!["turn.npy", "--function", "invroot", "--p", "2", "--format", "f16"],
            2,
            "E0604",
            "not symmetric",
        ),
        (
            vec!["negative.npy", "--function", "invroot", "--p", "2", "--format", "bf16"],
            1,
            "E0503",
            "did not converge",
        ),
        (
            vec!["singular.npy", "--function", "sqrtm", "--direction", "spd.npy"],
            1,
            "E0503",
            "rank is 1",
        ),
    ] {
        let run = funm(&folder, &arguments);
        println!("{arguments:?}");
        run.refuses(exit, code, words);
        assert!(run.err.contains("hint: "), "{run:?}");
    }
    let run = funm(&folder, &["spd.npy", "--function", "tan"]);
    assert!(run.code == 2 && run.err.contains("sqrtm"), "{run:?}");
}
