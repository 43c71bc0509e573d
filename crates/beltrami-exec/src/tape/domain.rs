//! Whether a program exists and is continuous on a box.

use beltrami_core::Map;
use beltrami_core::map::{self, AtZero};
use beltrami_linalg::Interval;

use super::instruction::{Binary, Instruction, Unary};
use super::{Memory, Tape};

/// What is known of a function on a box, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// It exists and is continuous everywhere.
    Continuous,
    /// It exists everywhere and may jump.
    Jumps,
    /// It may not exist at some points.
    Partial,
    /// It exists nowhere.
    Nowhere,
}

impl Tape {
    /// Whether the outputs exist and are continuous on the box of the last run.
    pub fn domain(&self, memory: &Memory<Interval>) -> Domain {
        let of = |place: &u32| self.code[*place as usize].domain(&memory.slots);
        self.delicate.iter().map(of).max().unwrap_or(Domain::Continuous)
    }
}

impl Instruction {
    fn domain(self, slots: &[Interval]) -> Domain {
        match self {
            Instruction::Power(a, n) if n < 0 => nonzero(slots[a as usize]),
            Instruction::Binary(Binary::Div, _, b) => nonzero(slots[b as usize]),
            Instruction::Binary(Binary::RealPower, a, b) => {
                let (base, exponent) = (slots[a as usize], slots[b as usize]);
                // Zero has positive powers only.
                let closed = if exponent.lo > 0.0 { base.lo >= 0.0 } else { base.lo > 0.0 };
                let nowhere = base.hi < 0.0 || (base.hi == 0.0 && exponent.hi <= 0.0);
                domain(closed, nowhere)
            }
            Instruction::Unary(Unary::Map(map), a) => of_map(map, slots[a as usize]),
            _ => Domain::Continuous,
        }
    }
}

/// Whether a scalar function exists and is continuous on an interval.
pub(super) fn of_map(map: Map, a: Interval) -> Domain {
    let record = map.record();
    match record.domain {
        map::Domain::Above(lo) => domain(a.lo > lo, a.hi <= lo),
        map::Domain::From(lo) => domain(a.lo >= lo, a.hi < lo),
        map::Domain::Between(lo, hi) => {
            let whole = Interval { lo, hi };
            domain(a.is_within(whole), a.meet(whole).is_none())
        }
        map::Domain::OffPolesOfTangent => domain(!a.meets_pole_of_tan(), false),
        // A point is no jump.
        map::Domain::Everywhere => match record.at_zero {
            AtZero::Jump if a.contains(0.0) && !a.is_point() => Domain::Jumps,
            _ => Domain::Continuous,
        },
    }
}

fn nonzero(a: Interval) -> Domain {
    domain(!a.contains(0.0), a == Interval::ZERO)
}

fn domain(everywhere: bool, nowhere: bool) -> Domain {
    match (everywhere, nowhere) {
        (true, _) => Domain::Continuous,
        (_, true) => Domain::Nowhere,
        _ => Domain::Partial,
    }
}
