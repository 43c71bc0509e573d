//! `beltrami eval` with derivatives that are not written out.

use crate::command::{Done, beltrami, beltrami_in, folder};
use serde_json::{Value, json};

const FACTORS: [&str; 4] = ["--data", "U=[1,2;3,4;5,6]", "V=[1,0;2,1]", "M=[1,2;3,4;5,6]"];

fn eval(arguments: &[&str]) -> Done {
    beltrami(&[&["eval"], arguments].concat())
}

#[test]
fn a_hessian_is_described_by_its_structure() {
    let asked = ["norm2(U*V' - M)^2", "--by", "U", "--order", "2", "--form", "operator"];
    let run = eval(&[&asked[..], &FACTORS].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.out,
        "value:\n140\n\nderivative by U,U, 2*kron(V'*V, eye(m)):\n2*kron([2×2], eye(3))\n\
         Kronecker product, 6×6: 40 B in memory instead of 288 B, 1/7 of it\n"
    );
    let object = eval(&[&asked[..], &["--json"], &FACTORS].concat()).json();
    let operator = &object["operator"];
    assert_eq!(operator["kind"], "Kronecker product");
    assert_eq!((&operator["shape"], &operator["numbers"]), (&json!([6, 6]), &json!(5)));
    assert_eq!(operator["tree"]["terms"][0]["weight"], json!(2.0));
    assert_eq!(
        operator["tree"]["terms"][0]["term"]["factors"][1],
        json!({"kind": "eye", "size": 3})
    );
    assert_eq!((&object["form"], &object["order"]), (&json!("operator"), &json!(2)));
    assert_eq!(object["derivative_text"], "2*kron(V'*V, eye(m))");
}

