//! What a condition on an expression comes to for its parts: a product is not 0 where no factor is.
//!
//! Every expression has conditions of its own for its parts, so what these exclude is not asked again.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Node, Number};

/// A condition on one expression, for which `{A}` stands.
pub(super) type Wanted = (ExprId, &'static str);

/// What a condition comes to; `None` for one that is about its expression and none of its parts.
pub(super) fn reduced(graph: &Graph, condition: &str, of: ExprId) -> Option<Vec<Wanted>> {
    Some(match condition {
        "_ > 0" => positive(graph, of),
        "_ >= 0" => nonnegative(graph, of),
        "no entry of _ is 0" => nonzero(graph, of),
        "_ is not 0" => some_nonzero(graph, of),
        "_ is invertible" => invertible(graph, of),
        "_ has full rank" => of_full_rank(graph, of),
        _ => return None,
    })
}

/// Where a function with a kink at 0 is smooth: what was cut off at 0 has its kink there already.
pub(super) fn away_from_kink(graph: &Graph, of: ExprId) -> Vec<Wanted> {
    match graph.application(of) {
        Some((
            Kernel::Map(Map::Relu | Map::LeakyRelu | Map::Abs) | Kernel::Neg | Kernel::Transpose,
            [inner],
        )) => away_from_kink(graph, *inner),
        Some((Kernel::Max, _)) if let Some(inner) = compared_with_zero(graph, of) => {
            away_from_kink(graph, inner)
        }
        _ => nonzero(graph, of),
    }
}

/// What a maximum or minimum compares with 0.
pub(super) fn compared_with_zero(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let nought = |id: ExprId| match graph.application(id) {
        Some((Kernel::Scale, [factor, _])) => graph.is_zero(*factor),
        _ => graph.is_zero(id),
    };
    match graph.application(id)? {
        (Kernel::Max | Kernel::Min, [of, other] | [other, of]) if nought(*other) => Some(*of),
        _ => None,
    }
}

/// Where a power exists: whole powers everywhere or away from 0, others of what is not negative.
pub(super) fn of_power(graph: &Graph, base: ExprId, exponent: ExprId) -> Vec<Wanted> {
    if let Some(least) = whole(graph, exponent) {
        return if least < 0 { nonzero(graph, base) } else { Vec::new() };
    }
    match graph.number_of(exponent).is_some_and(|k| !k.is_negative()) {
        true => nonnegative(graph, base),
        false => positive(graph, base),
    }
}

/// The least value of an exponent that is whole: a number, or a size less a number, and sizes are at least 1.
fn whole(graph: &Graph, exponent: ExprId) -> Option<i64> {
    if let Some(number) = graph.number_of(exponent) {
        return number.as_int();
    }
    match (graph.node(exponent), graph.application(exponent)) {
        (Node::Size(_), _) => Some(1),
        (_, Some((Kernel::Sub, [size, less]))) => {
            whole(graph, *size)?.checked_sub(graph.number_of(*less)?.as_int()?)
        }
        _ => None,
    }
}

/// Whether a condition on an expression follows from what is known about it, `_` standing for the expression.
pub(super) fn implied(graph: &Graph, arg: ExprId, condition: &str) -> bool {
    let facts = graph.facts(arg);
    let regular = facts.has(Facts::SPD)
        || facts.has(Facts::ORTHOGONAL)
        || matches!(graph.application(arg), Some((Kernel::Inv | Kernel::Expm | Kernel::Eye, _)));
    match condition {
        "_ > 0" => facts.has(Facts::POSITIVE),
        "_ >= 0" => facts.has(Facts::NONNEGATIVE),
        "_ is not 0" | "no entry of _ is 0" => {
            facts.has(Facts::POSITIVE)
                || facts.has(Facts::SIGNS)
                || regular && condition == "_ is not 0"
                || graph.number_of(arg).is_some_and(|x| !x.is_zero())
                || matches!(graph.application(arg), Some((Kernel::Map(Map::Cos), [of])) if graph.is_zero(*of))
        }
        "_ is invertible" | "_ has full rank" | "the rank of _ is constant" => regular,
        "no eigenvalue of _ is on the closed negative real axis" | "_ is positive definite" => {
            facts.has(Facts::SPD)
        }
        _ => false,
    }
}

pub(super) fn is_never_negative(graph: &Graph, id: ExprId) -> bool {
    implied(graph, id, "_ >= 0")
        || square_sum(graph, id).is_some()
        || match graph.application(id) {
            // Powers that are not whole exist where they are not negative.
            Some((Kernel::Power, [_, exponent])) => match graph.number_of(*exponent) {
                Some(k) => k.as_int().is_none_or(|k| k % 2 == 0),
                None => whole(graph, *exponent).is_none(),
            },
            Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
                a == b || is_never_negative(graph, *a) && is_never_negative(graph, *b)
            }
            Some((Kernel::Map(Map::Sqrt), _)) => true,
            _ => false,
        }
}

