//! Published problems: minima that are known, and fits that are certified to eleven digits.

use beltrami::data::{Array, Given};
use beltrami::engine::solve::minimize::{Method, Status};
use beltrami::minimize::{MinimizeOptions, Minimum};
use beltrami::{DeriveOptions, Session};
use serde_json::Value;

fn table(text: &str, key: &str) -> Vec<Value> {
    let value: Value = serde_json::from_str(text).expect("the file is JSON");
    value[key].as_array().expect("a list").clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn given(name: &str, entries: Vec<f64>, scalar: bool) -> Given {
    let axes = if scalar { Vec::new() } else { vec![entries.len()] };
    let array = Array::new(axes, entries).expect("its sizes").written_out();
    Given { name: name.into(), array, named: true }
}

/// Minimises over scalars of these names; `None` where the start has no finite value.
fn tried(objective: &str, names: &[String], start: &[f64], data: Vec<Given>) -> Option<Minimum> {
    let mut declarations: Vec<String> =
        names.iter().map(|name| format!("{name}: scalar")).collect();
    declarations.extend(data.iter().map(|one| format!("{}: vector(n)", one.name)));
    let options = MinimizeOptions {
        over: names.to_vec(),
        declarations: declarations.join("\n"),
        start: names.iter().zip(start).map(|(name, x)| given(name, vec![*x], true)).collect(),
        data,
        seed: 1,
        ..MinimizeOptions::default()
    };
    match Session::global().minimize("<test>", objective, options, &mut |_| true) {
        Ok(found) => Some(found),
        Err(failure) => {
            assert_eq!(
                failure.diagnostics()[0].code.id,
                "E0503",
                "{objective}: {:?}",
                failure.diagnostics()
            );
            None
        }
    }
}

fn minimum(objective: &str, names: &[String], start: &[f64], data: Vec<Given>) -> Minimum {
    tried(objective, names, start, data).expect("the start is in the domain")
}

fn value_at(objective: &str, names: &[String], x: &[f64]) -> Option<f64> {
    let declarations: Vec<String> = names.iter().map(|name| format!("{name}: scalar")).collect();
    let options =
        DeriveOptions { declarations: declarations.join("\n"), ..DeriveOptions::default() };
    let data: Vec<Given> =
        names.iter().zip(x).map(|(name, x)| given(name, vec![*x], true)).collect();
    let found = Session::global().eval("<test>", objective, &data, &options).ok()?;
    found.value.entries.first().copied()
}

fn names(letter: char, count: usize) -> Vec<String> {
    (1..=count).map(|k| format!("{letter}{k}")).collect()
}

/// The objective of a problem, and its start.
fn objective(problem: &Value) -> (String, Vec<f64>) {
    let residuals = problem["residuals"].as_array().expect("a list");
    let squares: Vec<String> =
        residuals.iter().map(|r| format!("({})^2", r.as_str().expect("text"))).collect();
    (squares.join(" + "), numbers(&problem["start"]))
}

#[test]
fn published_minima_are_reached_from_the_standard_start_and_said_to_be() {
    let (mut reached, mut wrong) = (0, Vec::new());
    for problem in table(include_str!("../data/mgh.json"), "problems") {
        let name = problem["name"].as_str().expect("a name");
        let (text, start) = objective(&problem);
        let found = minimum(&text, &names('x', start.len()), &start, Vec::new());
        let known = problem["minimum"].as_f64().expect("a number");
        // The digits that are published, and zero to the square of the usual tolerance of residuals.
        let is = |minimum: f64| {
            let slack = if minimum == 0.0 { 1e-10 } else { 1e-6 * minimum };
            (found.outcome.value - minimum).abs() <= slack
        };
        let known = is(known) || numbers(&problem["others"]).into_iter().any(is);
        reached += usize::from(known);
        if known != (found.outcome.status == Status::Converged) {
            let (status, value) = (found.outcome.status.name(), found.outcome.value);
            wrong.push(format!("{name}: {status} at {value}"));
        }
    }
    assert!(reached >= 50, "{reached} of 51; {wrong:?}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// An independent look: values alone, of the original expression.
#[test]
fn what_is_called_a_minimum_from_far_away_has_no_lower_neighbour() {
    for scale in [10.0, 100.0] {
        for problem in table(include_str!("../data/mgh.json"), "problems") {
            let (text, start) = objective(&problem);
            let start: Vec<f64> = start.iter().map(|x| scale * x).collect();
            let names = names('x', start.len());
            let Some(found) = tried(&text, &names, &start, Vec::new()) else { continue };
            if found.outcome.status != Status::Converged {
                continue;
            }
            let (x, value) = (&found.outcome.x, found.outcome.value);
            for k in 0..6 {
                let near: Vec<f64> = x
                    .iter()
                    .enumerate()
                    .map(|(i, x)| x + 1e-3 * (x.abs() + 1e-3) * ((3 * i + 7 * k) as f64).sin())
                    .collect();
                let Some(other) = value_at(&text, &names, &near) else { continue };
                // Sums of a hundred terms round to about 1e-14 of their parts.
                let slack = 1e-10 * value.abs() + 1e-12;
                let name = &problem["name"];
                assert!(other >= value - slack, "{name} from {scale}: {value} and near {other}");
            }
        }
    }
}

/// What each point is was found by gradients and eigenvalues of Hessians in 60 digits.
#[test]
fn ends_far_from_the_published_minima_are_called_what_they_are() {
    let table = table(include_str!("../data/mgh.json"), "problems");
    for (name, scale, status) in [
        // Minima of their own, at which all eigenvalues are positive.
        ("15 Kowalik and Osborne", 10.0, Status::Converged),
        ("nls22 Boggs", 100.0, Status::Converged),
        ("35 Chebyquad n=10", 10.0, Status::Converged),
        // The infimum 0.452 along the valley to minus infinity.
        ("5 Beale", 10.0, Status::NotAttained),
        ("5 Beale", 100.0, Status::NotAttained),
        // Two unknowns on a way to infinity, whose rounding hides what values do there.
        ("8 Bard", 100.0, Status::Undecided),
        // Exponentials have underflowed, so that an unknown has no effect.
        ("6 Jennrich and Sampson", 10.0, Status::NotAttained),
        ("12 Box three-dimensional", 10.0, Status::NotAttained),
        // The same of unknowns together, so that no one way to infinity is level.
        ("18 Biggs EXP6", 100.0, Status::Undecided),
        ("19 Osborne 2", 10.0, Status::NotAttained),
        // A valley that bends for a thousand lengths of its width; it was called a saddle.
        ("3 Powell badly scaled", 100.0, Status::IterationLimit),
    ] {
        let problem = table.iter().find(|problem| problem["name"] == name).expect("it is listed");
        let (text, start) = objective(problem);
        let start: Vec<f64> = start.iter().map(|x| scale * x).collect();
        let found = minimum(&text, &names('x', start.len()), &start, Vec::new()).outcome;
        assert_eq!(found.status, status, "{name} from {scale} times: {}", found.reason);
        if name == "5 Beale" {
            assert!(found.reason.contains("a way to infinity"), "{}", found.reason);
        }
    }
}

#[test]
fn certified_fits_are_found_to_six_digits_from_both_starts() {
    for set in table(include_str!("../data/nist.json"), "sets") {
        let certified = numbers(&set["certified"]);
        let data = || {
            let columns = set["data"].as_object().expect("columns");
            columns.iter().map(|(name, column)| given(name, numbers(column), false)).collect()
        };
        for start in set["starts"].as_array().expect("a list") {
            let objective = set["objective"].as_str().expect("text");
            let names = names('b', certified.len());
            let found = minimum(objective, &names, &numbers(start), data());
            for ((name, value), certified) in found.unknowns.iter().zip(&certified) {
                let error = (value.entries[0] - certified).abs() / certified.abs();
                assert!(error <= 1e-6, "{} from {start}: {name} {error:e}", set["name"]);
            }
            assert_eq!(found.outcome.status, Status::Converged, "{} from {start}", set["name"]);
        }
    }
}

/// The data holds no more digits of Filip: rounding its powers alone changes the eighth.
#[test]
fn certified_linear_fits_are_met_in_every_spelling() {
    for set in table(include_str!("../data/nist_linear.json"), "sets") {
        let (x, certified) = (numbers(&set["x"]), numbers(&set["certified"]));
        let (rows, cols) = (x.len(), certified.len());
        let power = |k: usize| x[k / cols].powi((k % cols) as i32);
        let entries: Vec<f64> = (0..rows * cols).map(power).collect();
        let data = || {
            let array = Array::new(vec![rows, cols], entries.clone()).expect("its sizes");
            vec![
                Given { name: "X".into(), array, named: true },
                given("y", numbers(&set["y"]), false),
            ]
        };
        for text in ["norm2(X*b - y)^2", "sum((X*b - y).^2)", "(X*b - y)'*(X*b - y)"] {
            let options = MinimizeOptions {
                over: vec!["b".into()],
                declarations: "X: matrix(m,n), y: vector(m), b: vector(n)".into(),
                data: data(),
                ..MinimizeOptions::default()
            };
            let found = Session::global().minimize("<test>", text, options, &mut |_| true);
            let found = found.expect("there is a minimum");
            assert_eq!(found.outcome.status, Status::Converged, "{}", set["name"]);
            assert_eq!(found.outcome.inertia, Some([0, 0, cols]), "{}", set["name"]);
            let slack = 10.0_f64.powi(-(set["digits"].as_i64().expect("a number") as i32));
            for (b, certified) in found.unknowns[0].1.entries.iter().zip(&certified) {
                let error = (b - certified).abs() / certified.abs();
                assert!(error <= slack, "{}, {text}: {error:e}", set["name"]);
            }
        }
    }
}

/// Numbers from -1 to 1 without structure, that every machine agrees on.
fn drawing() -> impl FnMut() -> f64 {
    let mut state = 1_u64;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// Data of a logistic regression whose columns have lengths from 1 to `longest`.
fn regression(longest: f64) -> Vec<Given> {
    let (count, size) = (2000_usize, 90_usize);
    let mut drawn = drawing();
    let scale = |j: usize| longest.powf(j as f64 / (size - 1) as f64);
    let entries: Vec<f64> = (0..count * size).map(|k| drawn() * scale(k % size)).collect();
    let signs: Vec<f64> =
        (0..count).map(|i| (entries[i * size] + 0.3 * drawn()).signum()).collect();
    let array = Array::new(vec![count, size], entries).expect("its sizes");
    vec![Given { name: "X".into(), array, named: true }, given("y", signs, false)]
}

#[test]
fn a_convex_loss_with_a_ridge_is_met_by_gradients_first_and_proved_by_them() {
    let loss = "mean(softplus(-y.*(X*w))) + 0.05*norm2(w)^2";
    let solved = |method: Option<Method>, longest: f64| {
        let options = MinimizeOptions {
            over: vec!["w".into()],
            declarations: "X: matrix(m,n), y: vector(m), w: vector(n)".into(),
            data: regression(longest),
            tolerance: Some(1e-6),
            method,
            ..MinimizeOptions::default()
        };
        Session::global().minimize("<test>", loss, options, &mut |_| true).expect(loss)
    };
    for (longest, expected) in [(1.0, Method::Lbfgs), (100.0, Method::Trust)] {
        let found = solved(None, longest);
        assert_eq!(found.method, expected, "{}", found.why);
        assert!(found.why.starts_with("strongly convex by its form"), "{}", found.why);
        assert_eq!(found.outcome.status, Status::Converged);
        assert_eq!(found.outcome.inertia, Some([0, 0, 90]));
        let other = solved(Some(Method::Newton), longest);
        // Gradients with ninety entries within 1e-6 and curvature of at least 0.1 leave 1e-4.
        let far = found.unknowns[0].1.entries.iter().zip(&other.unknowns[0].1.entries);
        let far = far.fold(0.0_f64, |far, (a, b)| far.max((a - b).abs()));
        assert!(far <= 1e-4, "{far:.1e}");
    }
    // The sign of a weight that is given as a number is known.
    let mut data = regression(1.0);
    data.push(given("c", vec![0.05], true));
    let options = MinimizeOptions {
        over: vec!["w".into()],
        declarations: "X: matrix(m,n), y: vector(m), w: vector(n)".into(),
        data,
        tolerance: Some(1e-6),
        ..MinimizeOptions::default()
    };
    let weighted = "mean(softplus(-y.*(X*w))) + c*norm2(w)^2";
    let found =
        Session::global().minimize("<test>", weighted, options, &mut |_| true).expect(weighted);
    assert_eq!(found.method, Method::Lbfgs, "{}", found.why);
    // Without the ridge nothing is known of the curvature.
    let options = MinimizeOptions {
        over: vec!["w".into()],
        declarations: "X: matrix(m,n), y: vector(m), w: vector(n)".into(),
        data: regression(1.0),
        ..MinimizeOptions::default()
    };
    let plain = "mean(softplus(-y.*(X*w)))";
    let found = Session::global().minimize("<test>", plain, options, &mut |_| true).expect(plain);
    assert_eq!(found.method, Method::Trust);
}

#[test]
fn a_masked_factorisation_is_preconditioned_by_its_blocks() {
    let (count, rank) = (160_usize, 5_usize);
    let mut drawn = drawing();
    let mut entries = |count: usize| -> Vec<f64> { (0..count).map(|_| drawn()).collect() };
    let matrix = |name: &str, cols: usize, entries: Vec<f64>| {
        let array = Array::new(vec![count, cols], entries).expect("its sizes");
        Given { name: name.into(), array, named: true }
    };
    let start = ["U", "V"].map(|name| matrix(name, rank, entries(count * rank))).to_vec();
    let (left, right) = (entries(count * rank), entries(count * rank));
    let mut mask = entries(count * count);
    mask.iter_mut().for_each(|m| *m = f64::from(u8::from(*m < -0.4)));
    // A row of which nothing is seen leaves the block of its factor to the penalty.
    mask[..count].fill(0.0);
    let mask = matrix("M", count, mask);
    let mut values = entries(count * count);
    for (k, y) in values.iter_mut().enumerate() {
        let (u, v) = (&left[k / count * rank..][..rank], &right[k % count * rank..][..rank]);
        *y = 0.01 * *y + u.iter().zip(v).map(|(u, v)| u * v).sum::<f64>();
    }
    let values = matrix("Y", count, values);
    let objective = "norm2(M.*(U*V' - Y))^2 + 0.01*norm2(U)^2 + 0.01*norm2(V)^2";
    let solved = |method: Option<Method>| {
        let options = MinimizeOptions {
            over: vec!["U".into(), "V".into()],
            declarations: "U: matrix(m,k), V: matrix(n,k), M: matrix(m,n), Y: matrix(m,n)".into(),
            data: vec![mask.clone(), values.clone()],
            start: start.clone(),
            method,
            ..MinimizeOptions::default()
        };
        Session::global().minimize("<test>", objective, options, &mut |_| true).expect(objective)
    };
    let found = solved(None);
    assert_eq!((found.method, found.outcome.status), (Method::NewtonCg, Status::Converged));
    assert!(found.why.contains("dividing by them preconditions"), "{}", found.why);
    assert!(found.outcome.iterations < 40, "{}", found.outcome.iterations);
    // A method without products, from the same start, is not lower.
    let other = solved(Some(Method::Lbfgs));
    assert!(found.outcome.value <= other.outcome.value * (1.0 + 1e-6), "{}", other.outcome.value);
    let row = &found.unknowns[0].1.entries[..rank];
    assert!(row.iter().all(|u| u.abs() < 1e-6), "{row:?}");
}
