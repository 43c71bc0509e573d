//! `beltrami linear`.

use crate::command::{Done, beltrami, beltrami_in, folder, write};
use serde_json::{Value, json};

fn linear(arguments: &[&str]) -> Done {
    beltrami(&[&["linear"], arguments].concat())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The object of one method.
fn method<'a>(object: &'a Value, name: &str) -> &'a Value {
    let all = object["methods"].as_array().expect("a list of methods");
    all.iter().find(|one| one["method"] == name).unwrap_or_else(|| panic!("no {name} in {object}"))
}

#[test]
fn all_methods_are_compared_and_the_quickest_is_shown() {
    // The first example of the article on conjugate gradients in the English Wikipedia: x = (1/11, 7/11).
    let done = linear(&["[4, 1; 1, 3]", "--rhs", "[1; 2]", "--start", "[2; 1]", "--json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let object = done.json();
    assert_eq!((&object["status"], &object["method"]), (&json!("converged"), &json!("cg")));
    for (place, value) in [1.0 / 11.0, 7.0 / 11.0].into_iter().enumerate() {
        assert!((number(&object["x"][place]) - value).abs() < 1e-12, "{object}");
    }
    // ρ = √(1·1/(4·3)) for Jacobi and its square for Gauss–Seidel; κ = (7+√5)/(7-√5).
    let radius = |name: &str| number(&method(&object, name)["spectral_radius"]);
    assert!((radius("jacobi") - (1.0_f64 / 12.0).sqrt()).abs() < 1e-14);
    assert!((radius("gauss-seidel") - 1.0 / 12.0).abs() < 1e-14);
    let condition = (7.0 + 5.0_f64.sqrt()) / (7.0 - 5.0_f64.sqrt());
    assert!((number(&object["condition"]) - condition).abs() < 1e-12);
    assert_eq!(object["diagonal_dominance"], "strict");
    for one in object["methods"].as_array().expect("a list") {
        assert_eq!(one["status"], "converged", "{one}");
        let steps = number(&one["iterations"]) as usize;
        assert_eq!(one["residuals"].as_array().map(Vec::len), Some(steps + 1));
        assert!(number(&one["residual"]) <= 1e-10);
    }
    let text = linear(&["[4, 1; 1, 3]", "--rhs", "[1; 2]"]);
    for words in ["converged: cg", "matrix: 2×2, symmetric positive definite", "discs of rows"] {
        assert!(text.out.contains(words), "{words}: {text:?}");
    }
}

#[test]
fn discs_are_those_of_the_textbook() {
    // The example of the article on Gershgorin's theorem in the English Wikipedia.
    let matrix = "[10, 1, 0, 1; 0.2, 8, 0.2, 0.2; 1, 1, 2, 1; -1, -1, -1, -11]";
    let object = linear(&[matrix, "--json"]).json();
    let discs = &object["gershgorin"];
    let published = [(10.0, 2.0), (8.0, 0.6), (2.0, 3.0), (-11.0, 3.0)];
    for (disc, (centre, radius)) in discs["rows"].as_array().expect("discs").iter().zip(published) {
        assert!((number(&disc["centre"]) - centre).abs() < 1e-14, "{disc}");
        assert!((number(&disc["radius"]) - radius).abs() < 1e-14, "{disc}");
    }
    let members: Vec<&Value> =
        discs["row_groups"].as_array().expect("groups").iter().map(|g| &g["members"]).collect();
    assert_eq!(members, [&json!([4]), &json!([3]), &json!([1, 2])]);
    let mut values: Vec<f64> =
        object["eigenvalues"].as_array().expect("a list").iter().map(|v| number(&v[0])).collect();
    values.sort_by(f64::total_cmp);
    for (value, published) in values.iter().zip([-10.870, 1.906, 7.918, 10.046]) {
        assert!((value - published).abs() < 6e-4, "{value} is not {published}");
    }
}

#[test]
fn matrices_are_expressions_and_files() {
    let folder = folder("linear-files");
    write(folder.join("A.csv"), "4,1\n1,3\n");
    write(folder.join("gram.bel"), "X: matrix(m,n)\nX'*X + eye(n)\n");
    let expected = beltrami(&["linear", "[4, 1; 1, 3]", "--json"]).json();
    let data = ["--data", "A=A.csv", "--json"];
    let by_name = beltrami_in(&folder, &[&["linear", "A"], &data[..]].concat());
    assert_eq!(by_name.json()["condition"], expected["condition"], "{by_name:?}");
    let rhs = ["--rhs", "X'*y", "--data", "X=[1, 2; 3, 4; 5, 6]", "y=[1, 2, 3]"];
    let files = ["--trace", "t.csv", "--plot", "p.svg", "--json"];
    let done = beltrami_in(&folder, &[&["linear", "gram.bel"], &rhs[..], &files[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    let object = done.json();
    // (X'X + I) x = X'y with X'X = [35, 44; 44, 56] and X'y = [22, 28]: by Cramer, determinant 116.
    for (place, value) in [(22.0 * 57.0 - 44.0 * 28.0) / 116.0, (36.0 * 28.0 - 44.0 * 22.0) / 116.0]
        .into_iter()
        .enumerate()
    {
        assert!((number(&object["x"][place]) - value).abs() < 1e-8, "{object}");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file");
    let trace = read("t.csv");
    assert!(
        trace.starts_with("method,iteration,residual,error,predicted\njacobi,0,1e0,"),
        "{trace}"
    );
    let steps: f64 = object["methods"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["status"] != "not applicable")
        .map(|one| number(&one["iterations"]) + 1.0)
        .sum();
    assert_eq!(trace.lines().count(), 1 + steps as usize);
    assert!(read("p.svg").contains("eigenvalues"));
}

#[test]
fn what_fails_says_why_and_what_helps() {
    for (matrix, name, status, words) in [
        ("[2, 3; 5, 7]", "jacobi", "diverged", "spectral radius"),
        ("[0, 1; 1, 0]", "gauss-seidel", "not applicable", "(1, 1) is zero"),
        ("[1, 2; 3, 4]", "cg", "not applicable", "not symmetric"),
        ("[1, 2; 2, 1]", "cg", "not applicable", "least eigenvalue -1"),
        ("[1, 1; -1, 1]", "jacobi", "no progress", "neither grows nor falls"),
    ] {
        let done = linear(&[matrix, "--rhs", "[1, 2]", "--method", name, "--json"]);
        let object = done.json();
        assert_eq!((done.code, &object["status"]), (1, &json!(status)), "{matrix}: {object}");
        let reason = object["reason"].as_str().expect("a reason");
        assert!(reason.contains(words), "{matrix}: {reason}");
    }
    let few = ["[2, -1; -1, 2]", "--method", "jacobi", "--max-iterations", "3", "--json"];
    assert_eq!(linear(&few).json()["status"], "iteration limit");
}

#[test]
fn misuse_is_refused() {
    let square = "[4, 1; 1, 3]";
    let cases: [(&[&str], &str, &str); 12] = [
        (&["[1, 2, 3; 4, 5, 6]"], "E0602", "is square, this is 2×3"),
        (&[square, "--rhs", "[1, 2, 3]"], "E0602", "the right-hand side has 2 entries"),
        (&[square, "--start", "[1]"], "E0602", "the start has 2 entries"),
        (&["A", "--data", "A=[1, nan; 2, 3]"], "E0605", "`A` is not finite"),
        (&["A"], "E0601", "no data for `A`"),
        (&["A", "--data", "A=[4, 1; 1, 3]", "q=2"], "E0302", "`q` occurs in none"),
        (&["missing.npy"], "E0603", "missing.npy"),
        (&[square, "--omega", "2.5"], "E0701", "not between 0 and 2"),
        (&[square, "--omega", "1.5", "--method", "jacobi"], "E0702", "`--omega` is for `sor`"),
        (&[square, "--tol", "0"], "E0701", "not between 0 and 1"),
        (&[square, "--trace", "t.txt"], "E0701", "no .csv file"),
        (&[square, "--plot", "p.pdf"], "E0701", "neither a .svg nor a .png"),
    ];
    for (arguments, code, words) in cases {
        linear(arguments).refuses(2, code, words);
    }
    linear(&["[1, 2; 2, 4]"]).refuses(1, "E0503", "the matrix is singular: its rank is 1 of 2");
    linear(&["[1/0, 1; 1, 1]"]).refuses(1, "E0503", "no finite value");
    let folder = folder("linear-nan");
    write(folder.join("A.csv"), "1,nan\n2,3\n");
    let done = beltrami_in(&folder, &["linear", "A.csv"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.starts_with("error[E06"), "{done:?}");
}
