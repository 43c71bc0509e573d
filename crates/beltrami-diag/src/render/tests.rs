//! What the renderers draw.

use super::{html, json, terminal};
use crate::{Diagnostic, Label, SourceId, Sources, Span, codes};

fn program() -> Sources {
    let mut sources = Sources::new();
    sources.add("loss.bel", "A: matrix(m, n)\nx: vector(m)\n\nf = sum(A*x)\n");
    sources.add("<--let>", "x: vector(m)");
    sources
}

fn label(source: u32, sources: &Sources, marked: &str, text: &str) -> Label {
    let source = SourceId(source);
    let start = sources
        .get(source)
        .and_then(|source| source.text.find(marked))
        .expect("the marked text is there");
    Label::new(source, Span::new(start, start + marked.len()), text)
}

fn product(sources: &Sources) -> Diagnostic {
    Diagnostic::error(&codes::E0203, "cannot multiply `A` (m×n) by `x` (m): n and m differ")
        .at(label(0, sources, "A*x", "columns of A are n, rows of x are m"))
}

fn check(diagnostic: Diagnostic, sources: &Sources, expected: &str) {
    let drawn = terminal(&[diagnostic], sources, false);
    assert_eq!(drawn, expected, "\n{drawn}");
}

#[test]
fn another_line_is_shown_with_a_remark() {
    let sources = program();
    let diagnostic = product(&sources)
        .also(label(0, &sources, "x: vector(m)", "declared here"))
        .hint("did you mean `A'*x`?");
    check(
        diagnostic,
        &sources,
        "error[E0203]: cannot multiply `A` (m×n) by `x` (m): n and m differ
  --> loss.bel:4:9
 4 | f = sum(A*x)
   |         ^^^ columns of A are n, rows of x are m
 2 | x: vector(m)          -- declared here
hint: did you mean `A'*x`?            beltrami explain E0203
",
    );
}

#[test]
fn another_source_has_its_own_arrow() {
    let sources = program();
    let diagnostic = product(&sources).also(label(1, &sources, "x", "declared here"));
    check(
        diagnostic,
        &sources,
        "error[E0203]: cannot multiply `A` (m×n) by `x` (m): n and m differ
  --> loss.bel:4:9
 4 | f = sum(A*x)
   |         ^^^ columns of A are n, rows of x are m
  --> <--let>:1:1
 1 | x: vector(m)          -- declared here
beltrami explain E0203
",
    );
}

