//! `beltrami roots`.

use crate::command::{beltrami, beltrami_in, folder};
use serde_json::json;

/// Row N1: the table for the root of 2, to the last digit.
#[test]
fn newton_gives_the_table_for_the_root_of_two() {
    let found = beltrami(&[
        "roots", "2 - x^2", "--vars", "x", "--start", "1", "--method", "newton", "--json",
    ]);
    assert_eq!(found.code, 0, "{found:?}");
    // The text, because reading JSON may lose the last digit.
    let table = "[[1.0],[1.5],[1.4166666666666667],[1.4142156862745099],[1.4142135623746899],[1.4142135623730951]]";
    assert!(found.out.contains(&format!("\"trace\":{table}")), "{found:?}");
    assert!(found.out.contains("\"x\":[1.4142135623730951]"), "{found:?}");
    let found = found.json();
    assert_eq!((&found["status"], &found["iterations"]), (&json!("converged"), &json!(5)));
}

#[test]
fn outcomes_have_names_and_exit_codes() {
    for (text, start, method, status, words) in [
        ("x^3 - 2*x + 2", "0", "newton", "cycle", "after 2 steps"),
        ("arctan(x)", "2", "newton", "diverged", "every bounded region"),
        ("x^2 - 4", "0", "newton", "singular Jacobian", "along (1.0000)"),
        ("log(x)", "-1", "newton", "non-finite", "equation 1 is not finite at x = -1"),
        ("x^2 + 1", "3", "safeguarded", "no progress", "no root"),
    ] {
        let run = |json: &[&str]| {
            beltrami(
                &[&["roots", text, "--vars", "x", "--start", start, "--method", method], json]
                    .concat(),
            )
        };
        let done = run(&["--json"]);
        assert_eq!((done.code, &done.json()["status"]), (1, &json!(status)), "{text}: {done:?}");
        let shown = run(&[]);
        assert!(shown.code == 1 && shown.err.contains(words), "{text}: {shown:?}");
    }
}

#[test]
fn all_roots_come_in_three_lists() {
    let all = beltrami(&[
        "roots",
        "x^2 + y^2 = 1; y = x",
        "--vars",
        "x,y",
        "--all",
        "--box",
        "-3:3,-2:2",
        "--json",
    ]);
    assert_eq!(all.code, 0);
    let all = all.json();
    assert_eq!((&all["complete"], &all["undecided"]), (&json!(true), &json!([])));
    let half = std::f64::consts::FRAC_1_SQRT_2;
    for (root, sign) in all["roots"].as_array().expect("a list").iter().zip([-1.0, 1.0]) {
        assert_eq!(root["certified"], true);
        for x in root["x"].as_array().expect("two numbers") {
            let far = (x.as_f64().expect("a number") - sign * half).abs();
            assert!(far <= root["radius"].as_f64().expect("a number") + 1e-16, "{root}");
        }
    }
    let double = beltrami(&[
        "roots",
        "y = x^2; y = 0",
        "--vars",
        "x,y",
        "--all",
        "--box",
        "-1:1.3,-1:1.3",
        "--json",
    ]);
    let double = double.json();
    assert_eq!((&double["complete"], &double["roots"]), (&json!(true), &json!([])));
    assert_eq!(double["undecided"].as_array().map(Vec::len), Some(1), "{double}");
    let cut = beltrami(&[
        "roots",
        "sin(100*x)",
        "--vars",
        "x",
        "--all",
        "--box",
        "0:9.1",
        "--boxes",
        "20",
        "--json",
    ]);
    assert_eq!((cut.code, &cut.json()["complete"]), (1, &json!(false)));
}

