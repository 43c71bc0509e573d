//! `beltrami svd`.

use std::path::Path;

use crate::command::{beltrami_in, folder, npy, write};
use beltrami::data::{Dtype, read};

/// `12×8` with the singular values 1, 1/2, … 1/8: a diagonal matrix between two reflections.
fn matrix() -> Vec<f64> {
    let reflected = |n: usize, i: usize, j: usize| {
        let square: usize = (1..=n).map(|k| k * k).sum();
        f64::from(u8::from(i == j)) - 2.0 * ((i + 1) * (j + 1)) as f64 / square as f64
    };
    let mut entries = Vec::new();
    for i in 0..12 {
        for j in 0..8 {
            entries.push(
                (0..8).map(|k| reflected(12, i, k) * reflected(8, k, j) / (k + 1) as f64).sum(),
            );
        }
    }
    entries
}

fn with_matrix(name: &str) -> std::path::PathBuf {
    let folder = folder(name);
    write(folder.join("a.npy"), npy(&[12, 8], &matrix()));
    folder
}

/// The root of the sum of `1/i²` from `from` to 8.
fn tail(from: u32) -> f64 {
    (from..=8).map(|i| 1.0 / f64::from(i * i)).sum::<f64>().sqrt()
}

#[test]
fn rules_keep_what_they_promise_and_report_the_tail() {
    let folder = with_matrix("svd-rules");
    let run = |arguments: &[&str]| {
        beltrami_in(&folder, &[&["svd", "a.npy", "--json"], arguments].concat()).json()
    };
    let whole = run(&[]);
    assert_eq!((&whole["rank"], &whole["shape"]), (&8.into(), &serde_json::json!([12, 8])));
    for (i, s) in whole["singular_values"].as_array().expect("values").iter().enumerate() {
        // Rounding of a factorisation of this size.
        assert!((s.as_f64().expect("a number") * (i + 1) as f64 - 1.0).abs() < 1e-13);
    }
    // Nothing is left out, and what rounding adds is bounded and not called nothing.
    let error = whole["error"].as_f64().expect("a number");
    assert!(error > 0.0 && error < 1e-13 && whole["evidence"] == "entries", "{whole}");
    let text = beltrami_in(&folder, &["svd", "a.npy"]).out;
    assert!(text.contains("error at most "), "{text}");
    let three = run(&["--rank", "3"]);
    assert_eq!(three["evidence"], "exact");
    assert!((three["error"].as_f64().expect("a number") - tail(4)).abs() < 1e-14);
    assert!(
        (three["relative_error"].as_f64().expect("a number") - tail(4) / tail(1)).abs() < 1e-14
    );
    assert_eq!(run(&["--rank", "99"])["rank"], 8);
    let none = run(&["--rank", "0"]);
    assert_eq!((&none["rank"], &none["singular_values"]), (&0.into(), &serde_json::json!([])));
    assert_eq!(run(&["--energy", "0.8"])["rank"], 2);
    assert_eq!(run(&["--energy", "1"])["rank"], 8);
    assert_eq!(run(&["--error", "0.3", "--norm", "spectral"])["rank"], 3);
    assert_eq!(run(&["--error", "0.2", "--norm", "spectral", "--absolute"])["rank"], 4);
    let found = run(&["--error", "0.3"]);
    let relative = found["relative_error"].as_f64().expect("a number");
    assert!(relative <= 0.3 && tail(3) / tail(1) > 0.3 && found["rank"] == 4, "{found}");
}

#[test]
fn random_vectors_find_the_same_and_repeat() {
    let folder = with_matrix("svd-random");
    let run = |seed: &str| {
        let arguments = ["svd", "a.npy", "--rank", "3", "--randomized", "--seed", seed, "--json"];
        beltrami_in(&folder, &arguments)
    };
    let found = run("1").json();
    assert_eq!(found["method"], "randomized block Krylov");
    let estimate = found["error_estimate"].as_f64().expect("a number");
    // Within 1 % of the error, which is known here, and not below it.
    assert!(estimate >= tail(4) * (1.0 - 1e-12) && estimate <= 1.01 * tail(4), "{found}");
    assert_eq!(run("1").out, run("1").out);
    assert_eq!(run("2").json()["rank"], 3);
}

