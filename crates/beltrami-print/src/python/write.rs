//! Array operations as Python expressions.

use beltrami_core::{Dim, Number, Registry};

use super::library::Library;
use super::spelling::{Context, spelling};
use crate::code::{CodeId, Codes, Level};
use crate::module::Unsupported;
use crate::program::{ArrayId, Operation, Program, Sign};
use crate::size::{self, SizeNames};

/// The expressions of what an array needs, and that of the array.
pub(super) fn written(
    program: &Program,
    root: ArrayId,
    (library, registry): (&Library, &Registry),
    sizes: &SizeNames,
    like: &str,
) -> Result<(Codes, CodeId), Unsupported> {
    let mut codes = Codes::default();
    let uses = program.uses(root);
    let mut done: Vec<Option<CodeId>> = vec![None; root.0 + 1];
    for (place, array) in program.arrays.iter().enumerate().take(root.0 + 1) {
        if uses[place] == 0 {
            continue;
        }
        let args: Vec<CodeId> = array.args.iter().filter_map(|arg| done[arg.0]).collect();
        let code = match (&array.operation, args.as_slice()) {
            (Operation::Input(name), _) => codes.leaf(name, Level::Atom),
            (Operation::Number(number), _) => self::number(&mut codes, *number),
            (Operation::Size(dim), _) => codes.leaf(size::size(dim, sizes), level(dim)),
            (Operation::Entrywise(sign), [a, b]) => codes.infix(infix(*sign), *a, *b),
            (Operation::Negative, [a]) => codes.negative(*a),
            (Operation::Product, [a, b]) => codes.infix("@", *a, *b),
            (operation, args) => {
                let ranks = array.args.iter().map(|arg| program.axes(*arg).len()).collect();
                let context = Context { library, registry, sizes, like, ranks };
                let template = spelling(operation, &context)?;
                let numbers = array.args.iter().map(|arg| program.arrays[arg.0].constant);
                let args: Vec<CodeId> = args
                    .iter()
                    .zip(numbers)
                    .map(|(arg, number)| match number && !library.takes_numbers {
                        true => codes.call(library.of_number.replace("{like}", like), &[*arg]),
                        false => *arg,
                    })
                    .collect();
                codes.call(template, &args)
            }
        };
        done[place] = Some(code);
    }
    let code = done[root.0].ok_or_else(|| Unsupported::new("an array that nothing computes"))?;
    Ok((codes, code))
}

fn infix(sign: Sign) -> &'static str {
    match sign {
        Sign::Plus => "+",
        Sign::Minus => "-",
        Sign::Times => "*",
        Sign::Over => "/",
        Sign::Power => "**",
    }
}

fn level(dim: &Dim) -> Level {
    match dim.terms() {
        _ if dim.as_symbol().is_some() => Level::Atom,
        [(_, n)] if *n > 0 => Level::Product,
        _ => Level::Sum,
    }
}

fn number(codes: &mut Codes, number: Number) -> CodeId {
    let (sign, absolute) = if number.is_negative() { ("-", number.neg()) } else { ("", number) };
    let text = absolute.to_string();
    if let Some((p, q)) = text.split_once('/') {
        let (p, q) = (codes.leaf(p, Level::Atom), codes.leaf(q, Level::Atom));
        let ratio = codes.infix("/", p, q);
        return if sign.is_empty() { ratio } else { codes.negative(ratio) };
    }
    // Beyond 2^53 Python's integers would be exact where arrays are not.
    let text =
        if absolute > Number::int(1 << 53) { format!("{:e}", absolute.to_f64()) } else { text };
    codes.leaf(format!("{sign}{text}"), if sign.is_empty() { Level::Atom } else { Level::Sign })
}
