//! Programs for derivatives, made from a program.

use beltrami_core::Map;

use super::builder::{Builder, Slot};
use super::instruction::{Binary, Instruction, Unary};
use super::{Tape, TapeError};

/// More derivatives of intermediate values are not kept.
const MOST: usize = 2_000_000;

/// A program for a matrix of derivatives of which most entries vanish.
#[derive(Clone, Debug)]
pub struct SparseTape {
    /// The program, whose outputs are the entries.
    pub tape: Tape,
    /// Row (an output of the first program) and column (an input) of each.
    pub places: Vec<(usize, usize)>,
}

impl Tape {
    /// The program that computes the sum of all outputs, each with its weight, then the partial derivatives of the sum by all
    /// inputs.
    ///
    /// Adjoints run backwards through the program, so that all derivatives cost a few times the value
    /// (Griewank and Walther 2008, *Evaluating Derivatives*, section 3.2).
    ///
    /// # Errors
    /// [`TapeError::TooLong`].
    pub fn gradient(&self, weights: &[f64]) -> Result<Tape, TapeError> {
        let (mut b, slots) = self.reopened();
        let mut adjoints: Vec<Option<Slot>> = vec![None; slots.len()];
        let mut value = b.exact(0.0);
        for (output, weight) in self.outputs.iter().zip(weights) {
            let weight = b.exact(*weight);
            let term = b.mul(weight, slots[*output as usize]);
            value = b.add(value, term);
            let adjoint = &mut adjoints[*output as usize];
            *adjoint = Some(match *adjoint {
                Some(sum) => b.add(sum, weight),
                None => weight,
            });
        }
        for (place, instruction) in self.code.iter().enumerate().rev() {
            let slot = self.first() + place;
            let Some(adjoint) = adjoints[slot] else { continue };
            for (arg, partial) in partials(&mut b, *instruction, &slots, slots[slot]) {
                let part = match partial {
                    Partial::One => adjoint,
                    Partial::MinusOne => b.neg(adjoint),
                    Partial::Of(partial) => b.mul(adjoint, partial),
                };
                let sum = &mut adjoints[arg as usize];
                *sum = Some(match *sum {
                    Some(sum) => b.add(sum, part),
                    None => part,
                });
            }
            within(b.len())?;
        }
        let zero = b.exact(0.0);
        let outputs: Vec<Slot> = std::iter::once(value)
            .chain(adjoints[..self.inputs].iter().map(|adjoint| adjoint.unwrap_or(zero)))
            .collect();
        Ok(b.finish(&outputs))
    }

    /// The program that computes the partial derivatives of the outputs which `keep` selects, by the inputs that it selects
    /// with each; entries that are zero everywhere are left out.
    ///
    /// Derivatives run forwards beside the values, of each only those that do not vanish.
    ///
    /// # Errors
    /// [`TapeError::TooLong`].
    pub fn jacobian(&self, keep: impl Fn(usize, usize) -> bool) -> Result<SparseTape, TapeError> {
        let (mut b, slots) = self.reopened();
        let rows: Vec<usize> =
            (0..self.outputs.len()).filter(|row| (0..self.inputs).any(|j| keep(*row, j))).collect();
        let mut needed = vec![false; slots.len()];
        rows.iter().for_each(|row| needed[self.outputs[*row] as usize] = true);
        for (place, instruction) in self.code.iter().enumerate().rev() {
            if needed[self.first() + place] {
                instruction.args().for_each(|arg| needed[arg as usize] = true);
            }
        }
        let mut slopes: Vec<Vec<(u32, Slot)>> = vec![Vec::new(); slots.len()];
        for (input, slope) in slopes.iter_mut().enumerate().take(self.inputs) {
            *slope = vec![(input as u32, b.exact(1.0))];
        }
        let mut kept = 0;
        for (place, instruction) in self.code.iter().enumerate() {
            let slot = self.first() + place;
            if !needed[slot] || instruction.args().all(|arg| slopes[arg as usize].is_empty()) {
                continue;
            }
            let mut sum: Vec<(u32, Slot)> = Vec::new();
            for (arg, partial) in partials(&mut b, *instruction, &slots, slots[slot]) {
                let scaled: Vec<(u32, Slot)> = slopes[arg as usize]
                    .iter()
                    .map(|(input, slope)| {
                        let part = match partial {
                            Partial::One => *slope,
                            Partial::MinusOne => b.neg(*slope),
                            Partial::Of(partial) => b.mul(partial, *slope),
                        };
                        (*input, part)
                    })
                    .collect();
                sum = merged(&mut b, sum, scaled);
            }
            kept += sum.len();
            within(kept.max(b.len()))?;
            slopes[slot] = sum;
        }
        let mut places = Vec::new();
        let mut outputs = Vec::new();
        for row in rows {
            for (input, slope) in &slopes[self.outputs[row] as usize] {
                let column = *input as usize;
                if keep(row, column) && b.value(*slope) != Some(0.0) {
                    places.push((row, column));
                    outputs.push(*slope);
                }
            }
        }
        Ok(SparseTape { tape: b.finish(&outputs), places })
    }

