//! Structure and sign facts about a value.

use std::fmt;
use std::ops::{BitAnd, BitOr};

/// A set of facts that are known to hold; the empty set claims nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Facts(u16);

impl Facts {
    /// Nothing is known.
    pub const NONE: Facts = Facts(0);
    /// `A' = A`.
    pub const SYMMETRIC: Facts = Facts(1);
    /// `x'*A*x > 0` for every `x ≠ 0`; only ever together with [`Facts::SYMMETRIC`].
    pub const DEFINITE: Facts = Facts(1 << 1);
    /// Zero above the diagonal.
    pub const LOWER: Facts = Facts(1 << 2);
    /// Zero below the diagonal.
    pub const UPPER: Facts = Facts(1 << 3);
    /// `A'*A = I`, square.
    pub const ORTHOGONAL: Facts = Facts(1 << 4);
    /// `A' = -A`.
    pub const SKEW: Facts = Facts(1 << 5);
    /// Every entry is greater than zero.
    pub const POSITIVE: Facts = Facts(1 << 6);
    /// Every entry is at least zero.
    pub const NONNEGATIVE: Facts = Facts(1 << 7);
    /// Every entry is 1 or -1.
    pub const SIGNS: Facts = Facts(1 << 8);
    /// The value is a constant of the language (`eye`, `ones`, a number), free of variables.
    pub const CONSTANT: Facts = Facts(1 << 9);
    /// Every fact there is.
    pub const ALL: Facts = Facts((1 << 10) - 1);
    /// Symmetric positive definite.
    pub const SPD: Facts = Facts(1 | 1 << 1);
    /// Diagonal: symmetric, lower and upper.
    pub const DIAGONAL: Facts = Facts(1 | 1 << 2 | 1 << 3);

    /// Whether all facts of `other` are known.
    pub fn has(self, other: Facts) -> bool {
        self.0 & other.0 == other.0
    }

    /// The facts with those of `other` taken away.
    pub fn without(self, other: Facts) -> Facts {
        Facts(self.0 & !other.0)
    }
}

impl BitOr for Facts {
    type Output = Facts;
    fn bitor(self, other: Facts) -> Facts {
        Facts(self.0 | other.0)
    }
}

impl BitAnd for Facts {
    type Output = Facts;
    fn bitand(self, other: Facts) -> Facts {
        Facts(self.0 & other.0)
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            "symmetric",
            "definite",
            "lower",
            "upper",
            "orthogonal",
            "skew",
            "positive",
            "nonnegative",
            "signs",
            "constant",
        ];
        let held: Vec<&str> = names
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect();
        write!(f, "{{{}}}", held.join(", "))
    }
}
