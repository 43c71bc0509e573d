//! `beltrami cost`: what does not depend on a clock.

use crate::command::{Done, beltrami, beltrami_in, folder};
use serde_json::{Value, json};

fn cost(arguments: &[&str]) -> Done {
    beltrami(&[&["cost", "--repeats", "1"], arguments].concat())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn operations_grow_as_theory_says() {
    // The sizes are so large that lower powers of them add less than 0.1 to an exponent.
    let sizes = ["--sizes", "40,80,160", "--json"];
    for (objective, [gradient, product, forming]) in [
        // All sizes grow: k² a product, k³ for X'*D*X.
        (&[][..], [2.0, 2.0, 3.0]),
        // Rows stay: one power less.
        (&["norm2(X*w - y)^2", "--over", "w", "--data", "m=50"][..], [1.0, 1.0, 2.0]),
        (&["sum(exp(X*w))", "--over", "w", "--data", "m=50"][..], [1.0, 1.0, 2.0]),
    ] {
        let done = cost(&[objective, &sizes[..]].concat());
        assert_eq!(done.code, 0, "{done:?}");
        let object = done.json();
        let counted = |task: &str| number(&object["exponents"][task]["counted"]);
        for (task, power) in [
            ("gradient", gradient),
            ("product", product),
            ("forming", forming),
            ("factoring", 3.0),
            ("memory", 2.0),
        ] {
            assert!((counted(task) - power).abs() < 0.1, "{task}: {object}");
        }
        let rows = object["rows"].as_array().expect("rows");
        for (row, k) in rows.iter().zip([40.0, 80.0, 160.0]) {
            assert_eq!(number(&row["unknowns"]), k);
            assert_eq!(number(&row["hessian_bytes"]), 8.0 * k * k);
            for task in ["gradient", "product", "forming", "factoring"] {
                assert!(number(&row["seconds"][task]) > 0.0, "{row}");
            }
        }
    }
}

#[test]
fn the_kind_of_the_hessian_is_told() {
    let definite = |objective: &str| {
        let object = cost(&[objective, "--over", "x", "--sizes", "5,9", "--json"]).json();
        object["rows"][1]["positive_definite"].clone()
    };
    assert_eq!(definite("sum(exp(x))"), true);
    assert_eq!(definite("sum(log(x))"), false);
    let done = cost(&["sum(log(x))", "--over", "x", "--sizes", "5,9"]);
    assert!(done.out.contains("shifted before it was factored"), "{done:?}");
    let done = cost(&["norm2(X*w - y)^2", "--over", "w", "--sizes", "5,9"]);
    assert!(done.out.contains("the same at all points"), "{done:?}");
}

#[test]
fn unknowns_may_be_matrices() {
    let factors = ["norm2(U*V' - Y)^2", "--over", "U,V", "--let", "U: matrix(m,2), V: matrix(n,2)"];
    let object = cost(&[&factors[..], &["--sizes", "6,12", "--json"]].concat()).json();
    let unknowns: Vec<&Value> =
        object["rows"].as_array().expect("rows").iter().map(|row| &row["unknowns"]).collect();
    assert_eq!(unknowns, [&json!(24), &json!(48)]);
    assert_eq!(object["varied"], json!(["m", "n"]));
}

#[test]
fn the_picture_names_both_ways() {
    let folder = folder("cost-plot");
    let done =
        beltrami_in(&folder, &["cost", "--sizes", "10,20", "--repeats", "1", "--plot", "p.svg"]);
    assert_eq!(done.code, 0, "{done:?}");
    let picture = std::fs::read_to_string(folder.join("p.svg")).expect("a picture");
    for words in ["forming", "products of a step of Newton-CG", "unknowns k"] {
        assert!(picture.contains(words), "{words}");
    }
}

#[test]
fn misuse_is_refused() {
    let loss = "norm2(X*w - y)^2";
    let cases: [(&[&str], &str, &str); 11] = [
        (&["--sizes", "100,9000"], "E0701", "above the limit of 1 GiB; nothing was measured"),
        (&["sum(x)^2", "--over", "x", "--sizes", "10,5000"], "E0701", "above 4096"),
        (&["--sizes", "100"], "E0701", "at least two sizes"),
        (&["--sizes", "0,100"], "E0701", "at least two sizes"),
        (&["--products", "0"], "E0701", "`--products` is at least 1"),
        (&["--over", "w"], "E0702", "there is none"),
        (&[loss], "E0701", "--over"),
        (&["a^2", "--over", "a", "--let", "a: scalar"], "E0702", "does not grow"),
        (&[loss, "--over", "w", "--data", "w=[1, 2]"], "E0702", "whose values are drawn"),
        (&[loss, "--over", "w", "--data", "q=3"], "E0302", "`q` does not occur"),
        (&["X*w", "--over", "w"], "E0204", "an objective is a scalar"),
    ];
    for (arguments, code, words) in cases {
        cost(arguments).refuses(2, code, words);
    }
    // Nowhere in the reals.
    let done = cost(&["sum(log(-x.^2 - 1))", "--over", "x", "--sizes", "5,9"]);
    assert_ne!(done.code, 0, "{done:?}");
    assert!(done.err.starts_with("error[E05"), "{done:?}");
}
