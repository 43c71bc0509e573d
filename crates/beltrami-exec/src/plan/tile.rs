//! One tile of an entry-wise program: its registers, what an instruction reads, and what it writes.

use beltrami_core::map::Domain;
use beltrami_linalg::dense::Vectors;

use crate::plan::entrywise::{Access, Instruction, Loop, Source, TURNED};
use crate::plan::function::{apply_binary, apply_unary};
use crate::plan::node::{Binary, Shift, Unary};
use crate::plan::real::Real;

/// Numbers of a tile.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a, T> {
    Slice(&'a [T]),
    Number(T),
}

/// What instructions write: entries, or the one number that all of them are.
pub(crate) struct Register<T, const SIZE: usize> {
    entries: [T; SIZE],
    number: Option<T>,
}

impl<T: Real, const SIZE: usize> Register<T, SIZE> {
    pub(crate) const EMPTY: Register<T, SIZE> = Register { entries: [T::ZERO; SIZE], number: None };

    fn value(&self, width: usize) -> Value<'_, T> {
        match self.number {
            Some(x) => Value::Number(x),
            None => Value::Slice(&self.entries[..width]),
        }
    }
}

/// Where a tile lies.
pub(crate) struct Tile<'a, T> {
    pub(crate) operands: &'a [&'a [T]],
    pub(crate) access: &'a [Access],
    /// Its first entry, counted along rows.
    pub(crate) start: usize,
    pub(crate) row: usize,
    /// Its first column.
    pub(crate) left: usize,
    pub(crate) width: usize,
    pub(crate) turned: [&'a [T]; TURNED],
}

impl<'a, T: Real> Tile<'a, T> {
    /// A value that is in no register.
    fn outside(&self, source: Source<T>) -> Value<'a, T> {
        match source {
            Source::Operand(k) => {
                let data = self.operands[k];
                match self.access[k] {
                    Access::Same => Value::Slice(&data[self.start..self.start + self.width]),
                    Access::Number => Value::Number(data[0]),
                    Access::Row => Value::Number(data[self.row]),
                    Access::Column => Value::Slice(&data[self.left..self.left + self.width]),
                    Access::Turned => {
                        let place =
                            self.access[..k].iter().filter(|a| **a == Access::Turned).count();
                        Value::Slice(&self.turned[place][..self.width])
                    }
                    Access::Shifted(Shift { by, from, to }) => {
                        // Tiles end where the operand begins or ends.
                        match self.start.checked_add_signed(by) {
                            Some(place) if (from..to).contains(&place) => {
                                Value::Slice(&data[place..place + self.width])
                            }
                            _ => Value::Number(T::ZERO),
                        }
                    }
                }
            }
            Source::Constant(x) => Value::Number(x),
            Source::Register(_) => Value::Number(T::from_f64(f64::NAN)),
        }
    }
}

/// The registers besides the one that is written.
struct Others<'s, T, const SIZE: usize> {
    before: &'s [Register<T, SIZE>],
    after: &'s [Register<T, SIZE>],
}

impl<'s, T: Real, const SIZE: usize> Others<'s, T, SIZE> {
    fn value<'v>(&self, at: &Tile<'v, T>, source: Source<T>) -> Value<'v, T>
    where
        's: 'v,
    {
        let Source::Register(place) = source else { return at.outside(source) };
        match self.before.get(place) {
            Some(register) => register.value(at.width),
            None => self.after[place - self.before.len() - 1].value(at.width),
        }
    }
}

impl<T: Real> Loop<T> {
    /// Runs the program on one tile; the last result goes to `out`. Whether it, and all that later functions could hide, is
    /// finite.
    pub(crate) fn compute<const SIZE: usize>(
        &self,
        vectors: Vectors,
        at: &Tile<'_, T>,
        registers: &mut [Register<T, SIZE>],
        out: &mut [T],
    ) -> bool {
        let Some((last, first)) = self.code.split_last() else {
            let value = match self.result {
                Source::Register(place) => registers[place].value(at.width),
                other => at.outside(other),
            };
            return copy(vectors, value, out);
        };
        let mut ok = true;
        for instruction in first {
            let to = instruction.target();
            let (before, rest) = registers.split_at_mut(to);
            let Some((target, after)) = rest.split_first_mut() else { return false };
            let others = Others { before, after };
            let values = instruction.values(at, &others);
            let fine = match values {
                [Value::Number(_), Value::Number(_)] => {
                    let mut number = [T::ZERO];
                    let fine = instruction.apply(vectors, values, &mut number);
                    target.number = Some(number[0]);
                    fine
                }
                _ => {
                    target.number = None;
                    instruction.apply(vectors, values, &mut target.entries[..at.width])
                }
            };
            ok &= fine || !instruction.may_leave_the_numbers();
        }
        let others = Others { before: &*registers, after: &[] };
        ok & last.apply(vectors, last.values(at, &others), out)
    }
}

impl<T: Real> Instruction<T> {
    pub(crate) fn target(&self) -> usize {
        match *self {
            Instruction::Unary(_, _, to) | Instruction::Binary(_, _, _, to) => to,
        }
    }

    /// What is read; of one operand twice.
    fn values<'v, const SIZE: usize>(
        &self,
        at: &Tile<'v, T>,
        others: &Others<'v, T, SIZE>,
    ) -> [Value<'v, T>; 2] {
        match *self {
            Instruction::Unary(_, a, _) => [others.value(at, a); 2],
            Instruction::Binary(_, a, b, _) => [others.value(at, a), others.value(at, b)],
        }
    }

    /// Whether every result is finite.
    fn apply(&self, vectors: Vectors, [a, b]: [Value<'_, T>; 2], to: &mut [T]) -> bool {
        match (*self, a) {
            (Instruction::Binary(f, ..), _) => apply_binary(vectors, f, a, b, to),
            (Instruction::Unary(f, ..), Value::Slice(a)) => apply_unary(vectors, f, a, to),
            (Instruction::Unary(f, ..), Value::Number(a)) => {
                let mut number = [T::ZERO];
                let fine = apply_unary(vectors, f, &[a], &mut number);
                to.fill(number[0]);
                fine
            }
        }
    }

    /// Whether finite numbers may have a result that is none, which a later function might hide.
    fn may_leave_the_numbers(&self) -> bool {
        match self {
            Instruction::Binary(f, ..) => matches!(f, Binary::Div | Binary::Power),
            Instruction::Unary(f, ..) => match f {
                Unary::Recip | Unary::Power(_) => true,
                Unary::Map(map) => {
                    let record = map.record();
                    record.domain != Domain::Everywhere || record.overflows
                }
                Unary::Neg | Unary::Square => false,
            },
        }
    }
}

fn copy<T: Real>(vectors: Vectors, value: Value<'_, T>, out: &mut [T]) -> bool {
    match value {
        Value::Slice(a) => {
            out.copy_from_slice(a);
            crate::plan::function::finite(vectors, out)
        }
        Value::Number(a) => {
            out.fill(a);
            a.to_f64().is_finite()
        }
    }
}
