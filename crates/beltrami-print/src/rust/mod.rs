//! Rust modules on faer.

mod input;
mod language;
mod name;
mod runtime;
mod whole;

use beltrami_core::ExprId;

use crate::identifier::Identifiers;
use crate::loops::{Body, lowered};
use crate::module::{Module, Unsupported, ordinal};
use crate::runtime::{Helper, used};
use crate::signature::{Signature, has_word};
use input::Inputs;
use language::Rust;

/// A Rust module on faer that defines `value` and `derivative`, functions of the inputs.
///
/// Vectors and rows are columns, scalars are numbers, shapes are checked, nothing is inverted explicitly.
pub fn rust(module: &Module<'_>) -> Result<String, Unsupported> {
    let reserved =
        name::RESERVED.iter().copied().chain(runtime::HELPERS.iter().map(|helper| helper.name));
    let mut signature = Signature::of(module, Identifiers::new(reserved), name::spelled);
    let mut functions = Vec::new();
    for (name, root) in [("value", module.value), ("derivative", module.derivative)] {
        functions.push(body(
            module,
            &mut signature,
            name == "derivative" && module.two_dimensional,
            root,
        )?);
    }
    let bodies: Vec<&str> = functions.iter().map(|(body, _)| body.as_str()).collect();
    let inputs = Inputs::of(&signature, &bodies.concat())?;
    let texts = [("value", &module.value_text), ("derivative", &module.derivative_text)];
    let mut code = String::new();
    for ((name, text), (body, result)) in texts.into_iter().zip(&functions) {
        let head = inputs.head(&format!("pub fn {name}"), &format!("Result<{result}, Error>"));
        code.push_str(&format!("/// `{text}`\n{head} {{\n{}{body}}}\n\n", inputs.read(body)));
    }
    code.push_str(&inputs.reader());
    let helpers: Vec<&Helper> = runtime::HELPERS.iter().collect();
    // Formulas in comments call nothing.
    let plain: Vec<&str> = code.lines().filter(|line| !line.starts_with("///")).collect();
    for helper in used(&helpers, &plain.join("\n")) {
        code.push_str(&format!("\n{}", helper.source));
    }
    Ok(format!("{}\n{}\n{code}", description(module), imports(&code)))
}

/// The statements of a function after its inputs are checked, and the type of its result.
fn body(
    module: &Module<'_>,
    signature: &mut Signature,
    wide: bool,
    root: ExprId,
) -> Result<(String, String), Unsupported> {
    let (program, array) = lowered(module, signature, root, wide)?;
    let registry = module.graph.registry();
    let spoken = (registry, &signature.sizes);
    let mut body =
        Body::new((&program, array), spoken.0, spoken.1, &Rust, &mut signature.identifiers);
    let checks = body.checks();
    let result = Rust.result(&mut body, array)?;
    let mut lines = Vec::new();
    for (violation, what) in checks {
        lines.push(format!("if {violation} {{"));
        lines.push(format!("    return Err(Error(String::from(\"{what}\")));"));
        lines.push(String::from("}"));
    }
    lines.append(&mut body.lines);
    lines.push(result);
    let kind = match program.axes(array).len() {
        0 => String::from("f64"),
        1 => String::from("Col<f64>"),
        2 => String::from("Mat<f64>"),
        axes => format!("Tensor<{axes}>"),
    };
    Ok((
        lines.iter().flat_map(|line| line.lines()).map(|line| format!("    {line}\n")).collect(),
        kind,
    ))
}

fn description(module: &Module<'_>) -> String {
    let by =
        if module.by.is_empty() { String::new() } else { format!(" by {}", module.by.join(", ")) };
    let mut lines = vec![
        format!("`{}` and its {}derivative.", module.value_text, ordinal(module.order)),
        String::new(),
        format!("Derivative{by}: `{}`.", module.derivative_text),
        String::from(
            "Vectors and rows are columns, scalars are numbers, arrays of more axes have their entries row by row.",
        ),
    ];
    lines.extend(module.notes.iter().cloned());
    lines.push(String::from("Needs the crate `faer`, version 0.24, and nothing else."));
    let text: String =
        lines.iter().map(|line| format!("//! {line}").trim_end().to_owned() + "\n").collect();
    // Every function takes all inputs, and names are those of the formula.
    format!("{text}#![allow(non_snake_case, unused_variables)]\n")
}

/// The imports that code needs.
fn imports(code: &str) -> String {
    let mut out = String::new();
    for (path, words) in [
        ("faer::linalg::solvers", &["Llt", "PartialPivLu", "SelfAdjointEigen", "Solve", "Svd"][..]),
        ("faer", &["Col", "ColRef", "Mat", "MatRef", "Side"][..]),
        ("faer::mat", &["AsMatMut"][..]),
    ] {
        let found: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| match *word {
                "Solve" => code.contains(".solve(") || code.contains(".solve_transpose("),
                word => has_word(code, word),
            })
            .collect();
        match found.as_slice() {
            [] => {}
            [only] => out.push_str(&format!("use {path}::{only};\n")),
            several => out.push_str(&format!("use {path}::{{{}}};\n", several.join(", "))),
        }
    }
    out
}
