//! Julia files on the standard library.

mod input;
mod name;
mod runtime;
mod spelling;
mod write;

use beltrami_core::ExprId;

use crate::identifier::Identifiers;
use crate::loops::lowered;
use crate::module::{Module, Unsupported, ordinal};
use crate::runtime::{Helper, used};
use crate::signature::Signature;
use input::Inputs;

/// A Julia file on LinearAlgebra that defines `value` and `derivative`, functions of keywords.
///
/// Vectors and rows are vectors, scalars are numbers, sizes are checked, nothing is inverted explicitly.
pub fn julia(module: &Module<'_>) -> Result<String, Unsupported> {
    let reserved = name::RESERVED.iter().copied();
    let mut signature = Signature::of(module, Identifiers::new(reserved), name::spelled);
    let mut bodies = Vec::new();
    for (name, root) in [("value", module.value), ("derivative", module.derivative)] {
        let wide = name == "derivative" && module.two_dimensional;
        bodies.push(body(module, &mut signature, wide, root)?);
    }
    let inputs = Inputs::of(&signature, &bodies.concat())?;
    let texts = [("value", &module.value_text), ("derivative", &module.derivative_text)];
    let mut code = String::new();
    for ((name, text), body) in texts.into_iter().zip(&bodies) {
        let (call, head) = (inputs.call(name), inputs.head(name));
        code.push_str(&format!("\n\"\"\"\n    {call}\n\n{}\n\"\"\"\n{head}\n", quoted(text)));
        code.push_str(&format!("{}{body}end\n", inputs.read(body)));
    }
    code.push_str(&format!("\n{}", inputs.reader()));
    let helpers: Vec<&Helper> = runtime::HELPERS.iter().collect();
    for helper in used(&helpers, &code) {
        code.push_str(&format!("\n{}", helper.source));
    }
    Ok(format!("{}\nusing LinearAlgebra\n{code}", description(module)))
}

/// The statements of a function after its inputs are read.
fn body(
    module: &Module<'_>,
    signature: &mut Signature,
    wide: bool,
    root: ExprId,
) -> Result<String, Unsupported> {
    let (program, array) = lowered(module, signature, root, wide)?;
    let block = write::block(&program, array, module.graph.registry(), signature)?;
    let lines = block.statements.iter().map(|line| format!("    {line}\n"));
    Ok(lines.chain([format!("    return {}\n", block.result)]).collect())
}

fn description(module: &Module<'_>) -> String {
    let by =
        if module.by.is_empty() { String::new() } else { format!(" by {}", module.by.join(", ")) };
    let mut lines = vec![
        format!("{} and its {}derivative.", module.value_text, ordinal(module.order)),
        String::new(),
        format!("derivative{by}: {}", module.derivative_text),
        String::from("Vectors and rows are vectors, scalars are numbers; all inputs are keywords."),
    ];
    lines.extend(module.notes.iter().cloned());
    lines.iter().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

/// A text within a string.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('"', "\\\"")
}