    /// The program under construction again, and the places of its slots.
    fn reopened(&self) -> (Builder, Vec<Slot>) {
        let mut b = Builder::default();
        let mut slots: Vec<Slot> = (0..self.inputs).map(|_| b.input()).collect();
        slots.extend(self.constants.iter().map(|c| b.constant(c.value, c.range)));
        for instruction in &self.code {
            let slot = b.repeat(*instruction, &slots);
            slots.push(slot);
        }
        (b, slots)
    }
}

fn within(length: usize) -> Result<(), TapeError> {
    if length > MOST { Err(TapeError::TooLong { most: MOST }) } else { Ok(()) }
}

/// The sum of two lists, each sorted by inputs.
fn merged(b: &mut Builder, x: Vec<(u32, Slot)>, y: Vec<(u32, Slot)>) -> Vec<(u32, Slot)> {
    if x.is_empty() {
        return y;
    }
    let mut sum = Vec::with_capacity(x.len() + y.len());
    let (mut x, mut y) = (x.into_iter().peekable(), y.into_iter().peekable());
    while let (Some(p), Some(q)) = (x.peek().copied(), y.peek().copied()) {
        match p.0.cmp(&q.0) {
            std::cmp::Ordering::Less => sum.extend(x.next()),
            std::cmp::Ordering::Greater => sum.extend(y.next()),
            std::cmp::Ordering::Equal => {
                sum.push((p.0, b.add(p.1, q.1)));
                x.next();
                y.next();
            }
        }
    }
    sum.extend(x);
    sum.extend(y);
    sum
}

/// The derivative of an instruction by one argument.
enum Partial {
    One,
    MinusOne,
    Of(Slot),
}

/// The derivatives of an instruction by its arguments, without those that vanish everywhere; `value` is its own slot.
fn partials(
    b: &mut Builder,
    instruction: Instruction,
    slots: &[Slot],
    value: Slot,
) -> Vec<(u32, Partial)> {
    let at = |slot: u32| slots[slot as usize];
    match instruction {
        Instruction::Unary(Unary::Neg, a) => vec![(a, Partial::MinusOne)],
        Instruction::Unary(Unary::Square, a) => {
            let two = b.exact(2.0);
            vec![(a, Partial::Of(b.mul(two, at(a))))]
        }
        Instruction::Unary(Unary::Map(map), a) => {
            let Some(slope) = &map.record().slope else { return Vec::new() };
            let Ok(slope) = slope.at(b, &at(a));
            vec![(a, Partial::Of(slope))]
        }
        Instruction::Power(a, n) => {
            let (factor, exponent) = (b.exact(f64::from(n)), b.exact(f64::from(n - 1)));
            let power = b.power(at(a), exponent);
            vec![(a, Partial::Of(b.mul(factor, power)))]
        }
        Instruction::Binary(op, x, y) => binary(b, op, (x, at(x)), (y, at(y)), value),
    }
}

