//! What searches of boxes claim: rows of a table, and what must not depend on scales.

use crate::command::{Done, beltrami};
use serde_json::Value;

/// Words at blanks, texts in quotes whole.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("one at least").push(c),
        }
    }
    words
}

fn run(arguments: &[String], more: &[&str]) -> Done {
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    beltrami(&all)
}

fn coordinates(found: &Value) -> Vec<Vec<f64>> {
    let list = found.get("roots").or_else(|| found.get("points")).and_then(Value::as_array);
    let of = |root: &Value| {
        let x = root["x"].as_array().expect("coordinates");
        x.iter().map(|x| x.as_f64().expect("a number")).collect()
    };
    list.expect("a list of roots").iter().map(of).collect()
}

#[test]
fn every_row_of_the_table_is_what_the_command_says() {
    let table = include_str!("../claims/systems.tsv");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [source, command, code, roots, undecided, complete, expected, present, absent] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("nine fields: {line}");
        };
        let arguments = words(command);
        let done = run(&arguments, &["--json"]);
        assert_eq!(done.code.to_string(), code, "{source}: {done:?}");
        let found = done.json();
        let at = coordinates(&found);
        let parts = found["undecided"].as_array().expect("a list").len();
        assert_eq!(
            (at.len().to_string(), parts.to_string()),
            (roots.into(), undecided.into()),
            "{source}: {found}"
        );
        assert_eq!(found["complete"].as_bool(), Some(complete == "yes"), "{source}: {found}");
        if expected != "-" {
            let expected: Vec<Vec<f64>> = (expected.split(' '))
                .map(|root| root.split(',').map(|x| x.parse().expect("a number")).collect())
                .collect();
            for (found, expected) in at.iter().flatten().zip(expected.iter().flatten()) {
                // Far above every radius; that roots are apart is said by their number.
                let near = (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3);
                assert!(near, "{source}: {at:?}");
            }
        }
        let text = run(&arguments, &[]);
        let all = format!("{}{}", text.out, text.err);
        assert!(all.contains(present), "{source}: {all}");
        assert!(absent == "-" || !all.contains(absent), "{source}: {all}");
    }
}

/// What is certified does not depend on the units of the unknowns or of the equations; powers of two round nothing.
#[test]
fn scales_change_no_verdict() {
    /// 2^60, which is written out because a decimal of 2^-60 is rounded.
    const FAR: i64 = 1 << 60;
    let systems = [
        ("4*X*(X^2 + Y - 11) + 2*(X + Y^2 - 7); 2*(X^2 + Y - 11) + 4*Y*(X + Y^2 - 7)", 9, 0, 6.0),
        ("8*X - 8.4*X^3 + 2*X^5 + Y; X - 8*Y + 16*Y^3", 15, 0, 3.0),
        ("sin(3*X) - Y; exp(Y) - 1 - X", 3, 0, 2.0),
        ("(X - 0.3)^2 - Y; Y*(1 + X)", 0, 1, 1.3),
    ];
    for (text, roots, undecided, side) in systems {
        for (of_x, of_f) in [("", ""), ("*", ""), ("/", ""), ("", "*"), ("", "/")] {
            // The unknown in another unit, and its box with it.
            let (unit, shown) = match of_x {
                "*" => (1.0 / FAR as f64, format!("*{FAR}")),
                "/" => (FAR as f64, format!("/{FAR}")),
                _ => (1.0, String::new()),
            };
            let factor = if of_f.is_empty() { String::new() } else { format!("{of_f}{FAR}") };
            let name =
                |text: &str, from: char, to: &str| text.replace(from, &format!("({to}{shown})"));
            let equations: Vec<String> = text
                .split(';')
                .map(|f| format!("({}){factor}", name(&name(f, 'X', "x"), 'Y', "y")))
                .collect();
            let (equations, end) = (equations.join("; "), side * unit);
            let region = format!("--box=-{end:e}:{end:e},-{end:e}:{end:e}");
            let found =
                beltrami(&["roots", &equations, "--vars", "x,y", "--all", &region, "--json"]);
            let found = found.json();
            let parts = found["undecided"].as_array().map(Vec::len);
            assert_eq!(found["complete"], true, "{equations}: {found}");
            assert_eq!(
                (coordinates(&found).len(), parts),
                (roots, Some(undecided)),
                "{equations}: {found}"
            );
        }
    }
}

/// The time ends a search and says so; the roots so far stand.
#[test]
fn a_search_ends_with_its_time() {
    let text = "sin(50*x); sin(50*y)";
    let run = [
        "roots",
        text,
        "--vars",
        "x,y",
        "--all",
        "--box=-2000:2000,-2000:2000",
        "--boxes=1000000000",
        "--seconds=0.3",
    ];
    let done = beltrami(&run);
    assert!(done.code == 1 && done.err.contains("raise `--seconds`"), "{}", done.err);
    let json = beltrami(&[&run[..], &["--json"]].concat());
    assert_eq!((json.code, json.json()["late"].as_bool()), (1, Some(true)));
}

#[test]
fn a_time_that_is_none_is_refused() {
    for time in ["-1", "0", "nan", "inf", "soon"] {
        let seconds = format!("--seconds={time}");
        let done = beltrami(&["roots", "x-1", "--vars", "x", "--all", "--box=0:2", &seconds]);
        assert!(done.code == 2 && done.err.contains("E0701"), "{time}: {done:?}");
    }
}