#[test]
fn factors_are_written_as_numpy_has_them() {
    let folder = with_matrix("svd-out");
    let run = beltrami_in(&folder, &["svd", "a.npy", "--rank", "8", "--out", "f.npz"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let path = folder.join("f.npz");
    let arrays = read(path.to_str().expect("a name")).expect("an archive");
    let array =
        |name: &str| &arrays.iter().find(|given| given.name == name).expect("an array").array;
    let (u, s, vt) = (array("U"), array("S"), array("Vt"));
    assert_eq!((u.shape(), s.shape(), vt.shape()), (&[12, 8][..], &[8][..], &[8, 8][..]));
    let (u, s, vt) = (u.to_f64(), s.to_f64(), vt.to_f64());
    for (place, entry) in matrix().into_iter().enumerate() {
        let (i, j) = (place / 8, place % 8);
        let sum: f64 = (0..8).map(|k| u[8 * i + k] * s[k] * vt[8 * k + j]).sum();
        assert!((sum - entry).abs() < 1e-14);
    }
    // Nothing but the file is left behind.
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 2);
}

#[test]
fn pictures_take_the_place_of_the_line() {
    let folder = with_matrix("svd-plot");
    let run = beltrami_in(&folder, &["svd", "a.npy", "--rank", "3"]);
    assert!(run.out.lines().last().is_some_and(|line| line.contains('█')), "{}", run.out);
    for name in ["p.svg", "p.png"] {
        let run = beltrami_in(&folder, &["svd", "a.npy", "--rank", "3", "--plot", name]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(!run.out.contains('█'), "{}", run.out);
        let first = std::fs::read(folder.join(name)).expect("a picture");
        beltrami_in(&folder, &["svd", "a.npy", "--rank", "3", "--plot", name]);
        assert_eq!(first, std::fs::read(folder.join(name)).expect("a picture"));
    }
    let svg = std::fs::read_to_string(folder.join("p.svg")).expect("a picture");
    assert!(svg.starts_with("<svg") && svg.contains("3 of 8 kept"), "{svg}");
    assert!(std::fs::read(folder.join("p.png")).expect("a picture").starts_with(b"\x89PNG"));
}

#[test]
fn what_is_no_matrix_or_no_rule_is_refused() {
    let folder = with_matrix("svd-refused");
    write(folder.join("rows.npy"), npy(&[0, 3], &[0.0; 0][..]));
    write(folder.join("empty.npy"), npy(&[0], &[0.0; 0][..]));
    write(folder.join("number.npy"), npy(&[], &[1.0][..]));
    write(folder.join("cube.npy"), npy(&[1, 1, 2], &[1.0, 2.0][..]));
    write(folder.join("nan.npy"), npy(&[2, 2], &[1.0, 2.0, f64::NAN, 4.0][..]));
    write(folder.join("large.npy"), npy(&[1, 2], &[1.7e308, 1.7e308][..]));
    write(folder.join("text.npy"), "no array");
    write(folder.join("column.npy"), npy(&[3], &[1.0, 2.0, 2.0][..]));
    for (arguments, exit, code, words) in [
        (&["rows.npy"][..], 2, "E0602", "0×3"),
        (&["empty.npy"], 2, "E0602", "no matrix"),
        (&["number.npy"], 2, "E0602", "no matrix"),
        (&["cube.npy"], 2, "E0602", "3 axes"),
        (&["column.npy"], 2, "E0602", "no matrix"),
        (&["nan.npy"], 2, "E0605", "entry (2, 1)"),
        (&["large.npy"], 1, "E0503", "exceeds the largest number"),
        (&["text.npy"], 2, "E0603", "text.npy"),
        (&["missing.npy"], 2, "E0603", "no such file"),
        (&["a.txt"], 2, "E0603", "as NumPy writes them"),
        (&["a.npy", "--plot", "p.pdf"], 2, "E0701", ".svg"),
        (&["a.npy", "--plot", "p"], 2, "E0701", ".svg"),
        (&["a.npy", "--plot", "none/p.svg"], 2, "E0703", "no such folder"),
        (&["a.npy", "--out", "f.npy"], 2, "E0701", ".npz"),
        (&["a.npy", "--energy", "2"], 2, "E0701", "between 0 and 1"),
        (&["a.npy", "--energy", "nan"], 2, "E0701", "between 0 and 1"),
        (&["a.npy", "--error", "-1"], 2, "E0701", ""),
        (&["a.npy", "--randomized"], 2, "E0701", "--rank 50"),
        (&["a.npy", "--rank", "1", "--energy", "1"], 2, "E0702", ""),
        (&["a.npy", "--rank", "x"], 2, "E0701", "whole number"),
    ] {
        let run = beltrami_in(&folder, &[&["svd"], arguments].concat());
        println!("{arguments:?}");
        run.refuses(exit, code, words);
    }
    let clipped = beltrami_in(Path::new(&folder), &["svd", "a.npy", "--rank", "99"]);
    assert!(clipped.code == 0 && clipped.err.contains("there are 8 values"), "{}", clipped.err);
}

#[test]
fn single_precision_files_are_decomposed_in_single_precision() {
    let folder = folder("svd-single");
    let entries: Vec<f32> = matrix().iter().map(|x| *x as f32).collect();
    write(folder.join("a.npy"), npy(&[12, 8], &entries));
    let run = ["svd", "a.npy", "--out", "f.npz", "--json"];
    let found = beltrami_in(&folder, &run).json();
    assert_eq!(found["format"], "f32");
    for (i, s) in found["singular_values"].as_array().expect("values").iter().enumerate() {
        let s = s.as_f64().expect("a number");
        // Rounding of the entries and of the method, relative to the largest value.
        assert!((s - 1.0 / (i + 1) as f64).abs() < 1e-6);
        // Digits are read to a unit in the last place.
        assert!((s - f64::from(s as f32)).abs() <= f64::EPSILON * s);
    }
    let path = folder.join("f.npz");
    let arrays = read(path.to_str().expect("a name")).expect("an archive");
    assert!(arrays.len() == 3 && arrays.iter().all(|given| given.array.dtype() == Dtype::F32));
    let random = ["svd", "a.npy", "--rank", "2", "--randomized", "--json"];
    assert_eq!(beltrami_in(&folder, &random).json()["format"], "f64");
    write(folder.join("b.npy"), npy(&[12, 8], &matrix()));
    assert_eq!(beltrami_in(&folder, &["svd", "b.npy", "--json"]).json()["format"], "f64");
}
