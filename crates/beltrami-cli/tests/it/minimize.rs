//! `beltrami minimize`.

use crate::command::{Done, beltrami, beltrami_in, folder, write};

fn minimize(arguments: &[&str]) -> Done {
    beltrami(&[&["minimize"], arguments].concat())
}

const ROSENBROCK: &str = "100*(b - a^2)^2 + (1 - a)^2";

#[test]
fn every_method_finds_the_valley_of_rosenbrock() {
    for method in ["auto", "gradient", "newton", "trust", "newton-cg", "bfgs", "lbfgs", "lm"] {
        let start = ["--start", "a=-1.2", "b=1", "--method", method, "--json", "--tol", "1e-6"];
        let done = minimize(&[&[ROSENBROCK, "--over", "a,b"], &start[..]].concat());
        let json = done.json();
        assert_eq!((done.code, &json["status"]), (0, &"converged".into()), "{method}: {done:?}");
        let x = json["x"]["a"].as_f64().expect("a number");
        // The tolerance of the gradient leaves an error of it over the least eigenvalue, 0.4.
        assert!((x - 1.0).abs() < 1e-4, "{method}: {x}");
        assert_eq!(json["inertia"], serde_json::json!([0, 0, 2]), "{method}");
        let expected = if method == "auto" { "lm" } else { method };
        assert_eq!(json["method"], expected);
        assert!(json["evals"]["f"].as_u64() > Some(0), "{method}");
    }
}

#[test]
fn a_saddle_is_reported_as_a_saddle() {
    let done = minimize(&[
        "a^2 - b^2 + b^4/4",
        "--over",
        "a,b",
        "--start",
        "a=1,b=0",
        "--json",
        "--method",
        "gradient",
    ]);
    let json = done.json();
    assert_eq!((done.code, &json["status"]), (1, &"saddle".into()), "{done:?}");
    assert_eq!(json["inertia"], serde_json::json!([1, 0, 1]));
    // A trust region follows the negative curvature to one of the two minima.
    let done = minimize(&["a^2 - b^2 + b^4/4", "--over", "a,b", "--start", "a=1,b=0", "--json"]);
    let json = done.json();
    assert_eq!((done.code, &json["status"]), (0, &"converged".into()), "{done:?}");
    let f = json["f"].as_f64().expect("a number");
    assert!((f + 1.0).abs() < 1e-10, "{f}");
}

#[test]
fn what_has_no_minimum_is_named() {
    let unbounded = minimize(&["a^3 - a", "--over", "a", "--start", "a=-3", "--json"]);
    assert_eq!((unbounded.code, &unbounded.json()["status"]), (1, &"unbounded".into()));
    let linear = minimize(&["sum(x)", "--over", "x", "--start", "x=[1,2]"]);
    assert_eq!(linear.code, 1, "{linear:?}");
    assert!(linear.out.starts_with("unbounded: the objective falls without end"), "{linear:?}");
    for method in ["auto", "gradient", "newton", "trust", "newton-cg", "bfgs", "lbfgs"] {
        let data = ["--start", "x=0,y=1", "--method", method];
        for text in ["3*x - 4*y", "3*x - 4*y + (4*x + 3*y)^2"] {
            let done = minimize(&[&[text, "--over", "x,y"], &data[..]].concat());
            assert!(done.out.starts_with("unbounded: "), "{method}: {done:?}");
            assert!(
                done.out.contains("still falling along (-0.6000, 0.8000)"),
                "{method}: {done:?}"
            );
        }
    }
    let fading = minimize(&["exp(-a)+1", "--over", "a", "--start", "a=0", "--json"]);
    assert_eq!(fading.code, 1, "{fading:?}");
    assert_ne!(fading.json()["status"], "converged");
}

#[test]
fn steps_stay_in_the_domain() {
    let done = minimize(&["a - log(a)", "--over", "a", "--start", "a=50", "--json"]);
    assert_eq!(done.code, 0, "{done:?}");
    let a = done.json()["x"]["a"].as_f64().expect("a number");
    assert!((a - 1.0).abs() < 1e-7, "{a}");
}

