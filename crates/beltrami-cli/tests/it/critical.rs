//! `beltrami critical`.

use crate::command::{Done, beltrami, beltrami_in, folder};
use serde_json::{Value, json};

const SYSTEM: &str = "4*x - 2*x*y; 2*y + x*y - 2*y^2";

fn points(done: &Done) -> Vec<Value> {
    assert_eq!(done.code, 0, "{done:?}");
    let found = done.json();
    assert_eq!((&found["complete"], &found["undecided"]), (&json!(true), &json!([])), "{found}");
    found["points"].as_array().expect("a list").clone()
}

fn close(found: &Value, expected: &[f64], tolerance: f64) {
    let found = found.as_array().expect("a list");
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a.as_f64().expect("a number") - b).abs() <= tolerance, "{found:?}");
    }
}

/// Row N3: all three points with their eigenvalues.
#[test]
fn the_system_of_two_species_has_three_equilibria() {
    let done = beltrami(&["critical", SYSTEM, "--vars", "x,y", "--box", "-1:4,-1:4", "--json"]);
    let found = points(&done);
    let expected = [
        ([0.0, 0.0], [[4.0, 0.0], [2.0, 0.0]], "unstable node", "unstable"),
        ([0.0, 1.0], [[2.0, 0.0], [-2.0, 0.0]], "saddle", "unstable"),
        ([2.0, 2.0], [[-2.0, 2.0], [-2.0, -2.0]], "stable spiral", "stable"),
    ];
    assert_eq!(found.len(), 3);
    for (point, (x, values, class, stability)) in found.iter().zip(expected) {
        // Rounding of numbers near 4.
        close(&point["x"], &x, 1e-14);
        for (value, expected) in point["eigenvalues"].as_array().expect("pairs").iter().zip(values)
        {
            close(value, &expected, 1e-14);
        }
        assert_eq!((&point["class"], &point["stability"]), (&json!(class), &json!(stability)));
        assert_eq!((&point["certified"], &point["class_certified"]), (&json!(true), &json!(true)));
    }
    close(&found[2]["jacobian"][0], &[0.0, -4.0], 1e-14);
    close(&found[2]["jacobian"][1], &[2.0, -4.0], 1e-14);
}

/// Row N4: the Hessian of the 3×3 example.
#[test]
fn the_quadratic_field_has_one_saddle() {
    let field = "2*a^2 + a*c + 3*b*c - b^2";
    let done = beltrami(&[
        "critical",
        field,
        "--field",
        "--vars",
        "a,b,c",
        "--box",
        "-5:5,-5:5,-5:5",
        "--json",
    ]);
    let found = points(&done);
    assert_eq!((found.len(), &found[0]["class"]), (1, &json!("saddle")));
    close(&found[0]["x"], &[0.0; 3], 1e-14);
    for (value, expected) in found[0]["eigenvalues"].as_array().expect("pairs").iter().zip([
        4.34211128,
        1.86236874,
        -4.20448002,
    ]) {
        // All printed digits.
        close(value, &[expected, 0.0], 5e-9);
    }
}

#[test]
fn fields_have_minima_maxima_and_saddles() {
    let field = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2";
    let done =
        beltrami(&["critical", field, "--field", "--vars", "x,y", "--box", "-6:6,-6:6", "--json"]);
    let found = points(&done);
    let count = |class: &str| found.iter().filter(|point| point["class"] == class).count();
    assert_eq!((count("minimum"), count("saddle"), count("maximum")), (4, 4, 1));
}

#[test]
fn what_the_linear_part_leaves_open_is_said() {
    let centre =
        beltrami(&["critical", "y; -x + x^3", "--vars", "x,y", "--box", "-0.5:0.6,-0.5:0.6"]);
    assert!(
        centre.out.contains("centre of the linearisation, nonlinear type undecided"),
        "{centre:?}"
    );
    let line =
        beltrami(&["critical", "x*(x + y); y*(x + y)", "--vars", "x,y", "--box", "-1:1.1,-1:1.2"]);
    assert!(line.err.contains("a continuum of roots, or nearly: degenerate"), "{line:?}");
    let double = beltrami(&["critical", "x^2; -y", "--vars", "x,y", "--box", "-1:1.1,-1:1.2"]);
    assert!(double.err.contains("the Jacobian is singular nearby"), "{double:?}");
}

/// Eigenvalues of unknowns that do not depend on each other are not compared with each other.
#[test]
fn small_eigenvalues_beside_large_ones_are_no_zeros() {
    for (field, words) in [
        ("1e20*(x - 1); -1e-20*y", "saddle, eigenvalues 100000000000000000000, -1e-20; certified"),
        ("1e-20*x; -1e-20*y", "saddle, eigenvalues 1e-20, -1e-20; certified"),
        (
            "-y + 1e-12*x; x + 1e-12*y",
            "unstable spiral, eigenvalues 1e-12 + 1i, 1e-12 - 1i; certified",
        ),
    ] {
        let done = beltrami(&["critical", field, "--vars", "x,y", "--box", "-2:2,-2:2"]);
        assert!(done.out.contains(words), "{field}: {done:?}");
    }
}

