//! A fault for tests, which show that it is found: one step forgets that what it reads is a transpose.

use std::cell::Cell;

use crate::plan::memory::{KronFactor, Shaped};
use crate::plan::step::{Step, Work};

thread_local! {
    static PLANTED: Cell<bool> = const { Cell::new(false) };
}

/// Whether plans that this thread compiles have the fault.
pub fn plant(on: bool) {
    PLANTED.set(on);
}

/// Drops one transpose of a square matrix, where a plan has one.
pub(crate) fn apply<T>(steps: &mut [Step<T>]) {
    if !PLANTED.get() {
        return;
    }
    let turned = |a: &&mut Shaped| a.rows == a.cols && a.rows > 1 && a.read.is_turned();
    let found = steps.iter_mut().flat_map(|step| read(&mut step.work)).find(turned);
    if let Some(a) = found {
        a.read = a.read.transposed();
    }
}

fn read<T>(work: &mut Work<T>) -> Vec<&mut Shaped> {
    match work {
        Work::Copy(a) | Work::Line { a, .. } | Work::Gram(a, _) => vec![a],
        Work::Product(a, b) | Work::KhatriRao(a, b) => vec![a, b],
        Work::Kron(a, b) => [a, b]
            .into_iter()
            .filter_map(|factor| match factor {
                KronFactor::Dense(a) => Some(a),
                KronFactor::Diagonal(..) => None,
            })
            .collect(),
        Work::Apply { args, .. } => args.iter_mut().map(|(a, _)| a).collect(),
        _ => Vec::new(),
    }
}