fn is_positive_number(graph: &Graph, id: ExprId) -> bool {
    implied(graph, id, "_ > 0")
        || graph.number_of(id).is_some_and(|k| !k.is_negative() && !k.is_zero())
}

fn nonnegative(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    if is_never_negative(graph, id) {
        return Vec::new();
    }
    match graph.application(id) {
        Some((Kernel::Scale | Kernel::Hadamard, [factor, of]))
            if is_positive_number(graph, *factor) =>
        {
            nonnegative(graph, *of)
        }
        Some((Kernel::Scale | Kernel::Hadamard, [of, factor]))
            if is_positive_number(graph, *factor) =>
        {
            nonnegative(graph, *of)
        }
        // A divisor is not 0 anyway.
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            if is_positive_number(graph, *above) =>
        {
            positive(graph, *below)
        }
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            // A divisor is not 0 anyway.
            if is_positive_number(graph, *below) || is_never_negative(graph, *below) =>
        {
            nonnegative(graph, *above)
        }
        Some((Kernel::Power, [base, exponent])) => match exponent_sign(graph, *exponent) {
            Some(false) => nonnegative(graph, *base),
            Some(true) => positive(graph, *base),
            None => vec![(id, "{A} >= 0")],
        },
        _ => vec![(id, "{A} >= 0")],
    }
}

/// Whether an odd exponent is negative.
fn exponent_sign(graph: &Graph, exponent: ExprId) -> Option<bool> {
    let number = graph.number_of(exponent)?;
    (number.as_int()? % 2 != 0).then(|| number.is_negative())
}

pub(super) fn positive(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    if implied(graph, id, "_ > 0") {
        return Vec::new();
    }
    // What is never negative is positive where it is not 0.
    if is_never_negative(graph, id) {
        return nonzero(graph, id);
    }
    match graph.application(id) {
        Some((Kernel::Scale | Kernel::Hadamard, [factor, of]))
            if is_positive_number(graph, *factor) =>
        {
            positive(graph, *of)
        }
        Some((Kernel::Scale | Kernel::Hadamard, [of, factor]))
            if is_positive_number(graph, *factor) =>
        {
            positive(graph, *of)
        }
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            if is_positive_number(graph, *above) =>
        {
            positive(graph, *below)
        }
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            if is_never_negative(graph, *above) =>
        {
            let mut both = nonzero(graph, *above);
            both.extend(positive(graph, *below));
            both
        }
        Some((Kernel::Divide | Kernel::EDivide, [above, below]))
            // A divisor is not 0 anyway.
            if is_positive_number(graph, *below) || is_never_negative(graph, *below) =>
        {
            positive(graph, *above)
        }
        Some((Kernel::Power, [base, exponent])) if exponent_sign(graph, *exponent).is_some() => {
            positive(graph, *base)
        }
        _ => vec![(id, "{A} > 0")],
    }
}

