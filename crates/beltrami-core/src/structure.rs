//! Types of square matrices: what a name of the language says of the entries, and what follows from it.
//!
//! A record is all that engines know of a type; [`Facts`] is the index of those that a value has.

use crate::facts::Facts;

/// A type of square matrices.
#[derive(Debug)]
pub struct Structure {
    /// The name in the language: `lower`.
    pub name: &'static str,
    /// What such a matrix is called: `lower triangular`.
    pub words: &'static str,
    /// The facts that the name stands for.
    pub facts: Facts,
    /// The matrices near one of them.
    pub space: Space,
    /// The gradient within the type from the one by all entries, in words.
    pub gradient: &'static str,
    /// The same by the free entries, where that is another.
    pub free_gradient: Option<&'static str>,
    /// How its systems are solved.
    pub solving: Solving,
    /// What the transpose has.
    pub transposed: Facts,
    /// What does not lead out of the type.
    pub closed: &'static [Closed],
}

/// What matrices of a type do not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Sums and all multiples: they are a space.
    Sums,
    /// Products.
    Products,
    /// Inverses.
    Inverses,
    /// Kronecker products.
    Kroneckers,
}

/// The directions in which a matrix may move and stay of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// Some entries; all others are zero.
    Entries(Part),
    /// Pairs of entries that are equal, or of opposite sign.
    Mirrored(Sign),
    /// `X*S` with a skew `S`, at an orthogonal `X`.
    Rotations,
}

/// How systems are solved that a matrix of a type gives, the first of several that apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Solving {
    /// By division by the diagonal.
    Division,
    /// By a product with the transpose.
    Transposition,
    /// By substitution, from the first row on.
    Forward,
    /// By substitution, from the last row on.
    Backward,
    /// From a Cholesky factorisation.
    Cholesky,
    /// By elimination, as any other.
    Elimination,
}

impl Solving {
    /// Whether the matrix is used as it is, and nothing is factored.
    pub fn is_direct(self) -> bool {
        !matches!(self, Solving::Cholesky | Solving::Elimination)
    }
}

/// A part of a square matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The diagonal.
    Diagonal,
    /// On and below the diagonal.
    Lower,
    /// On and above the diagonal.
    Upper,
}

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// 1.
    Plus,
    /// -1.
    Minus,
}

impl Part {
    /// Whether the entry in row `i` and column `j` belongs to it.
    pub fn has(self, i: usize, j: usize) -> bool {
        match self {
            Part::Diagonal => i == j,
            Part::Lower => i >= j,
            Part::Upper => i <= j,
        }
    }
}

impl Sign {
    /// The number.
    pub fn number(self) -> f64 {
        match self {
            Sign::Plus => 1.0,
            Sign::Minus => -1.0,
        }
    }
}

/// All types; of those that a value has, the first says in which directions it may move.
pub static STRUCTURES: [Structure; 7] = [
    Structure {
        name: "diagonal",
        words: "diagonal",
        facts: Facts::DIAGONAL,
        space: Space::Entries(Part::Diagonal),
        gradient: "diagonal variable, G.*I",
        free_gradient: None,
        solving: Solving::Division,
        transposed: Facts::DIAGONAL,
        closed: &[Closed::Sums, Closed::Products, Closed::Inverses, Closed::Kroneckers],
    },
    Structure {
        name: "symmetric",
        words: "symmetric",
        facts: Facts::SYMMETRIC,
        space: Space::Mirrored(Sign::Plus),
        gradient: "symmetric variable, (G + G')/2",
        free_gradient: Some("free entries of a symmetric variable, G + G' - G.*I"),
        solving: Solving::Elimination,
        transposed: Facts::SYMMETRIC,
        closed: &[Closed::Sums, Closed::Inverses, Closed::Kroneckers],
    },
    Structure {
        name: "spd",
        words: "symmetric positive definite",
        facts: Facts::SPD,
        space: Space::Mirrored(Sign::Plus),
        gradient: "symmetric variable, (G + G')/2",
        free_gradient: Some("free entries of a symmetric variable, G + G' - G.*I"),
        solving: Solving::Cholesky,
        transposed: Facts::SPD,
        closed: &[Closed::Inverses, Closed::Kroneckers],
    },
    Structure {
        name: "skew",
        words: "skew",
        facts: Facts::SKEW,
        space: Space::Mirrored(Sign::Minus),
        gradient: "skew variable, (G - G')/2",
        free_gradient: Some("free entries of a skew variable, G - G'"),
        solving: Solving::Elimination,
        transposed: Facts::SKEW,
        closed: &[Closed::Sums, Closed::Inverses],
    },
    Structure {
        name: "orthogonal",
        words: "orthogonal",
        facts: Facts::ORTHOGONAL,
        space: Space::Rotations,
        gradient: "orthogonal variable, (G - X*G'*X)/2",
        free_gradient: None,
        solving: Solving::Transposition,
        transposed: Facts::ORTHOGONAL,
        closed: &[Closed::Products, Closed::Inverses, Closed::Kroneckers],
    },
    Structure {
        name: "lower",
        words: "lower triangular",
        facts: Facts::LOWER,
        space: Space::Entries(Part::Lower),
        gradient: "lower triangular variable, entries on and below the diagonal",
        free_gradient: None,
        solving: Solving::Forward,
        transposed: Facts::UPPER,
        closed: &[Closed::Sums, Closed::Products, Closed::Inverses, Closed::Kroneckers],
    },
    Structure {
        name: "upper",
        words: "upper triangular",
        facts: Facts::UPPER,
        space: Space::Entries(Part::Upper),
        gradient: "upper triangular variable, entries on and above the diagonal",
        free_gradient: None,
        solving: Solving::Backward,
        transposed: Facts::LOWER,
        closed: &[Closed::Sums, Closed::Products, Closed::Inverses, Closed::Kroneckers],
    },
];

