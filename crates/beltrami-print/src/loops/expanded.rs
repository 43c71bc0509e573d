//! Operations by simpler ones: sums, largest entries, functions of entries, sums of products of two arrays.

use beltrami_core::{Dim, Kernel, Map};

use super::contraction::contracted;
use crate::program::{ArrayId, Operation, Program, Sign};

/// The program in which einsums of many arrays, means, sums of exponentials and norms of entries are taken apart, and the singular value of a vector is its norm.
pub(crate) fn expanded(program: &Program, root: ArrayId) -> (Program, ArrayId) {
    let uses = program.uses(root);
    let mut out = Program::default();
    let mut places = vec![ArrayId(0); root.0 + 1];
    for place in (0..=root.0).filter(|place| uses[*place] > 0) {
        let array = &program.arrays[place];
        let args: Vec<ArrayId> = array.args.iter().map(|arg| places[arg.0]).collect();
        places[place] = match (&array.operation, args.as_slice()) {
            (Operation::Einsum(words, kept), args) => contracted(&mut out, words, kept, args),
            (Operation::Mean, [a]) => {
                let count = Dim::product(out.axes(*a));
                let sum = out.apply(Operation::Sum, &[*a]);
                let count = out.with_axes(Operation::Size(count), &[], Vec::new());
                out.infix(Sign::Over, sum, count)
            }
            (Operation::Kernel(Kernel::Norm1), [a]) => {
                let sizes = out.apply(ABS, &[*a]);
                out.apply(Operation::Sum, &[sizes])
            }
            (Operation::Kernel(Kernel::NormInf), [a]) => {
                let sizes = out.apply(ABS, &[*a]);
                out.apply(Operation::Largest, &[sizes])
            }
            (Operation::Kernel(Kernel::LogSumExp), [a]) => {
                let (largest, powers) = powers(&mut out, *a);
                let sum = out.apply(Operation::Sum, &[powers]);
                let logarithm = out.apply(Operation::Map(Map::Log, "np.log(#1)"), &[sum]);
                out.infix(Sign::Plus, largest, logarithm)
            }
            (Operation::Kernel(Kernel::Softmax), [a]) => {
                let (_, powers) = powers(&mut out, *a);
                let sum = out.apply(Operation::Sum, &[powers]);
                out.infix(Sign::Over, powers, sum)
            }
            (Operation::Kernel(Kernel::SingularValues), [a]) if out.axes(*a).len() < 2 => {
                let norm = match out.axes(*a).len() {
                    0 => out.apply(ABS, &[*a]),
                    _ => out.with_axes(Operation::Kernel(Kernel::Norm2), &[*a], Vec::new()),
                };
                out.apply(Operation::Reshape(vec![Dim::one()]), &[norm])
            }
            _ => out.with_axes(array.operation.clone(), &args, array.axes.clone()),
        };
    }
    (out, places[root.0])
}

const ABS: Operation = Operation::Map(Map::Abs, "np.abs(#1)");

/// The largest entry, and the exponentials of all entries over that of the largest, so that none overflows.
fn powers(program: &mut Program, a: ArrayId) -> (ArrayId, ArrayId) {
    let largest = program.apply(Operation::Largest, &[a]);
    let below = program.infix(Sign::Minus, a, largest);
    (largest, program.apply(Operation::Map(Map::Exp, "np.exp(#1)"), &[below]))
}
