//! Boxes narrowed by equations: what values an equation leaves to its variables.

use beltrami_core::Map;
use beltrami_linalg::Interval;

use super::instruction::{Binary, Instruction, Unary};
use super::{Memory, Tape};

impl Tape {
    /// Narrows a box to one that still holds every point of it at which every output lies in its target; `None` where there
    /// is no such point, or the outputs exist nowhere.
    ///
    /// Values go up the program, and what the targets leave of them goes down again.
    /// # References
    /// `BenhamouGoualardGranvilliersPuget1999`: hull consistency, algorithm HC4-revise.
    #[must_use]
    pub fn narrowed(
        &self,
        inputs: &mut [Interval],
        targets: &[Interval],
        memory: &mut Memory<Interval>,
    ) -> Option<()> {
        self.forward(inputs, memory);
        let slots = &mut memory.slots[..];
        for (slot, target) in self.outputs.iter().zip(targets) {
            meet(slots, *slot, *target)?;
        }
        let first = self.first();
        for (place, instruction) in self.code.iter().enumerate().rev() {
            instruction.project(slots[first + place], slots)?;
        }
        inputs.copy_from_slice(&slots[..self.inputs]);
        Some(())
    }
}

/// Narrows a slot.
fn meet(slots: &mut [Interval], slot: u32, with: Interval) -> Option<()> {
    let slot = &mut slots[slot as usize];
    *slot = slot.meet(with)?;
    Some(())
}

/// Narrows a slot to what lies in one of two intervals.
fn meet_either(slots: &mut [Interval], slot: u32, a: Interval, b: Interval) -> Option<()> {
    let slot = &mut slots[slot as usize];
    *slot = match (slot.meet(a), slot.meet(b)) {
        (Some(a), Some(b)) => a.hull(b),
        (one, other) => one.or(other)?,
    };
    Some(())
}

impl Instruction {
    /// Narrows the arguments to what the value leaves.
    fn project(self, value: Interval, slots: &mut [Interval]) -> Option<()> {
        let at = |slot: u32, slots: &[Interval]| slots[slot as usize];
        match self {
            Instruction::Unary(Unary::Neg, a) => meet(slots, a, -value),
            Instruction::Unary(Unary::Square, a) => even_root(slots, a, value, |x| x.sqrt()),
            Instruction::Unary(Unary::Map(map), a) => project_map(map, a, value, slots),
            Instruction::Power(a, n) if n < 0 => {
                let inverse = Interval::ONE / value;
                if value.contains(0.0) {
                    Some(())
                } else {
                    root(slots, a, inverse, n.checked_neg()?)
                }
            }
            Instruction::Power(a, n) => root(slots, a, value, n),
            Instruction::Binary(op, a, b) => match op {
                Binary::Add => {
                    meet(slots, a, value - at(b, slots))?;
                    meet(slots, b, value - at(a, slots))
                }
                Binary::Sub => {
                    meet(slots, a, value + at(b, slots))?;
                    meet(slots, b, at(a, slots) - value)
                }
                Binary::Mul => {
                    quotient(slots, a, value, at(b, slots))?;
                    quotient(slots, b, value, at(a, slots))
                }
                Binary::Div => {
                    meet(slots, a, value * at(b, slots))?;
                    quotient(slots, b, at(a, slots), value)
                }
                Binary::Max => {
                    let below = Interval { lo: f64::NEG_INFINITY, hi: value.hi };
                    meet(slots, a, below)?;
                    meet(slots, b, below)
                }
                Binary::Min => {
                    let above = Interval { lo: value.lo, hi: f64::INFINITY };
                    meet(slots, a, above)?;
                    meet(slots, b, above)
                }
                Binary::RealPower => meet(slots, a, POSITIVE),
                Binary::LogAddExp => Some(()),
            },
        }
    }
}

/// Numbers that are not negative.
const POSITIVE: Interval = Interval { lo: 0.0, hi: f64::INFINITY };

/// Narrows `slot` to the solutions `x` of `x*divisor = value`.
fn quotient(slots: &mut [Interval], slot: u32, value: Interval, divisor: Interval) -> Option<()> {
    if !divisor.contains(0.0) {
        return meet(slots, slot, value / divisor);
    }
    if value.contains(0.0) {
        return Some(());
    }
    // A divisor on both sides of zero leaves a gap around zero; a side that is zero alone has no quotient.
    let above = Interval { lo: 0.0, hi: divisor.hi };
    let below = Interval { lo: divisor.lo, hi: 0.0 };
    match (divisor.lo < 0.0, divisor.hi > 0.0) {
        (true, true) => meet_either(slots, slot, value / above, value / below),
        (false, true) => meet(slots, slot, value / above),
        (true, false) => meet(slots, slot, value / below),
        (false, false) => None,
    }
}

fn even_root(
    slots: &mut [Interval],
    slot: u32,
    value: Interval,
    root: impl Fn(Interval) -> Interval,
) -> Option<()> {
    let root = root(value.meet(POSITIVE)?);
    meet_either(slots, slot, root, -root)
}

/// Narrows `slot` to the solutions of `x^n = value`, `n` positive.
fn root(slots: &mut [Interval], slot: u32, value: Interval, n: i32) -> Option<()> {
    let inverse = Interval::ratio(1, i64::from(n));
    if n % 2 == 0 {
        return even_root(slots, slot, value, |x| x.powf(inverse));
    }
    let end = |x: f64| {
        let root = Interval::point(x.abs()).powf(inverse);
        if x < 0.0 { -root } else { root }
    };
    meet(slots, slot, Interval { lo: end(value.lo).lo, hi: end(value.hi).hi })
}

fn project_map(map: Map, a: u32, value: Interval, slots: &mut [Interval]) -> Option<()> {
    let unit = Interval { lo: -1.0, hi: 1.0 };
    match map {
        Map::Exp => meet(slots, a, value.meet(POSITIVE)?.ln()),
        Map::Log => {
            meet(slots, a, POSITIVE)?;
            meet(slots, a, value.exp())
        }
        Map::Log1p => {
            meet(slots, a, Interval { lo: -1.0, hi: f64::INFINITY })?;
            meet(slots, a, value.exp() - Interval::ONE)
        }
        Map::Expm1 => {
            let exponential = value + Interval::ONE;
            meet(slots, a, exponential.meet(POSITIVE)?.ln())
        }
        Map::Sqrt => meet(slots, a, value.meet(POSITIVE)?.square()),
        Map::Abs => {
            let size = value.meet(POSITIVE)?;
            meet_either(slots, a, size, -size)
        }
        Map::Arcsin | Map::Arccos => meet(slots, a, unit),
        Map::Sin | Map::Cos | Map::Tanh | Map::Erf => value.meet(unit).map(|_| ()),
        _ => Some(()),
    }
}