impl Structure {
    /// The type of this name.
    pub fn named(name: &str) -> Option<&'static Structure> {
        STRUCTURES.iter().find(|structure| structure.name == name)
    }

    /// The types that a value with these facts has.
    pub fn all_of(facts: Facts) -> impl Iterator<Item = &'static Structure> {
        STRUCTURES.iter().filter(move |structure| facts.has(structure.facts))
    }

    /// The type that says in which directions a value with these facts may move; `None` where all are open.
    pub fn of(facts: Facts) -> Option<&'static Structure> {
        Structure::all_of(facts).next()
    }

    /// Whether it is a space of matrices.
    pub fn is_linear(&self) -> bool {
        self.closed.contains(&Closed::Sums)
    }
}

impl Facts {
    /// How systems with a matrix of these facts are solved.
    pub fn solving(self) -> Solving {
        let all = Structure::all_of(self).map(|structure| structure.solving);
        all.min().unwrap_or(Solving::Elimination)
    }

    /// Of the structure that all operands have, what the result of such an operation has.
    pub fn kept(self, under: Closed) -> Facts {
        Structure::all_of(self)
            .filter(|structure| structure.closed.contains(&under))
            .fold(Facts::NONE, |kept, structure| kept | structure.facts)
    }

    /// The facts a value keeps under transposition.
    pub fn transposed(self) -> Facts {
        let structural =
            STRUCTURES.iter().fold(Facts::NONE, |all, structure| all | structure.facts);
        Structure::all_of(self)
            .fold(self.without(structural), |facts, structure| facts | structure.transposed)
    }

    /// The facts that a name stands for: a type of square matrices, or what is known of the signs of entries.
    pub fn named(name: &str) -> Option<Facts> {
        Some(match name {
            "positive" => Facts::POSITIVE | Facts::NONNEGATIVE,
            "nonnegative" => Facts::NONNEGATIVE,
            "signs" => Facts::SIGNS,
            _ => Structure::named(name)?.facts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_every_operand_has() {
        let check = |facts: Facts, under: Closed, expected: Facts| {
            assert_eq!(facts.kept(under), expected, "{facts:?} under {under:?}");
        };
        let every = Facts::SPD | Facts::DIAGONAL | Facts::ORTHOGONAL | Facts::POSITIVE;
        check(every, Closed::Sums, Facts::DIAGONAL);
        check(every, Closed::Products, Facts::DIAGONAL | Facts::ORTHOGONAL);
        check(every, Closed::Inverses, every.without(Facts::POSITIVE));
        check(Facts::SYMMETRIC | Facts::LOWER, Closed::Products, Facts::LOWER);
        check(Facts::SPD, Closed::Sums, Facts::SYMMETRIC);
        check(Facts::SKEW, Closed::Kroneckers, Facts::NONE);
    }

    #[test]
    fn the_structure_says_how_systems_are_solved() {
        let check = |facts: Facts, expected: Solving| assert_eq!(facts.solving(), expected);
        check(Facts::NONE, Solving::Elimination);
        check(Facts::SYMMETRIC, Solving::Elimination);
        check(Facts::SPD, Solving::Cholesky);
        check(Facts::SPD | Facts::ORTHOGONAL, Solving::Transposition);
        check(Facts::LOWER | Facts::ORTHOGONAL, Solving::Transposition);
        check(Facts::UPPER | Facts::POSITIVE, Solving::Backward);
        check(Facts::SPD | Facts::DIAGONAL | Facts::ORTHOGONAL, Solving::Division);
    }

    #[test]
    fn transposition_turns_triangles_and_nothing_else() {
        for structure in &STRUCTURES {
            let back = structure.facts.transposed().transposed();
            assert_eq!(back, structure.facts, "{}", structure.name);
        }
        assert_eq!((Facts::LOWER | Facts::SIGNS).transposed(), Facts::UPPER | Facts::SIGNS);
        assert_eq!((Facts::SPD | Facts::POSITIVE).transposed(), Facts::SPD | Facts::POSITIVE);
    }
}
