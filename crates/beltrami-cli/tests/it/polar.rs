//! `beltrami polar` and `beltrami clip`.

use std::path::{Path, PathBuf};

use crate::command::{Done, beltrami_in, folder, npy, write};

/// A folder with matrices.
fn matrices(name: &str) -> PathBuf {
    let folder = folder(name);
    let save = |name: &str, axes: &[usize], entries: &[f64]| {
        write(folder.join(name), npy(axes, entries));
    };
    // A rotation by 90° times diag(2, 3).
    save("turn.npy", &[2, 2], &[0.0, -3.0, 2.0, 0.0]);
    save("wide.npy", &[2, 3], &[4.0, 0.0, 0.0, 0.0, 0.25, 0.0]);
    save("rank.npy", &[2, 2], &[1.0, 1.0, 1.0, 1.0]);
    save("zero.npy", &[3, 2], &[0.0; 6]);
    save("empty.npy", &[0, 2], &[]);
    save("huge.npy", &[2, 2], &[1e300, 0.0, 0.0, -1e-5]);
    save("nan.npy", &[2, 2], &[1.0, 0.0, f64::NAN, 1.0]);
    save("list.npy", &[4], &[1.0, 0.0, 0.0, 1.0]);
    let spd: Vec<f64> = (0..900).map(|k| ((k * k + 3 * k) as f64).sin()).collect();
    save("wave.npy", &[30, 30], &spd);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Done {
    beltrami_in(folder, arguments)
}

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
fn the_polar_factor_comes_with_a_bound() {
    let folder = matrices("polar");
    let found = run(&folder, &["polar", "turn.npy", "--accuracy", "1e-12", "--json"]).json();
    assert_close(&entries(&found["value"]), &[0.0, -1.0, 1.0, 0.0], 1e-12);
    assert!(found["bound"].as_f64() <= Some(1e-12), "{found}");
    assert_eq!(found["rank"], 2);
    for field in ["method", "steps", "flops", "orthogonality_residual", "symmetry_residual"] {
        assert!(!found[field].is_null(), "{field} in {found}");
    }
    // The factor of the non-zero singular values.
    let found = run(&folder, &["polar", "rank.npy", "--json"]).json();
    assert_close(&entries(&found["value"]), &[0.5; 4], 1e-6);
    assert_eq!(found["rank"], 1);
    let found = run(&folder, &["polar", "zero.npy", "--json"]).json();
    assert_close(&entries(&found["value"]), &[0.0; 6], 0.0);
    assert_eq!((&found["rank"], &found["bound"]), (&0.into(), &0.0.into()));
    // Singular values 1e305 apart: the smaller one is no rounding of zero, as the scaled rows show.
    run(&folder, &["polar", "huge.npy"]).refuses(1, "E0503", "2 once rows and columns are scaled");
}

#[test]
fn schedules_and_formats_are_as_good_as_they_say() {
    let folder = matrices("polar-formats");
    let exact = entries(
        &run(&folder, &["polar", "wave.npy", "--accuracy", "1e-10", "--json"]).json()["value"],
    );
    for arguments in [
        &["--schedule", "polar-express"][..],
        &["--schedule", "muon", "--format", "bf16"],
        &["--schedule", "muon", "--format", "bf16", "--gram-side"],
        &["--schedule", "polar-express", "--gram-side", "--restart", "1,3"],
        &["--schedule", "deepseek-v4", "--format", "f16"],
        &["--accuracy", "1e-6", "--format", "bf16"],
        &["--accuracy", "1e-3", "--format", "f32"],
        &["--accuracy", "1e-3"],
    ] {
        let all = [&["polar", "wave.npy", "--json"], arguments].concat();
        let found = run(&folder, &all).json();
        let bound = found["bound"].as_f64().expect("proved");
        let squares: f64 =
            entries(&found["value"]).iter().zip(&exact).map(|(x, y)| (x - y).powi(2)).sum();
        let error = (squares / 30.0).sqrt();
        assert!(error <= bound + 1e-10, "{arguments:?}: {error} beyond {bound}");
        assert!(bound <= 20.0 * error + 1e-6, "{arguments:?}: {bound} for {error}");
    }
    // A designed schedule goes from one command to the other.
    let designed =
        run(&folder, &["schedule", "--steps", "4", "--degree", "9", "--lower", "1e-4", "--json"]);
    write(folder.join("steps.json"), designed.out.as_bytes());
    let found = run(&folder, &["polar", "wave.npy", "--schedule", "steps.json", "--json"]).json();
    assert_eq!(found["steps"], 4);
}

#[test]
fn singular_values_are_clipped() {
    let folder = matrices("clip");
    let clipped = |arguments: &[&str]| {
        entries(
            &run(&folder, &[&["clip", "wide.npy", "--json"], arguments].concat()).json()["value"],
        )
    };
    assert_close(&clipped(&["--min", "0", "--max", "1"]), &[1.0, 0.0, 0.0, 0.0, 0.25, 0.0], 1e-14);
    assert_close(&clipped(&["--min", "0.5", "--max", "2"]), &[2.0, 0.0, 0.0, 0.0, 0.5, 0.0], 1e-14);
    for form in ["nested", "denested", "cancelling", "block", "auto"] {
        let found = run(
            &folder,
            &[
                "clip", "wide.npy", "--min", "-1", "--max", "1", "--form", form, "--format", "f32",
                "--json",
            ],
        )
        .json();
        let squares: f64 = entries(&found["value"])
            .iter()
            .zip([1.0, 0.0, 0.0, 0.0, 0.25, 0.0])
            .map(|(x, y)| (x - y) * (x - y))
            .sum();
        let bound = found["bound"].as_f64().expect("proved");
        assert!(squares.sqrt() <= bound && bound < 0.05, "{form}: {} {bound}", squares.sqrt());
    }
}

#[test]
fn restarts_are_steps_of_the_gram_side() {
    let folder = matrices("polar-gram");
    let asked = ["polar", "wave.npy", "--schedule", "muon"];
    let refused = |arguments: &[&str]| run(&folder, &[&asked, arguments].concat()).err;
    let text = refused(&["--gram-side", "--restart", "3,1"]);
    assert!(text.contains("E0701") && text.contains("ascending"), "{text}");
    assert!(refused(&["--gram-side", "--restart", "0,1"]).contains("E0701"));
    assert!(refused(&["--restart", "2"]).contains("--gram-side"));
}

#[test]
fn what_cannot_be_used_is_refused() {
    let folder = matrices("polar-refused");
    for (arguments, code, words) in [
        (&["polar", "nan.npy"][..], "E0605", "entry (2, 1)"),
        (&["polar", "list.npy"], "E0602", "two axes"),
        (&["polar", "none.npy"], "E0603", "no such file"),
        (&["polar", "turn.npy", "--accuracy", "0"], "E0701", "positive number"),
        (&["polar", "turn.npy", "--schedule", "moun"], "E0701", "muon"),
        (&["polar", "turn.npy", "--schedule", "none.json"], "E0603", "no such file"),
        (&["polar", "turn.npy", "--out", "o.txt"], "E0701", ".npy"),
        (&["polar", "turn.npy", "--threads", "0"], "E0701", "threads"),
        (&["polar", "turn.npy", "--accuracy", "1e-3", "--schedule", "muon"], "E0702", ""),
        (&["clip", "turn.npy", "--min", "2", "--max", "1"], "E0701", "clipped"),
        (&["clip", "turn.npy", "--min", "-2", "--max", "-1"], "E0701", "clipped"),
        (&["clip", "turn.npy", "--min", "0"], "E0701", "--max"),
        (&["clip", "nan.npy", "--min", "0", "--max", "1"], "E0605", "clean the data"),
    ] {
        run(&folder, arguments).refuses(2, code, words);
    }
    // Rounding alone is larger: this has failed, and says what is possible.
    run(&folder, &["polar", "wave.npy", "--accuracy", "1e-20"]).refuses(1, "E0503", "only");
    let empty = run(&folder, &["polar", "empty.npy", "--json"]).json();
    assert_eq!(empty["rank"], 0);
}