#[test]
fn factors_are_written_with_a_manifest() {
    let folder = folder("operator-factors");
    let asked = ["eval", "norm2(U*V' - M)^2", "--by", "U", "--order", "2", "--form", "operator"];
    let run = beltrami_in(&folder, &[&asked[..], &FACTORS, &["--out", "f.npz"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let path = folder.join("f.npz");
    // Members are stored as they are.
    let bytes = std::fs::read(&path).expect("it is written");
    let text = String::from_utf8_lossy(&bytes);
    let from = text.find("{\n  \"acts_on\"").expect("it has a manifest");
    let to = from + text[from..].find("\n}\n").expect("it ends") + 2;
    let text = &text[from..to];
    let manifest: Value = serde_json::from_str(text).expect("it is JSON");
    let kron = &manifest["tree"]["terms"][0]["term"];
    assert_eq!(kron["kind"], "kron");
    let name = kron["factors"][0]["array"].as_str().expect("an array");
    let read = |name: &str| {
        let mut found =
            beltrami::data::read(&format!("{name}={}", path.display())).expect("it is there");
        found.remove(0).array
    };
    // V'*V
    assert_eq!(
        (read(name).shape().to_vec(), read(name).into_f64()),
        (vec![2, 2], vec![5.0, 2.0, 2.0, 1.0])
    );
    assert_eq!(read("value").into_f64(), [140.0]);
}

#[test]
fn products_and_solutions_are_inverse_to_each_other() {
    let asked = ["norm2(U*V' - M)^2", "--by", "U", "--order", "2"];
    let times = eval(&[&asked[..], &["--times", "[1,2;3,4;5,6]"], &FACTORS].concat());
    // 2*D*V'*V
    assert_eq!((times.code, times.out.as_str()), (0, "18   8\n46  20\n74  32\n"), "{times:?}");
    let solve =
        eval(&[&asked[..], &["--solve", "[18,8;46,20;74,32]", "--json"], &FACTORS].concat());
    let object = solve.json();
    for (k, row) in object["solution"].as_array().expect("rows").iter().enumerate() {
        for (l, entry) in row.as_array().expect("entries").iter().enumerate() {
            // The Gram matrix has condition 34.
            let expected = (2 * k + l + 1) as f64;
            assert!(entry.as_f64().is_some_and(|x| (x - expected).abs() < 1e-13), "{object}");
        }
    }
    assert_eq!(object["method"], "LU of the Kronecker factor");
    assert!(object["residual"].as_f64().is_some_and(|residual| residual < 1e-14));
    // The derivative of a vector along a direction, negative numbers first.
    let along =
        eval(&["A*x", "--by", "x", "--times", "[-1,1]", "--data", "A=[1,2;3,5]", "x=[0,0]"]);
    assert_eq!(along.out, "1\n2\n", "{along:?}");
}

#[test]
fn what_cannot_be_done_is_refused_with_a_reason() {
    let softmax = ["logsumexp(x)", "--by", "x", "--order", "2", "--let", "x: vector(n)"];
    let data = ["--data", "x=[1,2]"];
    let with = |more: &[&str]| eval(&[&softmax[..], more, &data].concat());
    with(&["--solve", "[1,2]"]).refuses(1, "E0503", "singular to working precision");
    with(&["--times", "[1,2,3]"]).refuses(2, "E0602", "`x` is 2 entries");
    with(&["--times", "[1,2]", "--form", "kron"]).refuses(2, "E0702", "drop `--form`");
    with(&["--times", "[1,2]", "--explain"]).refuses(2, "E0702", "drop one of the two");
    eval(&["sum(x)", "--times", "[1,2]", "--data", "x=[1,2]"]).refuses(2, "E0702", "`--by x`");
    eval(&["sum(x)", "--form", "operator", "--data", "x=[1,2]"]).refuses(2, "E0702", "`--by x`");
    let two = ["x'*A*x", "--by", "x,A", "--form", "operator", "--data", "x=[1,2]", "A=[1,2;3,4]"];
    eval(&two).refuses(2, "E0702", "an operator is one");
    // By all entries of a symmetric matrix, any direction is one.
    let skewed = ["--let", "S: symmetric(n)", "--by", "S", "--data", "S=[1,2;2,3]"];
    let along = |more: &[&str]| {
        eval(&[&["norm2(S)^2", "--times", "[1,2;3,4]"], more, &skewed[..]].concat())
    };
    along(&[]).refuses(2, "E0604", "not symmetric");
    assert_eq!(along(&["--symmetric", "ambient"]).out, "46\n");
    let missing = ["--times", "nowhere.npy"];
    with(&missing).refuses(2, "E0603", "no such file");
}

#[test]
fn a_derivative_that_is_zero_but_for_rounding_errors_has_no_solution() {
    // Second derivatives of what is linear in `a`, and of what clipping makes constant: terms that cancel.
    let linear = ["normnuc(a*A)", "--by", "a", "--let", "a: scalar > 0, A: matrix(m,n)"];
    let data = ["--data", "a=0.7", "A=[1,2.3;3,4;0.5,6]"];
    eval(&[&linear[..], &["--order", "2", "--solve", "1"], &data].concat()).refuses(
        1,
        "E0503",
        "singular to working precision",
    );
    let clipped = "logdet(eye(n) + mclip(A, 0, 1)'*mclip(A, 0, 1))";
    let asked =
        ["--let", "A: matrix(m,n)", "--by", "A", "--order", "2", "--solve", "[1,2;3,4;5,6]"];
    let data = ["--data", "A=[1,2.3;-3,4;0.5,6.1]"];
    eval(&[&[clipped], &asked[..], &data].concat()).refuses(1, "E0503", "singular");
    // An ill-conditioned system that the data do determine is solved.
    let steep = ["A*x", "--by", "x", "--data", "A=[1,1;1,1.0000000001]", "x=[0,0]"];
    let run = eval(&[&steep[..], &["--solve", "[1,1]"]].concat());
    assert_eq!((run.code, run.out.as_str()), (0, "1\n0\n"), "{run:?}");
}