fn binary(
    b: &mut Builder,
    op: Binary,
    (x, at_x): (u32, Slot),
    (y, at_y): (u32, Slot),
    value: Slot,
) -> Vec<(u32, Partial)> {
    match op {
        Binary::Add => vec![(x, Partial::One), (y, Partial::One)],
        Binary::Sub => vec![(x, Partial::One), (y, Partial::MinusOne)],
        Binary::Mul => vec![(x, Partial::Of(at_y)), (y, Partial::Of(at_x))],
        Binary::Div => {
            let one = b.exact(1.0);
            let by_x = b.div(one, at_y);
            let quotient = b.div(value, at_y);
            vec![(x, Partial::Of(by_x)), (y, Partial::Of(b.neg(quotient)))]
        }
        // The branch that counts; at a tie the first one, as the value does.
        Binary::Max | Binary::Min => {
            let difference = if op == Binary::Max { b.sub(at_y, at_x) } else { b.sub(at_x, at_y) };
            let second = b.map(Map::Step, difference);
            let one = b.exact(1.0);
            let first = b.sub(one, second);
            vec![(x, Partial::Of(first)), (y, Partial::Of(second))]
        }
        Binary::RealPower => {
            let one = b.exact(1.0);
            let less = b.sub(at_y, one);
            let power = b.power(at_x, less);
            let mut all = vec![(x, Partial::Of(b.mul(at_y, power)))];
            if b.value(at_y).is_none() {
                let log = b.map(Map::Log, at_x);
                all.push((y, Partial::Of(b.mul(value, log))));
            }
            all
        }
        Binary::LogAddExp => {
            let difference = b.sub(at_x, at_y);
            let first = b.map(Map::Sigmoid, difference);
            let other = b.neg(difference);
            let second = b.map(Map::Sigmoid, other);
            vec![(x, Partial::Of(first)), (y, Partial::Of(second))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x0 -> map(x0)` as a program.
    fn program(map: Map) -> Tape {
        let mut b = Builder::default();
        let x = b.input();
        let y = b.map(map, x);
        b.finish(&[y])
    }

    fn value(tape: &Tape, x: &[f64]) -> Vec<f64> {
        let mut outputs = vec![0.0; tape.outputs()];
        tape.run(x, &mut tape.memory(), &mut outputs);
        outputs
    }

    #[test]
    fn first_and_second_derivatives_of_every_map_are_those_of_its_taylor_series() {
        for map in Map::ALL {
            let gradient = program(map).gradient(&[1.0]).expect("short");
            let hessian = gradient.jacobian(|row, _| row == 1).expect("short");
            for x in [0.2, 0.7] {
                let series = crate::taylor(map, x, 2).expect("inside every domain");
                let first = value(&gradient, &[x])[1];
                let second = value(&hessian.tape, &[x]).first().copied().unwrap_or(0.0);
                // A handful of operations near 1.
                assert!((first - series[1]).abs() < 1e-13, "{map:?} at {x}: {first}");
                assert!((second - 2.0 * series[2]).abs() < 1e-12, "{map:?} at {x}: {second}");
            }
        }
    }

    #[test]
    fn entries_that_vanish_are_left_out() {
        // f = x0*x1 + x2^3: its Hessian has two entries below or on the diagonal.
        let mut b = Builder::default();
        let x: Vec<Slot> = (0..3).map(|_| b.input()).collect();
        let (product, three) = (b.mul(x[0], x[1]), b.exact(3.0));
        let cube = b.power(x[2], three);
        let f = b.add(product, cube);
        let tape = b.finish(&[f]);
        let gradient = tape.gradient(&[1.0]).expect("short");
        assert_eq!(value(&gradient, &[2.0, 3.0, 5.0]), [131.0, 3.0, 2.0, 75.0]);
        let hessian = gradient.jacobian(|row, column| row > column).expect("short");
        assert_eq!(hessian.places, [(2, 0), (3, 2)]);
        assert_eq!(value(&hessian.tape, &[2.0, 3.0, 5.0]), [1.0, 30.0]);
    }

    #[test]
    fn every_instruction_of_two_arguments_has_its_derivatives() {
        type Make = fn(&mut Builder, Slot, Slot) -> Slot;
        let makes: [Make; 7] = [
            |b, x, y| b.sub(x, y),
            |b, x, y| b.mul(x, y),
            |b, x, y| b.div(x, y),
            |b, x, y| b.max(x, y),
            |b, x, y| b.min(x, y),
            |b, x, y| b.power(x, y),
            |b, x, y| b.log_add_exp(x, y),
        ];
        for (case, make) in makes.into_iter().enumerate() {
            let mut b = Builder::default();
            let (x, y) = (b.input(), b.input());
            let f = make(&mut b, x, y);
            let tape = b.finish(&[f]);
            let gradient = tape.gradient(&[1.0]).expect("short");
            let point = [1.3, 0.6];
            for k in 0..2 {
                let h = 1e-6;
                let shifted = |by: f64| {
                    let mut moved = point;
                    moved[k] += by;
                    value(&tape, &moved)[0]
                };
                let difference = (shifted(h) - shifted(-h)) / (2.0 * h);
                let found = value(&gradient, &point)[1 + k];
                // Central differences of step 1e-6: h² of truncation, 1e-16/h of rounding.
                assert!((found - difference).abs() < 1e-8, "case {case}, argument {k}");
            }
        }
    }
}