#[test]
fn labels_of_one_line_are_drawn_under_it() {
    let mut sources = Sources::new();
    let id = sources.add("<expression>", "exp(A");
    let diagnostic = Diagnostic::error(&codes::E0103, "missing `)`")
        .at(Label::new(id, Span::at(5), "expected `)` here"))
        .also(Label::new(id, Span::new(3, 4), "opened here"));
    check(
        diagnostic,
        &sources,
        "error[E0103]: missing `)`
  --> <expression>:1:6
 1 | exp(A
   |    - ^ expected `)` here
   |    |
   |    opened here
beltrami explain E0103
",
    );
}

#[test]
fn marks_inside_the_primary_mark_hang_below() {
    let mut sources = Sources::new();
    let id = sources.add("<expression>", "A*x + b");
    let diagnostic = Diagnostic::error(&codes::E0202, "cannot add")
        .at(Label::new(id, Span::new(0, 7), "the sum"))
        .also(Label::new(id, Span::new(6, 7), "n"))
        .also(Label::new(id, Span::new(0, 3), "m"));
    check(
        diagnostic,
        &sources,
        "error[E0202]: cannot add
  --> <expression>:1:1
 1 | A*x + b
   | ^^^^^^^ n
   | |
   | the sum
   | m
beltrami explain E0202
",
    );
}

#[test]
fn wide_characters_and_tabs_keep_the_caret_in_place() {
    let mut sources = Sources::new();
    let id = sources.add("a.bel", "f =\t\"漢\" + αβ*γ\n");
    let diagnostic =
        Diagnostic::error(&codes::E0301, "unknown").at(Label::new(id, Span::new(12, 16), "this"));
    check(
        diagnostic,
        &sources,
        "error[E0301]: unknown
  --> a.bel:1:11
 1 | f =    \"漢\" + αβ*γ
   |               ^^ this
beltrami explain E0301
",
    );
}

#[test]
fn long_lines_are_cut_around_the_caret() {
    let mut sources = Sources::new();
    let text = "a + ".repeat(100) + "B" + &" + a".repeat(100);
    let id = sources.add("a.bel", text);
    let drawn = terminal(
        &[Diagnostic::error(&codes::E0301, "unknown").at(Label::new(
            id,
            Span::new(400, 401),
            "this",
        ))],
        &sources,
        false,
    );
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[2].chars().count(), 5 + 120);
    let caret = lines[3].find('^').expect("there is a caret");
    assert_eq!(lines[2].chars().nth(caret), Some('B'));
    assert!(lines[2].starts_with(" 1 | …") && lines[2].ends_with('…'));
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let mut sources = Sources::new();
    let id = sources.add("a\u{1b}.bel", "x\u{1b}[31m\u{202e}y");
    let diagnostic = Diagnostic::error(&codes::E0101, "bad \u{1b}")
        .at(Label::new(id, Span::new(1, 2), "\u{7}"))
        .hint("\u{1b}");
    let drawn = terminal(&[diagnostic], &sources, false);
    assert!(!drawn.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{drawn}");
}

#[test]
fn impossible_places_are_drawn_without_panic() {
    let mut sources = Sources::new();
    let id = sources.add("", "α\r\n");
    for (start, end) in [(0, 0), (1, 1), (5, 2), (400, 900), (usize::MAX, usize::MAX)] {
        for source in [id, SourceId(7)] {
            let at = Label::new(source, Span { start, end }, "here");
            let diagnostic = Diagnostic::warning(&codes::W0101, "odd").at(at.clone()).also(at);
            let diagnostics = [diagnostic];
            assert!(terminal(&diagnostics, &sources, true).contains("W0101"));
            assert!(html(&diagnostics, &sources).contains("W0101"));
            assert_eq!(json(&diagnostics, &sources)[0]["code"], "W0101");
        }
    }
}

#[test]
fn json_counts_from_one_and_says_null_for_nothing() {
    let sources = program();
    let diagnostics = [
        product(&sources).also(label(0, &sources, "x: vector(m)", "declared here")),
        Diagnostic::warning(&codes::W0101, "kink").hint("fine"),
    ];
    assert_eq!(
        json(&diagnostics, &sources),
        serde_json::json!([
            {
                "severity": "error", "code": "E0203", "slug": "shape-mismatch",
                "message": "cannot multiply `A` (m×n) by `x` (m): n and m differ",
                "file": "loss.bel", "line": 4, "column": 9, "end_line": 4, "end_column": 12,
                "label": "columns of A are n, rows of x are m",
                "related": [{
                    "file": "loss.bel", "line": 2, "column": 1, "end_line": 2, "end_column": 13,
                    "text": "declared here",
                }],
                "hint": null, "explain": "beltrami explain E0203",
            },
            {
                "severity": "warning", "code": "W0101", "slug": "not-differentiable-somewhere",
                "message": "kink",
                "file": null, "line": null, "column": null, "end_line": null, "end_column": null,
                "label": null, "related": [], "hint": "fine", "explain": "beltrami explain W0101",
            },
        ])
    );
}

#[test]
fn html_is_escaped() {
    let mut sources = Sources::new();
    let id = sources.add("<expression>", "a <b>&");
    let diagnostic =
        Diagnostic::error(&codes::E0102, "unexpected `<`").at(Label::new(id, Span::new(2, 3), ""));
    assert_eq!(
        html(&[diagnostic], &sources),
        "<pre class=\"diagnostic error\" data-code=\"E0102\">\
         <span class=\"error\">error[E0102]</span><span class=\"message\">: unexpected `&lt;`</span>\n\
         <span class=\"gutter\">  --&gt; </span>&lt;expression&gt;:1:3\n\
         <span class=\"gutter\"> 1 | </span>a &lt;b&gt;&amp;\n\
         <span class=\"gutter\">   | </span>  <span class=\"error\">^</span>\n\
         <span class=\"explain\">beltrami explain E0102</span>\n</pre>\n"
    );
}

#[test]
fn colour_is_only_added_when_asked() {
    let sources = program();
    let plain = terminal(&[product(&sources)], &sources, false);
    let coloured = terminal(&[product(&sources)], &sources, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.starts_with("\u{1b}[1;31merror[E0203]\u{1b}[0m"));
    assert_eq!(terminal(&[], &sources, true), "");
}
