//! C programs on CBLAS and LAPACKE.

mod language;
mod name;
mod runtime;
mod whole;

use beltrami_core::{Dim, ExprId, Shape};

use crate::identifier::Identifiers;
use crate::loops::{Body, Level, Text, lowered};
use crate::module::{Module, Unsupported, ordinal};
use crate::program::shape::{self, rank};
use crate::runtime::{Helper, used};
use crate::signature::{Signature, described, has_word};
use crate::size::{self, SizeNames};
use language::C;

/// A C program on CBLAS and LAPACKE that defines `value` and `derivative`, functions of sizes and inputs.
///
/// Arrays have their entries row by row, scalars are numbers, sizes are checked, nothing is inverted explicitly.
pub fn c(module: &Module<'_>) -> Result<String, Unsupported> {
    let reserved =
        name::RESERVED.iter().copied().chain(runtime::HELPERS.iter().map(|helper| helper.name));
    let mut signature = Signature::of(module, Identifiers::new(reserved), name::spelled);
    if signature.inputs.iter().any(|input| rank(&input.shape) > 2) {
        return Err(Unsupported::new("an input of more than two axes"));
    }
    let mut bodies = Vec::new();
    for (name, root) in [("value", module.value), ("derivative", module.derivative)] {
        let wide = name == "derivative" && module.two_dimensional;
        bodies.push(body(module, &mut signature, wide, root)?);
    }
    let parameters = parameters(&signature, &bodies.concat());
    let texts = [
        ("value", &module.value_text, module.value),
        ("derivative", &module.derivative_text, module.derivative),
    ];
    let mut code = String::new();
    for ((name, text, root), body) in texts.into_iter().zip(&bodies) {
        let wide = name == "derivative" && module.two_dimensional;
        let result = result(module.graph.shape(root), wide);
        let about = comment(&format!("{text}; the result is {result}."));
        let head = head(name, &parameters);
        code.push_str(&format!(
            "\n/* {about} */\n{head}\n{{\n{}{body}}}\n",
            unused(&signature, &parameters, body)
        ));
    }
    let helpers: Vec<&Helper> = runtime::HELPERS.iter().collect();
    let helpers: String = used(&helpers, &bodies.concat())
        .iter()
        .map(|helper| format!("\n{}", helper.source))
        .collect();
    let declared: String = ["value", "derivative"]
        .iter()
        .map(|name| format!("{};\n", head(name, &parameters)))
        .collect();
    let includes = includes(&format!("{helpers}{code}"));
    Ok(format!("{}\n{includes}\n{STATUS}{declared}\n{MESSAGE}{helpers}{code}", description(module)))
}

/// What the functions return.
const STATUS: &str = include_str!("../../runtime/c/status.h");

/// What a status means.
const MESSAGE: &str = include_str!("../../runtime/c/message.c");

/// The statements of a function.
fn body(
    module: &Module<'_>,
    signature: &mut Signature,
    wide: bool,
    root: ExprId,
) -> Result<String, Unsupported> {
    let (program, array) = lowered(module, signature, root, wide)?;
    let inputs: Vec<Dim> =
        signature.inputs.iter().flat_map(|input| shape::axes(&input.shape)).collect();
    let mut body = Body::new(
        (&program, array),
        module.graph.registry(),
        &signature.sizes,
        &C,
        &mut signature.identifiers,
    );
    let checks = body.checks();
    if body.rank(array) == 0 {
        let result = body.scalar(array)?;
        body.lines.push(format!("*result = {};", result.text));
    } else {
        body.bind(array)?;
        if let (true, Some(input)) = (body.is_input(array), body.text(array)) {
            let count = Text::size(&Dim::product(body.axes(array)), body.sizes).at(Level::Product);
            body.lines.push(format!("memcpy(result, {}, {count} * sizeof(double));", input.text));
        }
    }
    let (lines, rooms, mut counts) = (body.lines, body.rooms, body.counts);
    let called = lines.iter().any(|line| line.contains("goto done;"));
    let mut head = Vec::new();
    if called {
        head.push(String::from("int status = OK;"));
    }
    counts.extend(inputs);
    let text = lines.join("\n");
    let mut fits: Vec<String> = signature
        .sizes
        .iter()
        .filter(|(name, word)| {
            counts.iter().any(|dim| dim.symbols().contains(name)) || has_word(&text, word)
        })
        .map(|(_, word)| format!("fits({word})"))
        .collect();
    counts.retain(|dim| dim.as_symbol().is_none() && dim.as_constant().is_none());
    for dim in counts {
        let check = format!("fits({})", real(&dim, &signature.sizes));
        if !fits.contains(&check) {
            fits.push(check);
        }
    }
    if !fits.is_empty() {
        let violations: Vec<String> = fits.iter().map(|check| format!("!{check}")).collect();
        head.push(format!("if ({}) return BAD_SIZE;", violations.join(" || ")));
    }
    for (violation, _) in checks {
        head.push(format!("if ({violation}) return BAD_SIZE;"));
    }
    if !rooms.is_empty() {
        let count = rooms.iter().fold(Dim::constant(0), |sum, (_, count)| sum.plus(count));
        head.push(format!("double *const room = allocated({});", real(&count, &signature.sizes)));
        head.push(String::from("if (!room) return OUT_OF_MEMORY;"));
        let mut start = String::from("room");
        for (name, count) in &rooms {
            head.push(format!("double *const {name} = {start};"));
            start = format!("{name} + {}", size::size(count, &signature.sizes));
        }
    }
    let mut out: String = head.iter().chain(&lines).map(|line| format!("    {line}\n")).collect();
    if called {
        out.push_str("done:\n");
    }
    if !rooms.is_empty() {
        out.push_str("    free(room);\n");
    }
    out.push_str(if called { "    return status;\n" } else { "    return OK;\n" });
    Ok(out)
}

