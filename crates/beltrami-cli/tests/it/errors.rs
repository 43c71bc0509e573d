//! Everything a user can do wrong, and what is said about it.

use crate::command::{beltrami, beltrami_in, folder, write};

/// The rows of the identity table that must be refused or answered with a reservation: id, arguments, code, column, words.
const NEGATIVE: &[(&str, &[&str], &str, u64, &str)] = &[
    (
        "ER01",
        &["A*x", "--by", "x", "--let", "A: matrix(m,n); x: vector(m)"],
        "E0203",
        1,
        "cannot multiply `A` (m×n) by `x` (m)",
    ),
    (
        "ER04",
        &["tr(A)", "--by", "A", "--let", "A: matrix(m,n)"],
        "E0201",
        4,
        "`tr` needs a square matrix, `A` is m×n",
    ),
    (
        "ER05",
        &["inv(A)*b", "--by", "A", "--let", "A: matrix(m,n); b: vector(m)"],
        "E0201",
        5,
        "`inv` needs a square matrix",
    ),
    ("ER07", &["exp(A", "--by", "A", "--let", "A: matrix(m,n)"], "E0103", 6, "missing `)`"),
    (
        "ER11",
        &["logdet(X)", "--by", "X", "--let", "X: matrix(m,n)"],
        "E0201",
        8,
        "`logdet` needs a square matrix",
    ),
];

#[test]
fn the_negative_rows_give_the_diagnosis_at_its_place() {
    for (id, arguments, code, column, words) in NEGATIVE {
        let run = beltrami(&[&["derive"], *arguments].concat());
        run.refuses(2, code, words);
        assert!(run.err.contains(&format!("<expression>:1:{column}\n")), "{id}: {}", run.err);
        let json = beltrami(&[&["derive"], *arguments, &["--json"]].concat());
        assert_eq!((json.code, json.err.as_str()), (2, ""), "{id}");
        let error = &json.json()["error"][0];
        assert_eq!(
            (&error["code"], &error["column"]),
            (&(*code).into(), &(*column).into()),
            "{id}"
        );
    }
}

#[test]
fn the_rows_with_a_reservation_say_it() {
    let kink = beltrami(&["derive", "norm1(x)", "--by", "x", "--let", "x: vector(n)"]);
    assert_eq!((kink.code, kink.out.as_str()), (0, "sign(x)'\n"));
    assert!(
        kink.err.contains("warning[W0101]: `norm1(x)` is not differentiable where x_i = 0"),
        "{}",
        kink.err
    );
    let top = beltrami(&["derive", "lmax(X)", "--by", "X", "--let", "X: symmetric(n)"]);
    assert_eq!((top.code, top.out.as_str()), (0, "vmax(X)*vmax(X)'\n"));
    assert!(top.err.contains("holds where the largest eigenvalue of X is simple"), "{}", top.err);
}

#[test]
fn the_message_of_the_design_is_drawn_as_it_stands_there() {
    let here = folder("errors-design");
    write(here.join("loss.bel"), "A: matrix(m, n)\nx: vector(m)\n\nf = sum(A*x)\n");
    let run = beltrami_in(&here, &["derive", "loss.bel", "--by", "x"]);
    let expected = "\
error[E0203]: cannot multiply `A` (m×n) by `x` (m): n and m differ
  --> loss.bel:4:9
 4 | f = sum(A*x)
   |         ^^^ columns of A are n, rows of x are m
 2 | x: vector(m)          -- declared here
hint: did you mean `A'*x`?            beltrami explain E0203
";
    assert_eq!((run.code, run.err.as_str()), (2, expected));
}

#[test]
fn command_lines_that_cannot_be_read_are_said_in_the_same_way() {
    let refused: &[(&[&str], &str, &str)] = &[
        (&["derive", "x'*x"], "E0701", "required arguments were not provided"),
        (&["derive", "--by", "x"], "E0701", "EXPR|FILE.bel"),
        (&["derive", "x'*x", "--bu", "x"], "E0701", "did you mean `--by`?"),
        (&["derive", "x'*x", "--vars", "x"], "E0701", "`--vars` is an option of `roots`"),
        (&["derive", "x'*x", "--by", "x", "--zzz"], "E0701", "unexpected argument `--zzz`"),
        (
            &["derive", "x'*x", "--by", "x", "--order", "-1"],
            "E0701",
            "invalid value `-1` for `--order <N>`",
        ),
        (&["derive", "x'*x", "--by", "x", "--order", "two"], "E0701", "whole number"),
        (
            &["derive", "x'*x", "--by", "x", "--layout", "sideways"],
            "E0701",
            "possible values: numerator, denominator",
        ),
        (
            &["derive", "x'*x", "--by", "x", "--form", "cube"],
            "E0701",
            "possible values: matrix, kron, index, operator",
        ),
        (
            &["derive", "x'*x", "--by", "x", "--to", "cobol"],
            "E0701",
            "possible values: text, latex",
        ),
        (&["derive", "x'*x", "y'*y", "--by", "x"], "E0701", "unexpected argument"),
        (&["dervie", "x'*x"], "E0701", "`derive`"),
        (&["completions", "tcsh"], "E0701", "possible values: bash"),
        (&["derive", "x'*x", "--by", "y"], "E0302", "`y` does not occur"),
        (&["derive", "x'*x", "--by", ","], "E0702", "no variable to differentiate by"),
        (&["derive", "x'*x", "--by", "x", "--order", "0"], "E0702", "at least 1"),
        (&["derive", "x'*y", "--by", "x,y", "--order", "3"], "E0702", "2 variables"),
        (&["derive", "", "--by", "x"], "E0102", ""),
        (&["derive", "x'*x", "--by", "x", "--let", "x: vctor(n)"], "E0107", "unknown type `vctor`"),
    ];
    for (arguments, code, words) in refused {
        beltrami(arguments).refuses(2, code, words);
    }
}

#[test]
fn usage_errors_are_json_when_json_is_asked_for() {
    let run = beltrami(&["derive", "x'*x", "--json", "--bogus"]);
    assert_eq!((run.code, run.err.as_str()), (2, ""));
    assert_eq!(run.json()["error"][0]["code"], "E0701");
}

#[test]
fn a_computation_that_fails_exits_with_one() {
    beltrami(&["derive", "log(-a^2)", "--by", "a"]).refuses(1, "E0502", "no random point");
    let run = beltrami(&["derive", "log(-a^2)", "--by", "a", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_eq!(run.json()["error"][0]["code"], "E0502");
}

#[test]
fn deep_long_and_strange_inputs_are_refused_quietly() {
    let here = folder("errors-deep");
    for (text, code) in [
        ("(".repeat(100_000), "E0105"),
        ("x".repeat(1_100_000), "E0106"),
        ("[".repeat(5_000) + &"]".repeat(5_000), "E0105"),
        ("\u{0}\u{1}\u{2}".into(), "E0101"),
        ("x € y".into(), "E0101"),
        ("+".repeat(100), "E0102"),
    ] {
        write(here.join("a.bel"), &text);
        let run = beltrami_in(&here, &["derive", "a.bel", "--by", "x"]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(code) && run.err.len() < 10_000, "{code}: {}", run.err);
    }
    write(here.join("a.bel"), "x + ".repeat(400) + "x");
    assert_eq!(beltrami_in(&here, &["derive", "a.bel", "--by", "x"]).out, "401*eye(n)\n");
}