/// What must not be 0 for an expression to have no entry that is.
pub(super) fn nonzero(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    let scalar = graph.shape(id).is_scalar();
    let condition = if scalar { "_ is not 0" } else { "no entry of _ is 0" };
    let constant = graph.facts(id).has(Facts::CONSTANT);
    if constant || implied(graph, id, condition) || implied(graph, id, "_ > 0") {
        return Vec::new();
    }
    match graph.application(id) {
        Some((Kernel::Neg | Kernel::Transpose | Kernel::Map(Map::Sqrt | Map::Abs), [inner])) => {
            nonzero(graph, *inner)
        }
        Some((Kernel::Map(Map::Relu), [inner])) => positive(graph, *inner),
        Some((Kernel::Max, _)) if let Some(inner) = compared_with_zero(graph, id) => {
            positive(graph, inner)
        }
        Some((Kernel::Scale | Kernel::Hadamard, [a, b])) => {
            let mut both = nonzero(graph, *a);
            both.extend(nonzero(graph, *b));
            both
        }
        Some((Kernel::Divide | Kernel::EDivide | Kernel::Power, [first, _])) => {
            nonzero(graph, *first)
        }
        Some((Kernel::Det, [of])) => invertible(graph, *of),
        _ => match square_sum(graph, id) {
            Some(of) => some_nonzero(graph, of),
            None if scalar => vec![(id, "{A} is not 0")],
            None => vec![(id, "no entry of {A} is 0")],
        },
    }
}

/// What must not be 0 as a whole for an array not to be.
pub(super) fn some_nonzero(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    if graph.shape(id).is_scalar() {
        return nonzero(graph, id);
    }
    if graph.facts(id).has(Facts::CONSTANT) || implied(graph, id, "_ is not 0") {
        return Vec::new();
    }
    let whole = vec![(id, "{A} is not 0")];
    match graph.application(id) {
        Some((
            Kernel::Neg
            | Kernel::Transpose
            | Kernel::Vec
            | Kernel::DiagMatrix
            | Kernel::Map(Map::Abs | Map::Sqrt | Map::Arctan | Map::Sinh | Map::Tanh | Map::Expm1),
            [inner],
        )) => some_nonzero(graph, *inner),
        Some((Kernel::Divide | Kernel::EDivide, [first, _])) => some_nonzero(graph, *first),
        Some((Kernel::Power, [base, exponent])) => match graph.number_of(*exponent) {
            Some(k) if k.is_negative() => Vec::new(),
            Some(k) if !k.is_zero() => some_nonzero(graph, *base),
            _ => whole,
        },
        Some((Kernel::Hadamard, [a, b])) if a == b => some_nonzero(graph, *a),
        Some((Kernel::Scale | Kernel::Kron, [a, b])) => {
            let mut both = some_nonzero(graph, *a);
            both.extend(some_nonzero(graph, *b));
            both
        }
        // A column by a row.
        Some((Kernel::MatMul, [a, b])) if graph.shape(*a).cols.is_one() => {
            let mut both = some_nonzero(graph, *a);
            both.extend(some_nonzero(graph, *b));
            both
        }
        Some((Kernel::MatMul, [a, b])) if is_regular(graph, *a) => some_nonzero(graph, *b),
        Some((Kernel::MatMul, [a, b])) if is_regular(graph, *b) => some_nonzero(graph, *a),
        _ => whole,
    }
}

fn is_regular(graph: &Graph, id: ExprId) -> bool {
    implied(graph, id, "_ is invertible")
        || match graph.application(id) {
            Some((Kernel::MatPower, [_, k])) => {
                graph.number_of(*k).is_some_and(|k| k.is_negative())
            }
            Some((Kernel::Transpose | Kernel::Neg, [inner])) => is_regular(graph, *inner),
            _ => false,
        }
}

/// What must be invertible, and not 0, for a matrix to be invertible.
pub(super) fn invertible(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    if graph.shape(id).is_scalar() {
        return nonzero(graph, id);
    }
    if is_regular(graph, id) {
        return Vec::new();
    }
    let square = |id: ExprId| graph.shape(id).rows == graph.shape(id).cols;
    match graph.application(id) {
        Some((Kernel::Neg | Kernel::Transpose, [inner])) => invertible(graph, *inner),
        Some((Kernel::Divide, [inner, _])) => invertible(graph, *inner),
        Some((Kernel::Scale, [a, b])) => {
            let mut both = nonzero(graph, *a);
            both.extend(invertible(graph, *b));
            both
        }
        Some((Kernel::MatMul | Kernel::Kron, [a, b])) if square(*a) && square(*b) => {
            let mut both = invertible(graph, *a);
            both.extend(invertible(graph, *b));
            both
        }
        Some((Kernel::MatPower, [base, k]))
            if graph.number_of(*k).is_some_and(|k| k > Number::ZERO) =>
        {
            invertible(graph, *base)
        }
        Some((Kernel::DiagMatrix, [entries])) => nonzero(graph, *entries),
        _ => vec![(id, "{A} is invertible")],
    }
}

