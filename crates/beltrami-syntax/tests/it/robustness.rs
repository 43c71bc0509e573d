//! Huge and senseless texts: an answer within the time limit, no panic, no deep tree.

use std::time::{Duration, Instant};

use beltrami_diag::{SourceId, Sources, render};
use beltrami_syntax::{
    Expr, ExprKind, MAX_DEPTH, format, parse_declarations, parse_equations, parse_expression,
    parse_program,
};
use proptest::prelude::*;

fn depth(expr: &Expr) -> usize {
    let most = |exprs: &[Expr]| exprs.iter().map(depth).max().unwrap_or(0);
    1 + match &expr.kind {
        ExprKind::Unary(_, inner) | ExprKind::Transpose(inner) | ExprKind::Paren(inner) => {
            depth(inner)
        }
        ExprKind::Binary { lhs, rhs, .. } => depth(lhs).max(depth(rhs)),
        ExprKind::Call { args, .. } => most(args),
        ExprKind::Index { base, indices } => depth(base).max(most(indices)),
        ExprKind::Block { rows } => rows.iter().map(|row| most(row)).max().unwrap_or(0),
        _ => 0,
    }
}

/// Parses in every way, renders the errors and formats the trees; the number of errors of an expression.
fn survive(text: &str) -> usize {
    let source = SourceId(0);
    let mut sources = Sources::new();
    sources.add("<expression>", text);
    let expression = parse_expression(text, source);
    assert!(depth(&expression.tree) <= MAX_DEPTH);
    render::terminal(&expression.errors, &sources, false);
    render::json(&expression.errors, &sources);
    if expression.errors.is_empty() {
        let again = parse_expression(&format::expr(&expression.tree), source);
        assert!(again.tree.same_as(&expression.tree) || !again.errors.is_empty(), "{text}");
    }
    let program = parse_program(text, source);
    let printed = format::program(&program.tree);
    if program.errors.is_empty() {
        let again = parse_program(&printed, source);
        assert!(
            format::program(&again.tree) == printed || !again.errors.is_empty(),
            "{text}\n{printed}"
        );
    }
    let equations = parse_equations(text, source);
    let printed = format::program(&equations.tree);
    if equations.errors.is_empty() {
        let again = parse_equations(&printed, source);
        assert!(
            format::program(&again.tree) == printed || !again.errors.is_empty(),
            "{text}\n{printed}"
        );
    }
    parse_declarations(text, source);
    expression.errors.len()
}

#[test]
fn huge_texts_give_one_error_in_time() {
    // The limit is for one parse on the small stack of a thread; a loaded machine needs some room.
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 100 });
    for (unit, count) in [
        ("(", 100_000),
        ("'", 100_000),
        ("-", 100_000),
        ("[", 100_000),
        ("f(", 50_000),
        ("a^", 50_000),
        ("a+", 500_000),
        ("a+", 5_000),
        ("a'+", 300),
        ("x[", 5_000),
        ("²", 50_000),
        ("a b ", 100_000),
        ("$ ", 100_000),
        ("a $ ", 10_000),
        (")", 30_000),
        ("a,", 30_000),
        ("a;", 30_000),
        ("a: ", 20_000),
        ("(a,\n", 20_000),
        ("1 ", 600_000),
        ("\u{3b1}", 520_000),
        ("\"", 1_000_000),
    ] {
        let text = unit.repeat(count);
        for text in [text.clone(), format!("A{text}")] {
            let start = Instant::now();
            let parsed = parse_expression(&text, SourceId(0));
            let elapsed = start.elapsed();
            assert!(elapsed < limit, "{count} times {unit:?}: {elapsed:?}");
            let name = unit == "\u{3b1}";
            assert!(
                parsed.errors.is_empty() == name,
                "{count} times {unit:?}: {}",
                parsed.errors.len()
            );
            assert!(depth(&parsed.tree) <= MAX_DEPTH);
            drop(parsed);
            survive(&text);
        }
    }
}

#[test]
fn the_deepest_accepted_text_fits_a_small_stack() {
    let nested = "(".repeat(256) + "a" + &")".repeat(256);
    let signs = "-".repeat(256) + "a";
    let powers = "a^".repeat(256) + "a";
    let calls = "f([x[".repeat(85) + "a" + &"]])".repeat(85);
    let sum = "a+".repeat(511) + "a";
    let texts = [nested, signs, powers, calls, sum];
    let run = move || texts.iter().for_each(|text| assert_eq!(survive(text), 0, "{text}"));
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread");
    thread.join().expect("no overflow");
}

/// Words that meet in all orders.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a", "B", "x", "f", "2", "2.", ".5", "1e-3", "\"ij\"", "+", "-", "*", "/", "^", ".*", "./",
        ".^", "'", "²", "(", ")", "[", "]", ",", ";", ":", "=", ">", ">=", "in", "+-1", "±",
        "vector", "matrix", "spd", "(n)", "\n", " ", "**", ".", "@", "\\", "|", "==", "$", "×",
        "#", "α", "inf", "−", "ᵀ",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_are_survived(text in words()) {
        survive(&text);
    }
}
