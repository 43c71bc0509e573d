//! Any text parses without panic, and what parses without errors is printed and read back unchanged.
#![no_main]

use beltrami_diag::{Sources, render};
use beltrami_syntax::{
    Parsed, format, parse_declarations, parse_equations, parse_expression, parse_program,
};
use libfuzzer_sys::fuzz_target;

/// Printing can add parentheses, so only the limits on depth may refuse the printed text.
fn only_limits<T>(parsed: &Parsed<T>) -> bool {
    parsed.errors.iter().all(|error| error.code.id == "E0105")
}

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let source = sources.add("<fuzz>", text);

    let expression = parse_expression(text, source);
    render::terminal(&expression.errors, &sources, true);
    render::json(&expression.errors, &sources);
    render::html(&expression.errors, &sources);
    if expression.errors.is_empty() {
        let again = parse_expression(&format::expr(&expression.tree), source);
        assert!(only_limits(&again));
        assert!(!again.errors.is_empty() || again.tree.same_as(&expression.tree));
    }

    let program = parse_program(text, source);
    let printed = format::program(&program.tree);
    if program.errors.is_empty() {
        let again = parse_program(&printed, source);
        assert!(only_limits(&again));
        assert!(!again.errors.is_empty() || format::program(&again.tree) == printed);
    }

    let equations = parse_equations(text, source);
    render::terminal(&equations.errors, &sources, true);
    let printed = format::program(&equations.tree);
    if equations.errors.is_empty() {
        let again = parse_equations(&printed, source);
        assert!(only_limits(&again));
        assert!(!again.errors.is_empty() || format::program(&again.tree) == printed);
    }

    let declarations = parse_declarations(text, source);
    for declaration in &declarations.tree {
        let printed = format::declaration(declaration);
        if declarations.errors.is_empty() {
            let again = parse_declarations(&printed, source);
            assert!(again.errors.is_empty());
            assert!(again.tree.iter().map(format::declaration).eq([printed]));
        }
    }
});