#[test]
fn functions_of_matrices_are_solved_from_a_start() {
    let run =
        ["roots", "det([x, 1; 1, y]) - 1; x - y", "--vars", "x,y", "--start", "3,2", "--json"];
    let found = beltrami(&run).json();
    let x = found["x"][0].as_f64().expect("a number");
    assert!((x - std::f64::consts::SQRT_2).abs() < 1e-14, "{found}");
    assert_eq!(found["status"], "converged");
    // The square root of an upper triangular matrix, and a Riccati equation.
    let data = ["--let", "X: matrix(n,n), A: matrix(n,n)", "--vars", "X", "--start", "1,0,0,1"];
    let run = [&["roots", "X*X - A", "--data", "A=[4,1;0,9]", "--json"], &data[..]].concat();
    let found = beltrami(&run).json();
    assert_eq!(found["x"], json!([2.0, 0.2, found["x"][2], 3.0]), "{found}");
    assert_eq!(found["names"], json!(["X[1,1]", "X[1,2]", "X[2,1]", "X[2,2]"]));
    let riccati = [
        "roots",
        "A'*X + X*A - X*X + Q",
        "--data",
        "A=[-1,1;0,-2]",
        "--data",
        "Q=[1.5,0;0,1.5]",
        "--let",
        "Q: matrix(n,n)",
        "--json",
    ];
    let found = beltrami(&[&riccati[..], &data[..]].concat()).json();
    let x: Vec<f64> = (0..4).map(|k| found["x"][k].as_f64().expect("a number")).collect();
    let corner = -2.0 * x[0] - x[0] * x[0] - x[1] * x[2] + 1.5;
    assert!(corner.abs() < 1e-14 && (x[1] - x[2]).abs() < 1e-14, "{found}");
    let outside = ["roots", "inv(X) - A", "--data", "A=[4,1;0,9]", "--json"];
    let mut outside = [&outside[..], &data[..]].concat();
    *outside.iter_mut().find(|word| **word == "1,0,0,1").expect("a start") = "0,0,0,0";
    let found = beltrami(&outside);
    assert_eq!((found.code, found.json()["status"].as_str()), (1, Some("non-finite")));
}

#[test]
fn the_trace_is_a_table() {
    let folder = folder("roots-trace");
    let done = beltrami_in(
        &folder,
        &[
            "roots", "2 - x^2", "--start", "1", "--vars", "x", "--method", "newton", "--trace",
            "t.csv",
        ],
    );
    assert_eq!(done.code, 0, "{done:?}");
    let text = std::fs::read_to_string(folder.join("t.csv")).expect("a file");
    assert!(text.starts_with("k,x,residual\n0,1,1e0\n1,1.5,2.5e-1\n"), "{text}");
    assert_eq!(text.lines().count(), 7);
}

#[test]
fn a_file_may_name_parameters() {
    let folder = folder("roots-file");
    let text = "# Lorenz\nsigma = 10\nsigma*(y - x)\nx*(r - z) - y\nx*y = 8/3*z\n";
    std::fs::write(folder.join("lorenz.bel"), text).expect("a folder to write in");
    let run = [
        "roots",
        "lorenz.bel",
        "--vars",
        "x,y,z",
        "--data",
        "r=28",
        "--all",
        "--box",
        "-30:30,-30:30,-1:60",
        "--json",
    ];
    let all = beltrami_in(&folder, &run).json();
    assert_eq!(
        (all["complete"].as_bool(), all["roots"].as_array().map(Vec::len)),
        (Some(true), Some(3)),
        "{all}"
    );
}

#[test]
fn pictures_are_the_same_every_time() {
    let folder = folder("roots-picture");
    let run = |name: &str| {
        let done = beltrami_in(
            &folder,
            &[
                "roots",
                "x^2 - y; y - 1",
                "--vars",
                "x,y",
                "--all",
                "--box",
                "-2:2,-2:2",
                "--plot",
                name,
            ],
        );
        assert_eq!(done.code, 0, "{done:?}");
        std::fs::read(folder.join(name)).expect("a picture")
    };
    let first = run("a.svg");
    assert_eq!(first, run("b.svg"));
    assert!(String::from_utf8_lossy(&first).contains("(-1.0000, 1.0000)"));
    assert!(run("a.png").starts_with(b"\x89PNG"));
}