/// What must have full rank, and not be 0, for a matrix to have it.
fn of_full_rank(graph: &Graph, id: ExprId) -> Vec<Wanted> {
    let square = |id: ExprId| graph.shape(id).rows == graph.shape(id).cols;
    if implied(graph, id, "_ has full rank") || is_regular(graph, id) {
        return Vec::new();
    }
    match graph.application(id) {
        Some((Kernel::Neg | Kernel::Transpose, [inner])) => of_full_rank(graph, *inner),
        Some((Kernel::Divide, [inner, _])) => of_full_rank(graph, *inner),
        Some((Kernel::Scale, [a, b])) => {
            let mut both = nonzero(graph, *a);
            both.extend(of_full_rank(graph, *b));
            both
        }
        Some((Kernel::MatMul, [a, b])) if square(*a) && square(*b) => {
            let mut both = of_full_rank(graph, *a);
            both.extend(of_full_rank(graph, *b));
            both
        }
        Some((Kernel::MatPower, [base, k]))
            if graph.number_of(*k).is_some_and(|k| k > Number::ZERO) =>
        {
            of_full_rank(graph, *base)
        }
        Some((Kernel::DiagMatrix, [entries])) => nonzero(graph, *entries),
        _ => vec![(id, "{A} has full rank")],
    }
}

/// What is left of a product that is not 0 without factors that are invertible; `None` where nothing is.
pub(super) fn without_regular(
    graph: &Graph,
    id: ExprId,
    known: &dyn Fn(ExprId) -> bool,
) -> Option<ExprId> {
    fn regular(graph: &Graph, id: ExprId, known: &dyn Fn(ExprId) -> bool) -> bool {
        known(id)
            || is_regular(graph, id)
            || match graph.application(id) {
                Some((Kernel::MatMul, [a, b])) => {
                    regular(graph, *a, known) && regular(graph, *b, known)
                }
                Some((Kernel::MatPower, [base, _])) => regular(graph, *base, known),
                Some((Kernel::Transpose | Kernel::Neg, [inner])) => regular(graph, *inner, known),
                _ => false,
            }
    }
    match graph.application(id) {
        _ if !graph.shape(id).is_scalar() && regular(graph, id, known) => None,
        Some((Kernel::Transpose, [inner])) => without_regular(graph, *inner, known),
        Some((Kernel::MatMul, [a, b])) if regular(graph, *a, known) => {
            without_regular(graph, *b, known)
        }
        Some((Kernel::MatMul, [a, b])) if regular(graph, *b, known) => {
            without_regular(graph, *a, known)
        }
        _ => Some(id),
    }
}

/// The array that is 0 as a whole where a scalar is: of a norm or a sum of squares.
pub(super) fn square_sum(graph: &Graph, id: ExprId) -> Option<ExprId> {
    let strip = |id: ExprId| {
        let mut id = id;
        while let Some((Kernel::Neg | Kernel::Transpose, [inner])) = graph.application(id) {
            id = *inner;
        }
        id
    };
    match graph.application(id)? {
        (
            Kernel::Norm1 | Kernel::Norm2 | Kernel::NormInf | Kernel::NormNuc | Kernel::NormSpec,
            [inner],
        ) => Some(strip(*inner)),
        (Kernel::MatMul, [a, b])
            if graph.shape(id).is_scalar() && graph.is_transpose_of(*a, *b) =>
        {
            Some(strip(*b))
        }
        (Kernel::Trace, [inner]) => match graph.application(*inner)? {
            (Kernel::MatMul, [a, b]) if graph.is_transpose_of(*a, *b) => Some(strip(*b)),
            _ => None,
        },
        (Kernel::Sum, [inner]) => match graph.application(*inner)? {
            (Kernel::Power, [base, exponent]) => {
                let even =
                    graph.number_of(*exponent)?.as_int().is_some_and(|k| k > 0 && k % 2 == 0);
                even.then(|| strip(*base))
            }
            (Kernel::Hadamard, [a, b]) if a == b => Some(strip(*a)),
            (Kernel::Map(Map::Abs), [inner]) => Some(strip(*inner)),
            _ => None,
        },
        _ => None,
    }
}