#[test]
fn bounds_hold() {
    let arguments =
        ["norm2(x - y)^2", "--over", "x", "--data", "y=[2,-3,0.5]", "--bounds", "x=0:1"];
    let done = minimize(&[&arguments[..], &["--json"]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.json()["x"]["x"], serde_json::json!([1.0, 0.0, 0.5]));
    assert_eq!(done.json()["method"], "lbfgs");
    let refused = minimize(&[&arguments[..], &["--method", "trust"]].concat());
    refused.refuses(2, "E0702", "`trust` takes no bounds");
}

#[test]
fn regression_reads_tables_and_writes_what_it_found() {
    let folder = folder("minimize-files");
    write(folder.join("t.csv"), "x,y\n0,1\n1,3\n2,5\n");
    write(
        folder.join("line.bel"),
        "x: vector(m)\ny: vector(m)\na: scalar\nb: scalar\nf = norm2(y - a*x - b*ones(m))^2\n",
    );
    let files = ["--trace", "t.json", "--plot", "p.svg", "--out", "o.npz"];
    let arguments =
        ["minimize", "line.bel", "--over", "a,b", "--data", "x=t.csv", "y=t.csv", "--json"];
    let done = beltrami_in(&folder, &[&arguments[..], &files].concat());
    assert_eq!(done.code, 0, "{done:?}");
    let json = done.json();
    for (name, value) in [("a", 2.0), ("b", 1.0)] {
        let found = json["x"][name].as_f64().expect("a number");
        assert!((found - value).abs() < 1e-12, "{name}: {found}");
    }
    let trace = std::fs::read_to_string(folder.join("t.json")).expect("written");
    let trace: serde_json::Value = serde_json::from_str(&trace).expect("json");
    assert_eq!(trace[0]["kind"], "start");
    assert!(std::fs::read_to_string(folder.join("p.svg")).expect("written").starts_with("<svg"));
    assert!(folder.join("o.npz").exists());
    let csv = beltrami_in(&folder, &[&arguments[..], &["--trace", "t2.csv"]].concat());
    assert_eq!(csv.code, 0, "{csv:?}");
    let trace = std::fs::read_to_string(folder.join("t2.csv")).expect("written");
    assert!(trace.starts_with("iteration,f,gradient_norm,step,kind,length\n0,"), "{trace}");
}

#[test]
fn two_factors_of_a_matrix_are_found() {
    let data = ["--data", "T=[1,2,3; 2,4,6; 1,1,1]", "--let", "U: matrix(3,2), V: matrix(3,2)"];
    let done = minimize(&[&["norm2(T - U*V')^2", "--over", "U,V", "--json"], &data[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    // The matrix has rank two.
    let f = done.json()["f"].as_f64().expect("a number");
    assert!(f < 1e-20, "{f}");
}

#[test]
fn a_hessian_that_is_a_kronecker_product_is_solved_by_its_factors() {
    // 1600 unknowns; diagonally dominant, so that the condition numbers are below 10.
    let square = |name: &str, seed: f64| {
        let entry = |i: u32, j: u32| {
            (f64::from(7 * i + 3 * j) * seed).sin() + if i == j { 60.0 } else { 0.0 }
        };
        let row = |i: u32| (0..40).map(|j| entry(i, j).to_string()).collect::<Vec<_>>().join(",");
        format!("{name}=[{}]", (0..40).map(row).collect::<Vec<_>>().join(";"))
    };
    let data = [square("A", 0.7), square("B", 1.3), square("Y", 2.1)];
    let shapes = ["--over", "X", "--let", "X: matrix(n,m)", "--json", "--data"];
    let data: Vec<&str> = data.iter().map(String::as_str).collect();
    let run = [&["norm2(A*X*B - Y)^2"], &shapes[..], &data].concat();
    let found = minimize(&run).json();
    assert_eq!((&found["status"], &found["iterations"]), (&"converged".into(), &1.into()));
    assert!(found["why"].as_str().is_some_and(|why| why.contains("Kronecker")), "{}", found["why"]);
    // The equations have a solution: what is left is rounding of 1600 residuals of size 60.
    assert!(found["f"].as_f64().is_some_and(|f| f < 1e-20), "{}", found["f"]);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["norm2(A*x - y)^2", "--over", "x", "--data", "y=[1,2]"], "E0601", "no data for `A`"),
        (
            &["norm2(A*x - y)^2", "--over", "x", "--data", "A=[1,2;3,4]", "y=[1,2,3]"],
            "E0602",
            "`y`",
        ),
        (&["norm2(x - y)^2", "--over", "x", "--data", "y=[1,nan]"], "E0605", "`y` is not finite"),
        (&["norm2(x)^2", "--over", "z"], "E0302", "`z` does not occur"),
        (
            &["A*x", "--over", "x", "--data", "A=[1,2;3,4]"],
            "E0204",
            "an objective is a scalar, this is a vector of",
        ),
        (
            &["norm2(x - y)^2", "--over", "x", "--data", "y=[1,2]", "x=[1,2]"],
            "E0702",
            "`x` is an unknown",
        ),
        (&["norm2(x - y)^2", "--over", "x", "--start", "y=[1,2]"], "E0702", "`y` is no unknown"),
        (&["norm2(x)^2", "--over", "x"], "E0601", "does not determine"),
        (
            &["norm2(x)^2", "--over", "x", "--start", "x=[1,2]", "--tol", "2"],
            "E0701",
            "the tolerance 2",
        ),
        (
            &["norm2(x)^2", "--over", "x", "--start", "x=[1,2]", "--bounds", "x=1"],
            "E0701",
            "no `:`",
        ),
        (
            &["norm2(x)^2", "--over", "x", "--start", "x=[1,2]", "--bounds", "y=0:1"],
            "E0702",
            "`y` has bounds",
        ),
        (
            &["exp(a)", "--over", "a", "--start", "a=1", "--method", "lm"],
            "E0702",
            "needs a sum of squares",
        ),
        (
            &["norm2(x)^2", "--over", "x", "--start", "x=[1,2]", "--trace", "t.txt"],
            "E0701",
            "neither",
        ),
        (
            &["norm2(x)^2", "--over", "x", "--start", "x=[1,2]", "--out", "t.txt"],
            "E0701",
            "neither",
        ),
        (
            &["tr(X)", "--over", "X", "--let", "X: spd(2)", "--start", "X=[1,0;0,1]"],
            "E0702",
            "structure",
        ),
        (&["norm2(x)^2", "--over", "x,x", "--start", "x=[1,2]"], "E0702", "named twice"),
        (&["norm2(x - y)^2", "--over", "x", "--data", "y=no.csv"], "E0603", "no such file"),
    ];
    for (arguments, code, words) in cases {
        minimize(arguments).refuses(2, code, words);
    }
    let start = minimize(&["log(a)^2", "--over", "a", "--start", "a=-1"]);
    start.refuses(1, "E0503", "no finite value and gradient at the start");
}

#[test]
fn unknowns_without_a_start_are_scalars_where_nothing_else_fits() {
    let done = minimize(&["(a - 1)^2 + 10*(b - a^2)^2", "--over", "a,b", "--json"]);
    let json = done.json();
    assert_eq!((done.code, &json["status"]), (0, &"converged".into()), "{done:?}");
    for name in ["a", "b"] {
        let x = json["x"][name].as_f64().expect("a number");
        // The condition of the Hessian there is below 300.
        assert!((x - 1.0).abs() < 1e-5, "{name} = {x}");
    }
    let done = minimize(&["c*u + exp(-u)", "--over", "u", "--data", "c=2"]);
    assert!(done.out.contains("u = -0.693147"), "{done:?}");
}

#[test]
fn a_kink_is_named_and_is_a_minimum_where_values_rise_on_all_sides() {
    let done =
        minimize(&["max(x, y) + x^2 + y^2", "--over", "x,y", "--start", "x=1,y=2", "--json"]);
    let json = done.json();
    assert_eq!((done.code, &json["status"]), (0, &"converged".into()), "{done:?}");
    assert!(json["reason"].as_str().is_some_and(|reason| reason.contains("kink")), "{done:?}");
    let f = json["f"].as_f64().expect("a number");
    // At x = y = -1/4.
    assert!((f + 0.125).abs() < 1e-9, "{f}");
    let done = minimize(&["sum(abs(x))", "--over", "x", "--start", "x=[1,-2]"]);
    assert!(!done.out.contains("level"), "{done:?}");
    assert!(done.out.contains("kink"), "{done:?}");
}

#[test]
fn the_search_can_be_cut_short() {
    let arguments = [ROSENBROCK, "--over", "a,b", "--start", "a=-1.2,b=1", "--max-iterations", "3"];
    let done = minimize(&arguments);
    assert_eq!(done.code, 1);
    assert!(done.out.starts_with("iteration limit: 3 iterations were allowed"), "{done:?}");
}
