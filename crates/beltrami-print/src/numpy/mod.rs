//! Python modules on NumPy and SciPy.

mod code;
mod einsum;
mod entrywise;
mod input;
mod lower;
mod name;
mod product;
mod runtime;
mod size;

use beltrami_core::{ExprId, Shape};

use code::CodeId;
use input::Inputs;
use lower::Lowering;
use size::rank;

use crate::module::{Module, Unsupported};

/// A Python module that defines `value(**inputs)` and `derivative(**inputs)`.
///
/// Vectors and rows are arrays of one axis, scalars are floats, shapes are checked, nothing is inverted explicitly.
pub fn numpy(module: &Module<'_>) -> Result<String, Unsupported> {
    let mut inputs = Inputs::of(module);
    let names = inputs.names.clone();
    let symbol =
        |id: ExprId| names.iter().find(|(input, _)| *input == id).map(|(_, name)| name.clone());
    let sizes = inputs.sizes.clone();
    let mut functions = Vec::new();
    for (name, root, text) in [
        ("value", module.value, &module.value_text),
        ("derivative", module.derivative, &module.derivative_text),
    ] {
        let mut lowering = Lowering::new(module.graph, &sizes, &symbol);
        let code = lowering.root(root)?;
        let wide = name == "derivative" && module.two_dimensional;
        let head = format!("def {name}(**inputs):\n    \"\"\"{}\"\"\"\n", docstring(text));
        functions
            .push((head, body(&mut lowering, code, module.graph.shape(root), wide, &mut inputs)));
    }
    let bodies: Vec<&str> = functions.iter().map(|(_, body)| body.as_str()).collect();
    let reader = inputs.reader(&bodies.concat())?;
    let unpacked = inputs.unpacked();
    let functions: Vec<String> =
        functions.iter().map(|(head, body)| format!("{head}{unpacked}{body}")).collect();
    let body = format!("{}\n\n{reader}", functions.join("\n\n"));
    let helpers: String =
        runtime::used(&body).iter().map(|helper| format!("\n\n{}", helper.source)).collect();
    let body = format!("{body}{helpers}");
    let imports = imports(&body);
    Ok(format!(
        "{}\n{imports}\n__all__ = [\"value\", \"derivative\"]\n\n\n{body}",
        description(module)
    ))
}

/// The statements of a function after its inputs are read.
fn body(
    lowering: &mut Lowering<'_>,
    code: CodeId,
    shape: &Shape,
    two_dimensional: bool,
    inputs: &mut Inputs,
) -> String {
    let wide = two_dimensional && rank(shape) < 2;
    let wrapper = match rank(shape) {
        _ if wide => format!("np.reshape(#1, {})", size::tuple(&shape.axes(), lowering.sizes)),
        0 => String::from("float(#1)"),
        _ if lowering.codes.is_view(code) => String::from("np.array(#1)"),
        _ => String::from("#1"),
    };
    let wrapped = match wrapper.as_str() {
        "#1" => code,
        _ => lowering.codes.call(wrapper, &[code]),
    };
    inputs.identifiers.restart();
    let block = lowering.codes.block(wrapped, || inputs.identifiers.temporary());
    let mut out = String::new();
    for statement in block.statements {
        out.push_str(&format!("    {statement}\n"));
    }
    out.push_str(&format!("    return {}\n", block.result));
    out
}

/// The imports that code needs; records write functions of `scipy.special` without the module.
fn imports(code: &str) -> String {
    let mut out = String::from("import numpy as np\n");
    for module in ["scipy.linalg", "scipy.special"] {
        if code.contains(&format!("{module}.")) {
            out.push_str(&format!("import {module}\n"));
        }
    }
    let called = |name: &&str| {
        code.match_indices(&format!("{name}(")).any(|(at, _)| {
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
        })
    };
    let special: Vec<&str> = name::SPECIAL.iter().copied().filter(called).collect();
    if !special.is_empty() {
        out.push_str(&format!("from scipy.special import {}\n", special.join(", ")));
    }
    out
}

fn description(module: &Module<'_>) -> String {
    let mut lines = vec![
        format!("{} and its {}derivative.", docstring(&module.value_text), ordinal(module.order)),
        String::new(),
    ];
    let by =
        if module.by.is_empty() { String::new() } else { format!(" by {}", module.by.join(", ")) };
    lines.push(format!("derivative{by}: {}", docstring(&module.derivative_text)));
    lines.push(String::from(
        "Vectors and rows are arrays of one axis, scalars are floats; all inputs are keywords.",
    ));
    lines.extend(module.notes.iter().map(|note| docstring(note)));
    format!("\"\"\"{}\n\"\"\"\n", lines.join("\n"))
}

fn ordinal(order: usize) -> String {
    match order {
        0 | 1 => String::new(),
        2 => String::from("second "),
        3 => String::from("third "),
        _ => format!("{order}th "),
    }
}

/// A text between triple quotes.
fn docstring(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    if escaped.ends_with('"') { format!("{escaped} ") } else { escaped }
}
