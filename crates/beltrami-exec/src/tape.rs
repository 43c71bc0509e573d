//! Straight-line programs over scalars.

mod arithmetic;
mod builder;
mod compile;
mod constraint;
mod derivative;
mod domain;
mod formula;
mod grouped;
mod instruction;
mod refined;
mod relaxation;

use std::fmt;

use beltrami_core::{ExprId, Kernel};
use beltrami_linalg::Interval;

use crate::error::ExecError;
pub use arithmetic::Arithmetic;
pub use compile::Unknown;
pub use derivative::SparseTape;
pub use domain::Domain;
use instruction::{Constant, Instruction};
pub use refined::Refined;
pub use relaxation::Relaxation;

/// Several expressions as one list of operations on scalars, in which equal subexpressions are computed once.
///
/// Slots hold the inputs, then the constants, then the result of each instruction; nothing is overwritten, so that after
/// a run every intermediate value can be looked at.
/// A run allocates nothing.
#[derive(Clone, Debug)]
pub struct Tape {
    inputs: usize,
    constants: Vec<Constant>,
    code: Vec<Instruction>,
    outputs: Vec<u32>,
    /// The instructions whose value does not exist, or jumps, for some arguments.
    delicate: Vec<u32>,
}

/// The slots of a tape, for one kind of number.
#[derive(Clone, Debug)]
pub struct Memory<S> {
    slots: Vec<S>,
}

/// Why an expression is no straight-line program over scalars.
#[derive(Clone, Debug, PartialEq)]
pub enum TapeError {
    /// A kernel that is no formula in the entries of its arguments, such as an eigenvalue.
    Kernel {
        /// The subexpression.
        at: ExprId,
        /// The kernel.
        kernel: Kernel,
    },
    /// The program would be too long.
    TooLong {
        /// The most instructions that are made.
        most: usize,
    },
    /// A name or a size has no value, or arguments do not fit.
    Value {
        /// The subexpression.
        at: ExprId,
        /// The reason.
        cause: ExecError,
    },
    /// A name has no value.
    Unbound {
        /// The subexpression.
        at: ExprId,
        /// The name or the size.
        name: String,
    },
}

impl Tape {
    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// The number of instructions.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether every output is an input or a constant.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The value of an output, where it does not depend on the inputs.
    pub fn constant(&self, output: usize) -> Option<f64> {
        let slot = self.outputs[output] as usize;
        let place = slot.checked_sub(self.inputs)?;
        self.constants.get(place).map(|constant| constant.value)
    }

    /// Whether an instruction has a kink or a jump somewhere, so that a derivative that is constant need not be one everywhere.
    pub fn has_kinks(&self) -> bool {
        self.code.iter().any(|instruction| instruction.has_kink())
    }

    /// Slots for runs.
    pub fn memory<S: Arithmetic>(&self) -> Memory<S> {
        let mut slots = vec![S::constant(0.0, Interval::ZERO); self.inputs];
        slots.extend(self.constants.iter().map(|c| S::constant(c.value, c.range)));
        slots.resize(slots.len() + self.code.len(), S::constant(0.0, Interval::ZERO));
        Memory { slots }
    }

    /// Computes the outputs. `inputs`, `memory` and `outputs` must be made for this tape.
    ///
    /// Over `f64` a function outside its domain gives NaN or infinity.
    pub fn run<S: Arithmetic>(&self, inputs: &[S], memory: &mut Memory<S>, outputs: &mut [S]) {
        self.forward(inputs, memory);
        for (output, slot) in outputs.iter_mut().zip(&self.outputs) {
            *output = memory.slots[*slot as usize];
        }
    }

    fn forward<S: Arithmetic>(&self, inputs: &[S], memory: &mut Memory<S>) {
        let slots = &mut memory.slots[..];
        slots[..self.inputs].copy_from_slice(inputs);
        let first = self.first();
        for (place, instruction) in self.code.iter().enumerate() {
            slots[first + place] = instruction.value(slots);
        }
    }

    /// The slot of the first instruction.
    fn first(&self) -> usize {
        self.inputs + self.constants.len()
    }
}

impl TapeError {
    /// The subexpression that cannot be compiled, where there is one.
    pub fn at(&self) -> Option<ExprId> {
        match self {
            TapeError::Kernel { at, .. }
            | TapeError::Value { at, .. }
            | TapeError::Unbound { at, .. } => Some(*at),
            TapeError::TooLong { .. } => None,
        }
    }
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TapeError::Kernel { kernel, .. } => write!(
                f,
                "kernel {kernel:?} is no formula in the entries of its arguments; write the entries out"
            ),
            TapeError::TooLong { most } => write!(
                f,
                "the program over scalars has more than {most} instructions; use smaller sizes"
            ),
            TapeError::Value { cause, .. } => cause.fmt(f),
            TapeError::Unbound { name, .. } => write!(f, "`{name}` has no value; give one"),
        }
    }
}

impl std::error::Error for TapeError {}

#[cfg(test)]
mod tests;
