//! Results of literal blocks and subscripts are blocks of entries where that is shorter.

use beltrami::{DeriveOptions, Session};

fn derivative(text: &str, declarations: &str, by: &str, order: usize) -> String {
    let options = DeriveOptions {
        by: vec![by.into()],
        order: Some(order),
        declarations: declarations.into(),
        ..DeriveOptions::default()
    };
    Session::global().derive("<test>", text, &options).expect(text).remove(0).text()
}

/// Texts, and the number of characters that a person would need, blanks not counted.
#[test]
fn results_that_select_entries_are_written_entry_by_entry() {
    let rows = [
        ("[cos(b), -sin(b); sin(b), cos(b)]", "b: scalar", "b", 1, 35),
        ("[cos(t); sin(t); t/4]", "t: scalar", "t", 1, 22),
        ("[x[1]/x[3]; x[2]/x[3]]", "x: vector(3)", "x", 1, 44),
        ("[a^2; 3*a]", "a: scalar", "a", 1, 8),
        (
            "[a*cos(t[1]) + b*cos(t[1]+t[2]); a*sin(t[1]) + b*sin(t[1]+t[2])]",
            "t: vector(2), a: scalar, b: scalar",
            "t",
            1,
            110,
        ),
        ("100*(x[2]-x[1]^2)^2 + (1-x[1])^2", "x: vector(2)", "x", 2, 54),
        ("log(det([t+2, 1; 1, 3]))", "t: scalar", "t", 2, 13),
        ("sum(inv([t+1, 0; 1, 2]*[t+1, 0; 1, 2]'))", "t: scalar", "t", 1, 34),
        ("det([a, b; c, d])", "a: scalar, b: scalar, c: scalar, d: scalar", "a", 1, 1),
        ("tr([X, Y]*[X, Y]')", "X: matrix(m,n), Y: matrix(m,p)", "X", 1, 4),
        ("tr([X; Y]'*[X; Y])", "X: matrix(m,n), Y: matrix(p,n)", "X", 1, 4),
    ];
    let mut wrong = Vec::new();
    for (text, declarations, by, order, most) in rows {
        let found = derivative(text, declarations, by, order);
        let length = found.chars().filter(|c| !c.is_whitespace()).count();
        let selects = ["unit(", "*[", "]*"].iter().any(|word| found.contains(word));
        if length * 10 > most * 13 || selects && !found.starts_with('[') {
            wrong.push(format!("{text} by {by}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_reads_better_whole_stays_whole() {
    assert_eq!(derivative("x'*A*x", "x: vector(3), A: symmetric(3)", "x", 1), "2*(A*x)'");
}
