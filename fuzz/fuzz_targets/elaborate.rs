//! Any program elaborates or is refused without panic, and what elaborates is printed and read back as the same text.
#![no_main]

use beltrami_diag::{Diagnostic, SourceId, Sources, render};
use beltrami_elab::{Elaborated, Request, elaborate};
use beltrami_print::{latex, mathml, text};
use beltrami_syntax::{Parsed, Program, parse_declarations, parse_program};
use libfuzzer_sys::fuzz_target;

/// Elaborates a program that parsed without errors.
fn elaborated(
    program: &Parsed<Program>,
    source: SourceId,
    declarations: &str,
) -> Result<Elaborated, Vec<Diagnostic>> {
    let declared = parse_declarations(declarations, SourceId(1));
    if !declared.errors.is_empty() {
        return Err(declared.errors);
    }
    elaborate(&Request {
        registry: beltrami_ops::registry(),
        program: &program.tree,
        source,
        declarations: &declared.tree,
        declarations_source: SourceId(1),
        by: &[],
    })
}

fuzz_target!(|text_in: &str| {
    let mut sources = Sources::new();
    let source = sources.add("<fuzz>", text_in);
    let program = parse_program(text_in, source);
    if !program.errors.is_empty() {
        return;
    }
    let found = match elaborated(&program, source, "") {
        Ok(found) => found,
        Err(errors) => {
            assert!(!errors.is_empty());
            render::terminal(&errors, &sources, true);
            return;
        }
    };
    // Longer expressions cost the fuzzer more than they find.
    if found.graph.len() > 200 {
        return;
    }
    assert!(!latex(&found.graph, found.root).is_empty());
    assert!(mathml(&found.graph, found.root).contains("<math"));

    // The printed text with all declarations said means the same: the sizes and shapes are settled by now.
    let printed = text(&found.graph, found.root);
    let variables = found.variables.iter().map(|v| &v.declaration);
    let sizes = found.assumed.iter().filter(|note| note.ends_with(": size"));
    let declarations: Vec<String> = variables.chain(sizes).cloned().collect();
    let again = parse_program(&printed, source);
    if again.errors.iter().any(|error| error.code.id == "E0105") {
        return;
    }
    assert!(again.errors.is_empty(), "{printed}");
    match elaborated(&again, source, &declarations.join(", ")) {
        Ok(again) => assert_eq!(text(&again.graph, again.root), printed),
        Err(errors) => panic!("{printed}: {}", errors[0].message),
    }
});