/// A size as a floating-point number, so that no product of sizes is too large.
fn real(dim: &Dim, names: &SizeNames) -> String {
    let terms: Vec<String> = dim
        .terms()
        .iter()
        .map(|(factors, n)| {
            let coefficient = (*n != 1 || factors.is_empty()).then(|| format!("{n}.0"));
            let words = factors.iter().enumerate().map(|(place, name)| {
                let word = names.get(name).cloned().unwrap_or_else(|| name.to_string());
                if place == 0 && *n == 1 { format!("(double){word}") } else { word }
            });
            coefficient.into_iter().chain(words).collect::<Vec<_>>().join(" * ")
        })
        .collect();
    terms.join(" + ")
}

/// The parameters of the functions: type, with what belongs to it, and name.
fn parameters(signature: &Signature, code: &str) -> Vec<(String, String)> {
    let in_shapes = |name: &std::sync::Arc<str>| {
        let mut dims = signature.inputs.iter().flat_map(|input| input.shape.axes());
        dims.any(|dim| dim.symbols().contains(name))
    };
    let sizes = signature
        .sizes
        .iter()
        .filter(|(name, word)| in_shapes(name) || has_word(code, word))
        .map(|(_, word)| (String::from("size_t "), word.clone()));
    let inputs = signature.inputs.iter().map(|input| {
        let kind = if rank(&input.shape) == 0 { "double " } else { "const double *" };
        (String::from(kind), input.word.clone())
    });
    sizes.chain(inputs).collect()
}

fn head(name: &str, parameters: &[(String, String)]) -> String {
    let mut words: Vec<String> =
        parameters.iter().map(|(kind, word)| format!("{kind}{word}")).collect();
    words.push(String::from("double *result"));
    let line = format!("int {name}({})", words.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let mut text = format!("int {name}(");
    let mut column = WIDTH;
    for (place, word) in words.iter().enumerate() {
        if column + word.len() > WIDTH {
            text.push_str("\n   ");
            column = 4;
        }
        let end = if place + 1 == words.len() { ")" } else { "," };
        text.push_str(&format!(" {word}{end}"));
        column += word.len() + 2;
    }
    text
}

/// Lines of code are about this long at most.
const WIDTH: usize = 100;

/// Statements about parameters that a function does not use.
fn unused(signature: &Signature, parameters: &[(String, String)], body: &str) -> String {
    let sizes: Vec<&String> = signature.sizes.values().collect();
    parameters
        .iter()
        .filter(|(_, word)| !has_word(body, word))
        .map(|(_, word)| {
            let why = if sizes.contains(&word) { "" } else { " /* not needed here */" };
            format!("    (void){word};{why}\n")
        })
        .collect()
}

fn includes(code: &str) -> String {
    let needed = |words: &[&str]| words.iter().any(|word| has_word(code, word));
    let mut out = String::new();
    for (header, words) in [
        ("float.h", &["DBL_EPSILON"][..]),
        ("limits.h", &["INT_MAX"][..]),
        ("math.h", name::MATH),
        ("stddef.h", &["size_t"][..]),
        ("stdint.h", &["PTRDIFF_MAX"][..]),
        ("stdlib.h", &["malloc", "free"][..]),
        ("string.h", &["memcpy", "memset"][..]),
    ] {
        if needed(words) {
            out.push_str(&format!("#include <{header}>\n"));
        }
    }
    for (header, start) in [("cblas.h", &["cblas_", "Cblas"][..]), ("lapacke.h", &["LAPACKE_"][..])]
    {
        if start.iter().any(|start| code.contains(start)) {
            out.push_str(&format!("#include <{header}>\n"));
        }
    }
    out
}

/// What the result is, in words.
fn result(shape: &Shape, wide: bool) -> String {
    match rank(shape) {
        rank if wide && rank < 2 => format!("matrix({}, {})", shape.rows, shape.cols),
        0 => String::from("one number"),
        1 | 2 => described(shape),
        _ => {
            let axes: Vec<String> = shape::axes(shape).iter().map(ToString::to_string).collect();
            format!("an array of sizes {}", axes.join(", "))
        }
    }
}

fn description(module: &Module<'_>) -> String {
    let by =
        if module.by.is_empty() { String::new() } else { format!(" by {}", module.by.join(", ")) };
    let mut lines = vec![
        format!("{} and its {}derivative.", module.value_text, ordinal(module.order)),
        String::new(),
        format!("derivative{by}: {}", module.derivative_text),
        String::from(
            "Arrays have their entries row by row and do not overlap the result; scalars are numbers.",
        ),
        String::from(
            "The functions return OK, or another status, which `message` explains, and then no result.",
        ),
    ];
    lines.extend(module.notes.iter().cloned());
    lines.push(String::from("Compile with a BLAS and LAPACK, for instance: cc -std=c99 -O2 -c FILE.c, and link with -llapacke -lcblas -lm or -lopenblas -lm."));
    let text: String = lines
        .iter()
        .map(|line| format!(" * {}", comment(line)).trim_end().to_owned() + "\n")
        .collect();
    format!("/*\n{text} */")
}

/// A text within a comment.
fn comment(text: &str) -> String {
    text.replace("*/", "* /").replace("/*", "/ *")
}
