//! One factorisation for all equations with a matrix, and for its determinant.

use std::collections::BTreeMap;

use beltrami_core::Kernel;

use super::operation::{ArrayId, Operation, Program};

/// The program with triangular factors wherever a matrix is solved with, or its determinant taken, more than once.
pub(super) fn shared(program: Program, root: ArrayId) -> (Program, ArrayId) {
    let uses = program.uses(root);
    let needed = |place: &usize| uses[*place] > 0;
    let mut count: BTreeMap<ArrayId, usize> = BTreeMap::new();
    for place in (0..=root.0).filter(needed) {
        if let Some((matrix, _)) = factored(&program, ArrayId(place)) {
            *count.entry(matrix).or_default() += 1;
        }
    }
    if count.values().all(|n| *n < 2) {
        return (program, root);
    }
    let mut out = Program::default();
    let mut places = vec![ArrayId(0); root.0 + 1];
    for place in (0..=root.0).filter(needed) {
        let array = &program.arrays[place];
        let args: Vec<ArrayId> = array.args.iter().map(|arg| places[arg.0]).collect();
        places[place] = match factored(&program, ArrayId(place)) {
            Some((matrix, transposed)) if count.get(&matrix).is_some_and(|n| *n > 1) => {
                let factors = out.apply(Operation::Lu, &[places[matrix.0]]);
                match args.as_slice() {
                    [_, rhs] => out.apply(Operation::SolveLu { transposed }, &[factors, *rhs]),
                    _ => out.apply(Operation::LogDetLu, &[factors]),
                }
            }
            _ => out.with_axes(array.operation.clone(), &args, array.axes.clone()),
        };
    }
    (out, places[root.0])
}

/// The matrix that an array needs factors of, and whether those of its transpose.
fn factored(program: &Program, id: ArrayId) -> Option<(ArrayId, bool)> {
    let array = &program.arrays[id.0];
    let of_square = matches!(array.operation, Operation::Solve | Operation::Kernel(Kernel::LogDet));
    let matrix = *array.args.first().filter(|_| of_square)?;
    let inner = &program.arrays[matrix.0];
    Some(match inner.operation {
        Operation::Transpose => (inner.args[0], true),
        _ => (matrix, false),
    })
}
