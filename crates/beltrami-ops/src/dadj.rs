//! # `dadj(A, E)`: derivative of the adjugate
//!
//! The derivative of $\operatorname{adj}(A)$ along $E$; along several directions the mixed derivative.
//! Its entries are sums of minors of $A$, so it is a polynomial and exists for singular matrices; where $A$ is invertible,
//! it is $\det(A) (\operatorname{tr}(A^{-1} E)\, A^{-1} - A^{-1} E A^{-1})$.
//!
//! ## Shape
//! `n×n, n×n, … → n×n`, a direction of the shape of $A$ for each order.
//! Without a direction `n×n → n²×n²`, the matrix $K$ with $\operatorname{vec}(D(A, E)) = K \operatorname{vec} E$.
//! A direction of `n²` rows stands for several, a stacked one in each column, and the value has a stacked column for each.
//!
//! ## Derivative
//! Linear in each direction; by $A$ it has one direction more, $d A$.
//! With a weight: $\operatorname{tr}(G^\top D(A, E)) = \operatorname{tr}(D(A^\top, G)^\top E)$, and likewise for any number of directions.
//!
//! ## Structure
//! Without a direction symmetric when $A$ is symmetric.
//!
//! ## Examples
//! - `beltrami derive 'adj(X)' --by X --form kron` prints `dadj(X)`
//! - `beltrami eval 'dadj([1,2;3,4])'` gives `[0, 0, 0, 1; 0, -1, 0, 0; 0, 0, -1, 0; 1, 0, 0, 0]`
//! - `beltrami eval 'dadj([1,2;3,4], [1,2;3,4])'` gives `[4, -2; -3, 1]`
//!
//! ## References
//! `MagnusNeudecker2019`, section 8.6.

use beltrami_core::{Differential, Facts, Kernel, Op, Spectral, Transposed, directional, rule};

/// The derivative of the adjugate along directions.
pub static OP: Op = Op {
    name: "dadj",
    params: "A: matrix(n,n)",
    kernel: Kernel::Derivative(Spectral::Adjugate),
    shape: |sizes, args| {
        rule::at_least(args, 1, "a matrix and directions")?;
        rule::side(sizes, args, 0)?;
        directional::shape(Spectral::Adjugate, sizes, args, "a direction of the shape of `A` for each order, as in `dadj(A, E)` and `dadj(A, E, F)`")
    },
    facts: |graph, args| directional::facts(Spectral::Adjugate, graph, args, Facts::NONE),
    transposed: Transposed::Each,
    differential: Differential::Build(|graph, args, varied| directional::next(Spectral::Adjugate, graph, args, varied)),
    rules: "
        dadj-transpose: dadj(A') => dadj(A)'
        dadj-turned: dadj(A, E')' => dadj(A', E)
        dadj-adjoint: dadj(A', E') => dadj(A, E)'
        dadj-adjoint-second: dadj(A', E', F') => dadj(A, E, F)'
    ",
    latex: r"L_{\operatorname{adj}}\left(#,\right)",
    samples: &["A: matrix(3,3)", "A: matrix(3,3), E: matrix(3,3)", "A: symmetric(3), E: matrix(3,3), F: matrix(3,3)", "A: matrix(2,2), E: matrix(4,3)"],
    references: &["MagnusNeudecker2019"],
    ..Op::BASE
};
