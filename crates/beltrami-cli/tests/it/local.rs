//! `beltrami taylor` and `beltrami jacobian`.

use crate::command::{beltrami, beltrami_in, folder};
use serde_json::json;

#[test]
fn taylor_gives_coefficients_and_the_polynomial() {
    let run = ["taylor", "sin(x)", "--by", "x", "--at", "0", "--order", "5"];
    let shown = beltrami(&run);
    assert_eq!((shown.code, shown.out.lines().next()), (0, Some("x - 1/6*x^3 + 1/120*x^5")));
    let found = beltrami(&[&run[..], &["--json"]].concat()).json();
    assert_eq!(found["coefficients"], json!([0.0, 1.0, 0.0, -1.0 / 6.0, 0.0, 1.0 / 120.0]));
    assert_eq!(found["polynomial"], "x - 1/6*x^3 + 1/120*x^5");
    assert_eq!((&found["gradient"], &found["hessian"]), (&json!([1.0]), &json!([[0.0]])));
}

#[test]
fn taylor_of_a_field_gives_gradient_and_hessian() {
    let field = "2*x^2 + x*z + 3*y*z - y^2";
    let run = ["taylor", field, "--by", "x,y,z", "--at", "-1,0,2", "--json"];
    let found = beltrami(&run).json();
    assert_eq!(found["gradient"], json!([-2.0, 6.0, -1.0]));
    assert_eq!(found["hessian"], json!([[4.0, 0.0, 1.0], [0.0, -2.0, 3.0], [1.0, 3.0, 0.0]]));
    assert_eq!(found["coefficients"], json!([]));
}

#[test]
fn the_jacobian_has_the_fields_that_programs_read() {
    let polar = ["jacobian", "r*cos(t); r*sin(t)", "--vars", "r,t", "--at", "2,0", "--json"];
    let found = beltrami(&polar).json();
    assert_eq!(found["matrix"], json!([[1.0, 0.0], [0.0, 2.0]]));
    assert_eq!(found["determinant"], json!(2.0));
    assert_eq!((&found["orientation"], &found["volume_scale"]), (&json!("preserved"), &json!(2.0)));
    assert_eq!(
        (&found["invertible"], &found["inverse"]),
        (&json!(true), &json!([[1.0, 0.0], [0.0, 0.5]]))
    );
    let fold = ["jacobian", "x^2; y", "--vars", "x,y", "--at", "0,1", "--json"];
    let found = beltrami(&fold).json();
    assert_eq!(
        (&found["orientation"], &found["invertible"]),
        (&json!("degenerate"), &json!(false))
    );
    assert_eq!(found["inverse"], json!(null));
}

#[test]
fn components_may_be_constant() {
    let matrix = |run: &[&str]| beltrami(&[&["jacobian"], run, &["--json"]].concat()).json();
    let helix = matrix(&["cos(t); sin(t); 1", "--vars", "t", "--at", "0"]);
    assert_eq!(helix["matrix"], json!([[0.0], [1.0], [0.0]]));
    assert_eq!(helix["value"], json!([1.0, 0.0, 1.0]));
    let first = matrix(&["2; x*y", "--vars", "x,y", "--at", "1,3"]);
    assert_eq!(first["matrix"], json!([[0.0, 0.0], [3.0, 1.0]]));
    let flat = matrix(&["x; 3", "--vars", "x,y", "--at", "1,2"]);
    assert_eq!(
        (&flat["matrix"], &flat["orientation"]),
        (&json!([[1.0, 0.0], [0.0, 0.0]]), &json!("degenerate"))
    );
    let constant = beltrami(&["taylor", "3", "--by", "x", "--at", "0", "--order", "2", "--json"]);
    assert_eq!(constant.json()["coefficients"], json!([3.0, 0.0, 0.0]));
}

#[test]
fn pictures_are_written_for_what_can_be_drawn() {
    let here = folder("local-pictures");
    for run in [
        &[
            "taylor",
            "exp(x)*cos(3*x)",
            "--by",
            "x",
            "--at",
            "0.5",
            "--order",
            "6",
            "--plot",
            "a.svg",
        ][..],
        &["taylor", "log(x)", "--by", "x", "--at", "1", "--range", "-1:3", "--plot", "b.png"],
        &["jacobian", "x^2 - y^2; 2*x*y", "--vars", "x,y", "--at", "1,0.5", "--plot", "c.svg"],
        &["jacobian", "cos(t); sin(t); t/4", "--vars", "t", "--at", "1", "--plot", "d.png"],
        &[
            "jacobian",
            "t - sin(t); 1 - cos(t)",
            "--vars",
            "t",
            "--at",
            "2",
            "--range",
            "0:12",
            "--plot",
            "e.svg",
        ],
    ] {
        let done = beltrami_in(&here, run);
        assert_eq!(done.code, 0, "{run:?}: {}", done.err);
        assert!(here.join(run[run.len() - 1]).exists(), "{run:?}");
    }
    let first = std::fs::read(here.join("c.svg")).expect("a picture");
    beltrami_in(
        &here,
        &["jacobian", "x^2 - y^2; 2*x*y", "--vars", "x,y", "--at", "1,0.5", "--plot", "c.svg"],
    );
    assert_eq!(first, std::fs::read(here.join("c.svg")).expect("a picture"), "not deterministic");
}

#[test]
fn mistakes_are_told_with_a_way_out() {
    for (run, code, words) in [
        (&["taylor", "abs(x)", "--by", "x", "--at", "0"][..], "E0503", "no smooth value"),
        (&["taylor", "sin(x)", "--by", "x", "--at", "zero"], "E0701", "no finite number"),
        (
            &["taylor", "sin(x)", "--by", "x", "--at", "0", "--order", "20"],
            "E0702",
            "orders from 1 to 16",
        ),
        (&["taylor", "a*b", "--by", "a,b", "--at", "0"], "E0602", "one for each of a, b"),
        (
            &["taylor", "a*b", "--by", "a,b", "--at", "0,1", "--plot", "p.svg"],
            "E0702",
            "no picture",
        ),
        (
            &["taylor", "sin(x)", "--by", "x", "--at", "0", "--plot", "p.svg", "--range", "2:1"],
            "E0701",
            "empty",
        ),
        (&["jacobian", "1/x; y", "--vars", "x,y", "--at", "0,1"], "E0503", "no smooth value"),
        (&["jacobian", "x; y", "--vars", "x,y", "--at", "1"], "E0602", "2 variables"),
        (
            &["jacobian", "x; y; z", "--vars", "x,y,z", "--at", "1,2,3", "--plot", "p.svg"],
            "E0702",
            "no picture",
        ),
    ] {
        let done = beltrami(run);
        assert!(
            done.code > 0 && done.err.contains(code) && done.err.contains(words),
            "{run:?}: {}",
            done.err
        );
    }
}
