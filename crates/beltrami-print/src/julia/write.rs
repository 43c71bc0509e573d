//! Array operations as Julia expressions.

use beltrami_core::{Dim, Number, Registry};

use super::spelling::{Context, spelling};
use crate::code::{ADJOINT, Block, CodeId, Codes, Level};
use crate::module::Unsupported;
use crate::program::{ArrayId, Operation, Program, Sign};
use crate::signature::Signature;
use crate::size;

/// The statements that compute an array, and the expression that is left after them.
pub(super) fn block(
    program: &Program,
    root: ArrayId,
    registry: &Registry,
    signature: &mut Signature,
) -> Result<Block, Unsupported> {
    let mut codes = Codes::default();
    let uses = program.uses(root);
    let mut done: Vec<Option<CodeId>> = vec![None; root.0 + 1];
    for (place, array) in program.arrays.iter().enumerate().take(root.0 + 1) {
        if uses[place] == 0 {
            continue;
        }
        let args: Vec<CodeId> = array.args.iter().filter_map(|arg| done[arg.0]).collect();
        let rank = |arg: usize| program.axes(array.args[arg]).len();
        let code = match (&array.operation, args.as_slice()) {
            (Operation::Input(name), _) => codes.leaf(name, Level::Atom),
            (Operation::Number(number), _) => self::number(&mut codes, *number),
            (Operation::Size(dim), _) => codes.leaf(size::size(dim, &signature.sizes), level(dim)),
            (Operation::Entrywise(sign), [a, b]) => {
                // Integers would wrap around where numbers of arrays do not.
                let whole = array.constant && *sign != Sign::Over;
                let a = if whole { codes.call("float(#1)", &[*a]) } else { *a };
                let both = (rank(0).max(rank(1)), rank(0) == rank(1));
                let mut fitted = |arg: usize, code: CodeId| {
                    let own = &program.arrays[array.args[arg].0];
                    match (&own.operation, both) {
                        // Missing axes are the first ones of the program, and the last ones in Julia.
                        (_, (2, false)) if rank(arg) == 1 => codes.call(ADJOINT, &[code]),
                        (Operation::Column, (2, true)) => done[own.args[0].0].unwrap_or(code),
                        _ => code,
                    }
                };
                let (a, b) = (fitted(0, a), fitted(1, *b));
                codes.infix(infix(*sign, both.0 > 0), a, b)
            }
            (Operation::Negative, [a]) => codes.negative(*a),
            (Operation::Product, [a, b]) => match (rank(0), rank(1)) {
                (1, 1) => codes.call("dot(#1, #2)", &[*a, *b]),
                (1, _) => {
                    // A row times a matrix is the transpose times a column.
                    let turned = &program.arrays[array.args[1].0];
                    let matrix = match (&turned.operation, turned.args.as_slice()) {
                        (Operation::Transpose, [inner]) => done[inner.0],
                        _ => None,
                    };
                    let matrix = matrix.unwrap_or_else(|| codes.call(ADJOINT, &[*b]));
                    codes.infix("*", matrix, *a)
                }
                _ => codes.infix("*", *a, *b),
            },
            (Operation::MatrixPower(power), [a]) => {
                let power = codes.leaf(power.to_string(), Level::Atom);
                codes.infix("^", *a, power)
            }
            (operation, args) => {
                let axes = array.args.iter().map(|arg| program.axes(*arg).to_vec()).collect();
                let indices = signature.identifiers.indices(8);
                let sizes = &signature.sizes;
                let context = Context { registry, sizes, axes, indices };
                codes.call(spelling(operation, &context)?, args)
            }
        };
        done[place] = Some(code);
    }
    let mut code =
        done[root.0].ok_or_else(|| Unsupported::new("an array that nothing computes"))?;
    if is_view(program, root) {
        code = codes.call("copy(#1)", &[code]);
    }
    signature.identifiers.restart();
    Ok(codes.block(code, || signature.identifiers.temporary()))
}

/// Whether an array may share its entries with an input, or is a transpose that was not written out.
fn is_view(program: &Program, id: ArrayId) -> bool {
    let array = &program.arrays[id.0];
    match array.operation {
        Operation::Input(_) => !array.axes.is_empty(),
        Operation::Transpose => true,
        Operation::Reshape(_)
        | Operation::Ravel
        | Operation::StackedColumns
        | Operation::Unstacked(..)
        | Operation::Row
        | Operation::Column => !array.axes.is_empty() && is_view(program, array.args[0]),
        _ => false,
    }
}

fn infix(sign: Sign, entrywise: bool) -> &'static str {
    match (sign, entrywise) {
        (Sign::Plus, false) => "+",
        (Sign::Minus, false) => "-",
        (Sign::Times, false) => "*",
        (Sign::Over, false) => "/",
        (Sign::Power, false) => "^",
        (Sign::Plus, true) => ".+",
        (Sign::Minus, true) => ".-",
        (Sign::Times, true) => ".*",
        (Sign::Over, true) => "./",
        (Sign::Power, true) => ".^",
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
    if number.is_negative() {
        let code = self::number(codes, number.neg());
        return codes.negative(code);
    }
    let text = number.to_string();
    match text.split_once('/') {
        Some((p, q)) => {
            let (p, q) = (codes.leaf(p, Level::Atom), codes.leaf(q, Level::Atom));
            codes.infix("/", p, q)
        }
        // Beyond 2^53 integers would be exact where arrays are not.
        None if number > Number::int(1 << 53) => {
            codes.leaf(format!("{:?}", number.to_f64()), Level::Atom)
        }
        None => codes.leaf(text, Level::Atom),
    }
}