#[test]
fn mistakes_are_explained() {
    let roots = |arguments: &[&str]| beltrami(&[&["roots"], arguments].concat());
    roots(&["x^2 + y", "--vars", "x,y", "--start", "1,1"]).refuses(
        2,
        "E0211",
        "1 equation for 2 unknowns",
    );
    roots(&["x; y; x + y", "--vars", "x,y", "--start", "1,1"]).refuses(
        2,
        "E0211",
        "3 equations for 2 unknowns",
    );
    roots(&["x^2 - 2", "--vars", "x"]).refuses(2, "E0601", "there is no start");
    roots(&["x^2 - 2", "--vars", "x", "--start", "1,2"]).refuses(
        2,
        "E0602",
        "2 are given with `--start`",
    );
    roots(&["x^2 - 2", "--vars", "x", "--start", "one"]).refuses(2, "E0701", "`one` in `--start`");
    roots(&["x^2 - 2", "--vars", "x", "--start", "nan"]).refuses(2, "E0701", "no finite number");
    roots(&["x^2 - 2", "--vars", "x", "--all", "--box=nan:1"]).refuses(
        2,
        "E0701",
        "a finite number is asked for",
    );
    roots(&["x^2 - 2", "--vars", "x", "--all", "--box=1:2;3"]).refuses(
        2,
        "E0701",
        "separated by commas",
    );
    roots(&["x^2 - 2", "--vars", "x", "--all"]).refuses(2, "E0701", "--box");
    roots(&["x^2 - 2", "--vars", "x", "--all", "--box", "3:-3"]).refuses(
        2,
        "E0701",
        "the box is empty",
    );
    roots(&["x^2 - 2", "--vars", "x", "--all", "--box", "3"]).refuses(2, "E0701", "no interval");
    roots(&["x^2 - 2", "--vars", "x", "--all", "--box", "0:1,0:1"]).refuses(
        2,
        "E0602",
        "2 are given with `--box`",
    );
    roots(&["x^2 - r", "--vars", "x", "--start", "1"]).refuses(2, "E0601", "`r`");
    roots(&["x^2 - 2", "--vars", "x,x", "--start", "1,1"]).refuses(2, "E0701", "twice");
    roots(&["x^2 - 2; x + 1", "--vars", "x,y", "--start", "1,1"]).refuses(2, "E0302", "`y`");
    roots(&["x^2 - 2; 3", "--vars", "x,y", "--start", "1,1"]).refuses(
        2,
        "E0302",
        "holds none of the unknowns",
    );
    roots(&["x^2 - ", "--vars", "x", "--start", "1"]).refuses(2, "E0102", "");
    roots(&["x^2 = = 3", "--vars", "x", "--start", "1"]).refuses(2, "E0102", "");
    roots(&["x - 1", "--vars", "x", "--start", "1", "--data", "x=3"]).refuses(
        2,
        "E0702",
        "`x` is an unknown and has data",
    );
    roots(&["x - 1", "--vars", "x", "--start", "1", "--tol", "0"]).refuses(2, "E0701", "--tol");
    roots(&["x - 1", "--vars", "x", "--all", "--box", "0:3", "--plot", "a.svg"]).refuses(
        2,
        "E0702",
        "two unknowns",
    );
    roots(&["X*X - 1", "--let", "X: matrix(2,2)", "--vars", "X", "--all", "--box", "0:1"]).refuses(
        2,
        "E0204",
        "`X` is a matrix",
    );
    roots(&["det(X) - 1", "--let", "X: matrix(2,2)", "--vars", "X", "--start", "1,1,1,1"]).refuses(
        2,
        "E0211",
        "1 equation for 4 unknowns",
    );
    roots(&["x^2 - 2; 0", "--vars", "x", "--start", "1"]).refuses(
        2,
        "E0302",
        "0 whatever they are",
    );
    roots(&["3; x^2 - 2", "--vars", "x", "--start", "1"]).refuses(2, "E0302", "3 = 0 has no root");
    let formula = ["det([x, 1; 1, x]) - 1", "--vars", "x", "--all", "--box", "0:3"];
    roots(&formula).refuses(2, "E0401", "`beltrami roots --start`");
    let unread = roots(&["x^2 = = 3", "--vars", "x", "--start", "1"]);
    assert!(unread.err.contains("<expression>:1:7"), "{unread:?}");
}