#[test]
fn pictures_show_every_class_and_are_the_same_every_time() {
    let folder = folder("critical-picture");
    let run = |arguments: &[&str], name: &str| {
        let done = beltrami_in(
            &folder,
            &[arguments, &["--vars", "x,y", "--box", "-1:4,-1:4", "--plot", name]].concat(),
        );
        assert_eq!(done.code, 0, "{done:?}");
        std::fs::read(folder.join(name)).expect("a picture")
    };
    let portrait = run(&["critical", SYSTEM], "a.svg");
    assert_eq!(portrait, run(&["critical", SYSTEM], "b.svg"));
    let text = String::from_utf8_lossy(&portrait);
    for word in [
        "trajectories",
        "nullcline dx/dt = 0",
        "separatrices",
        "unstable node",
        "stable spiral",
        "saddle",
    ] {
        assert!(text.contains(word), "{word}");
    }
    let contours = run(&["critical", "x^2 + 2*y^2", "--field"], "c.svg");
    assert!(String::from_utf8_lossy(&contours).contains("minimum"));
    assert!(run(&["critical", SYSTEM], "a.png").starts_with(b"\x89PNG"));
}

#[test]
fn mistakes_are_explained() {
    let critical = |arguments: &[&str]| beltrami(&[&["critical"], arguments].concat());
    critical(&["x - 1", "--vars", "x"]).refuses(2, "E0601", "no box");
    critical(&["x; y", "--field", "--vars", "x,y", "--box", "0:1,0:1"]).refuses(
        2,
        "E0702",
        "a field is one expression",
    );
    critical(&["[x; y]", "--field", "--vars", "x,y", "--box", "0:1,0:1"]).refuses(
        2,
        "E0204",
        "a field is a scalar",
    );
    critical(&["x - 1", "--vars", "x", "--box", "0:3", "--plot", "a.svg"]).refuses(
        2,
        "E0702",
        "two unknowns",
    );
    critical(&["x; y", "--vars", "x,y", "--box", "0:3,0:3", "--plot", "a.gif"])
        .refuses(2, "E0701", "neither");
}

#[test]
fn a_curve_of_critical_points_is_drawn_and_named() {
    let folder = folder("critical-curve");
    let drawn = |arguments: &[&str], region: &str| {
        let more = ["--vars", "x,y", "--box", region, "--plot", "line.svg"];
        let run = beltrami_in(&folder, &[&["critical"], arguments, &more[..]].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        std::fs::read_to_string(folder.join("line.svg")).expect("a picture")
    };
    let places = |svg: &str| -> Vec<(f64, f64)> {
        let number = |circle: &str, name: &str| -> f64 {
            let (_, rest) = circle.split_once(&format!(" {name}=\"")).expect("an attribute");
            rest.split('"').next().and_then(|text| text.parse().ok()).expect("a number")
        };
        svg.split("<circle")
            .skip(1)
            .filter_map(|circle| circle.split('>').next())
            .filter(|circle| circle.contains(" r=\"3\"") && circle.contains("fill=\"#000000\""))
            .map(|circle| (number(circle, "cx"), number(circle, "cy")))
            .collect()
    };
    // The axis, a circle, a double line, and the bottom of a valley.
    for (arguments, region, least) in [
        (&["x*y; y"][..], "-2:2,-2:2", 200),
        (&["x*(x^2 + y^2 - 1); y*(x^2 + y^2 - 1)"], "-2:2,-2:2", 200),
        (&["y^2; x*y^2"], "-2:2,-2:2", 200),
        (&["(x - y)^2", "--field"], "-1:1,-1:1", 200),
    ] {
        let svg = drawn(arguments, region);
        assert!(svg.contains("curve of critical points"), "{arguments:?}");
        assert!(!svg.contains("no critical point here"), "{arguments:?}");
        let found = places(&svg);
        assert!(found.len() >= least, "{arguments:?}: {} marks", found.len());
    }
    // Along the axis all marks are on one line, and no gap is wider than a mark.
    let mut found = places(&drawn(&["x*y; y"], "-2:2,-2:2"));
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(found.iter().all(|at| (at.1 - found[0].1).abs() <= 1.0), "{found:?}");
    assert!(found.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 6.0), "{found:?}");
    let none = drawn(&["x^2 + 1; y"], "-2:2,-2:2");
    assert!(none.contains("no critical point here") && places(&none).is_empty(), "{none}");
    // Two roots in one place are neither proved nor excluded.
    let double = drawn(&["x^2; y"], "-2:2,-2:2");
    assert!(double.contains("undecided") && !double.contains("no critical point here"));
}
