//! What a tape is made of.

use beltrami_core::Map;
use beltrami_core::map::{AtZero, Domain};
use beltrami_linalg::Interval;

use super::arithmetic::Arithmetic;

/// A constant with an interval that holds the exact one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constant {
    pub value: f64,
    pub range: Interval,
}

/// One operation on slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Instruction {
    Unary(Unary, u32),
    Binary(Binary, u32, u32),
    /// An integer power.
    Power(u32, i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unary {
    Neg,
    Square,
    Map(Map),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
    /// A power of a number that is not negative.
    RealPower,
    /// `log(exp(a) + exp(b))`.
    LogAddExp,
}

impl Instruction {
    #[inline]
    pub fn value<S: Arithmetic>(self, slots: &[S]) -> S {
        match self {
            Instruction::Unary(op, a) => S::unary(op, slots[a as usize]),
            Instruction::Binary(op, a, b) => S::binary(op, slots[a as usize], slots[b as usize]),
            Instruction::Power(a, n) => S::power(slots[a as usize], n),
        }
    }

    /// Whether the value has a kink or a jump for some arguments.
    pub fn has_kink(self) -> bool {
        match self {
            Instruction::Unary(Unary::Map(map), _) => map.record().at_zero != AtZero::Smooth,
            Instruction::Binary(op, _, _) => matches!(op, Binary::Max | Binary::Min),
            Instruction::Unary(..) | Instruction::Power(..) => false,
        }
    }

    pub fn args(self) -> impl Iterator<Item = u32> {
        let (a, b) = match self {
            Instruction::Unary(_, a) | Instruction::Power(a, _) => (a, None),
            Instruction::Binary(_, a, b) => (a, Some(b)),
        };
        std::iter::once(a).chain(b)
    }

    pub fn with_args(self, new: impl Fn(u32) -> u32) -> Instruction {
        match self {
            Instruction::Unary(op, a) => Instruction::Unary(op, new(a)),
            Instruction::Binary(op, a, b) => Instruction::Binary(op, new(a), new(b)),
            Instruction::Power(a, n) => Instruction::Power(new(a), n),
        }
    }

    /// Whether the value does not exist, or jumps, for some arguments.
    pub fn is_delicate(self) -> bool {
        match self {
            Instruction::Power(_, n) => n < 0,
            Instruction::Binary(op, ..) => matches!(op, Binary::Div | Binary::RealPower),
            Instruction::Unary(Unary::Map(map), _) => {
                let record = map.record();
                record.domain != Domain::Everywhere || record.at_zero == AtZero::Jump
            }
            Instruction::Unary(..) => false,
        }
    }
}
