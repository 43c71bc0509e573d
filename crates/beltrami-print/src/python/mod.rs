//! Python modules on NumPy and SciPy, PyTorch, or JAX.

mod input;
mod library;
mod name;
mod runtime;
mod spelling;
mod write;

use beltrami_core::{ExprId, Shape};

use input::Inputs;
use library::Library;

use crate::code::{CodeId, Codes};
use crate::module::{Module, Unsupported, ordinal};
use crate::program::Lowering;
use crate::program::shape::rank;
use crate::size;

/// A Python module on NumPy and SciPy that defines `value(**inputs)` and `derivative(**inputs)`.
///
/// Vectors and rows are arrays of one axis, scalars are floats, shapes are checked, nothing is inverted explicitly.
pub fn numpy(module: &Module<'_>) -> Result<String, Unsupported> {
    printed(module, &library::NUMPY)
}

/// As [`numpy()`], on PyTorch: dtype and device of the inputs are kept, and autograd differentiates the functions.
pub fn torch(module: &Module<'_>) -> Result<String, Unsupported> {
    printed(module, &library::TORCH)
}

/// As [`numpy()`], on JAX: no shape depends on data, so that `jax.jit` compiles the functions.
pub fn jax(module: &Module<'_>) -> Result<String, Unsupported> {
    printed(module, &library::JAX)
}

fn printed(module: &Module<'_>, library: &Library) -> Result<String, Unsupported> {
    let mut inputs = Inputs::of(module);
    let words: Vec<(ExprId, String)> =
        inputs.signature.inputs.iter().map(|input| (input.id, input.word.clone())).collect();
    let symbol =
        |id: ExprId| words.iter().find(|(input, _)| *input == id).map(|(_, word)| word.clone());
    let like = inputs.like().map_or_else(String::new, |input| library.like.replace('#', input));
    let mut functions = Vec::new();
    for (name, root, text) in [
        ("value", module.value, &module.value_text),
        ("derivative", module.derivative, &module.derivative_text),
    ] {
        let mut lowering = Lowering::new(module.graph, &symbol);
        let array = lowering.root(root)?;
        let (mut codes, code) = {
            let spoken = (library, module.graph.registry());
            write::written(&lowering.program, array, spoken, &inputs.signature.sizes, &like)?
        };
        let wide = name == "derivative" && module.two_dimensional;
        let head = format!("def {name}(**inputs):\n    \"\"\"{}\"\"\"\n", docstring(text));
        let shape = module.graph.shape(root);
        let number = lowering.program.arrays[array.0].constant;
        let code = match library.of_number.replace("{like}", &like) {
            template if number && template != "#1" => codes.call(template, &[code]),
            _ => code,
        };
        functions.push((head, body(&mut codes, code, shape, wide, &mut inputs, library)));
    }
    let bodies: Vec<&str> = functions.iter().map(|(_, body)| body.as_str()).collect();
    let reader = inputs.reader(&bodies.concat(), library)?;
    let unpacked = inputs.unpacked();
    let functions: Vec<String> =
        functions.iter().map(|(head, body)| format!("{head}{unpacked}{body}")).collect();
    let body = format!("{}\n\n{reader}", functions.join("\n\n"));
    let helpers: String =
        runtime::used(library, &body).iter().map(|source| format!("\n\n{source}")).collect();
    let body = format!("{body}{helpers}");
    let imports = imports(&body, library);
    Ok(format!(
        "{}\n{imports}\n__all__ = [\"value\", \"derivative\"]\n\n\n{body}",
        description(module, library)
    ))
}

/// The statements of a function after its inputs are read.
fn body(
    codes: &mut Codes,
    code: CodeId,
    shape: &Shape,
    two_dimensional: bool,
    inputs: &mut Inputs,
    library: &Library,
) -> String {
    let wide = two_dimensional && rank(shape) < 2;
    let wrapper = match rank(shape) {
        _ if wide => {
            format!(
                "{}.reshape(#1, {})",
                library.name,
                size::tuple(&shape.axes(), &inputs.signature.sizes)
            )
        }
        0 => String::from(library.scalar),
        _ if codes.is_view(code) => String::from(library.copied),
        _ => String::from("#1"),
    };
    let wrapped = match wrapper.as_str() {
        "#1" => code,
        _ => codes.call(wrapper, &[code]),
    };
    inputs.signature.identifiers.restart();
    let block = codes.block(wrapped, || inputs.signature.identifiers.temporary());
    let mut out = String::new();
    for statement in block.statements {
        out.push_str(&format!("    {statement}\n"));
    }
    out.push_str(&format!("    return {}\n", block.result));
    out
}

/// The imports that code needs; records write functions of `scipy.special` without the module.
fn imports(code: &str, library: &Library) -> String {
    let needed = |lines: &[(&str, &str)]| {
        let needed = lines.iter().filter(|(needed, _)| has_path(code, needed));
        needed.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let mut out = needed(library::STANDARD);
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&needed(library.imports));
    let called = |name: &&str| {
        code.match_indices(&format!("{name}(")).any(|(at, _)| {
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
        })
    };
    let special: Vec<&str> = name::SPECIAL.iter().copied().filter(called).collect();
    if !special.is_empty() {
        out.push_str(&format!("from {} import {}\n", library.special, special.join(", ")));
    }
    out
}

/// Whether code names something under this path.
fn has_path(code: &str, path: &str) -> bool {
    path.is_empty()
        || code.match_indices(path).any(|(at, _)| {
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
        })
}

fn description(module: &Module<'_>, library: &Library) -> String {
    let mut lines = vec![
        format!("{} and its {}derivative.", docstring(&module.value_text), ordinal(module.order)),
        String::new(),
    ];
    let by =
        if module.by.is_empty() { String::new() } else { format!(" by {}", module.by.join(", ")) };
    lines.push(format!("derivative{by}: {}", docstring(&module.derivative_text)));
    lines.push(String::from(library.about));
    lines.extend(module.notes.iter().map(|note| docstring(note)));
    format!("\"\"\"{}\n\"\"\"\n", lines.join("\n"))
}

/// A text between triple quotes.
fn docstring(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    if escaped.ends_with('"') { format!("{escaped} ") } else { escaped }
}
