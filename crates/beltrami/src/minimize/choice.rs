//! The method that fits an objective.

use beltrami_core::{ExprId, Kernel, Node};
use beltrami_solve::minimize::{Method, Objective, Structure};

use super::unknown::Unknowns;
use crate::sample::Point;
use crate::session::Loaded;

/// A method with the reason for it.
pub(super) struct Choice {
    pub method: Method,
    pub why: String,
    /// The patience of the method, as in [`beltrami_solve::minimize::Options`].
    pub patience: Option<usize>,
}

/// Objectives of more operations on scalars are evaluated matrix by matrix.
pub(super) const MOST_SCALAR: f64 = 150_000.0;
/// Where the Hessian takes more operations than these in products of full matrices, for each pair of unknowns, writing it as a
/// program takes longer than deriving its formula.
pub(super) const MOST_WRITTEN: f64 = 15_000.0;
/// Factors with fewer entries that are not zero are not full.
const FULL: f64 = 0.25;
/// Zeros of larger data are not counted.
const MOST_COUNTED: usize = 4_000_000;
/// A product with a zero costs this part of one that stays.
const LOOKED: f64 = 20.0;
/// Sums of squares of more unknowns are left to methods that use the structure of the Hessian.
const FEW: usize = 300;
/// Gradients alone come first where a Hessian takes the work of so many of them, and no saddle can hold them up.
const COSTLY: usize = 4;
/// Newton's method takes at least so many Hessians, unless its first step ends it.
const HESSIANS: usize = 2;
/// The most unknowns of a dense Hessian.
const DENSE: usize = 1500;

/// The method that was asked for, if the objective offers what it needs, else one by structure; an error is a message with a
/// way out.
pub(super) fn choose(
    objective: &dyn Objective,
    asked: Option<Method>,
    bounded: bool,
) -> Result<Choice, (String, String)> {
    let (offer, n) = (objective.offer(), objective.variables());
    if let Some(method) = asked {
        let missing = match method {
            Method::LeastSquares if offer.residuals.is_none() => Some((
                "`lm` needs a sum of squares, and the objective is not written as one".to_owned(),
                "sums of squares are `norm2(r)^2`, `sum(r.^2)`, `r'*r`, squares of scalars and sums of these",
            )),
            Method::Newton | Method::Trust if offer.hessian.is_none() => Some((
                format!(
                    "`{}` needs the Hessian, which is too large for {n} unknowns",
                    method.name()
                ),
                "choose `newton-cg` or `lbfgs`",
            )),
            Method::NewtonCg if !offer.product => Some((
                "`newton-cg` needs products with the Hessian, which are not available here"
                    .to_owned(),
                "choose `lbfgs`",
            )),
            method if bounded && method != Method::Lbfgs => Some((
                format!("`{}` takes no bounds", method.name()),
                "choose `lbfgs`, or leave out `--method`",
            )),
            _ => None,
        };
        if let Some((message, hint)) = missing {
            return Err((message, hint.to_owned()));
        }
        return Ok(Choice { method, why: "asked for".into(), patience: None });
    }
    let unknowns = if n == 1 { "1 unknown".to_owned() } else { format!("{n} unknowns") };
    let gradients = offer.hessian_gradients;
    let mut patience = None;
    let (method, why) = match (offer.hessian, offer.residuals) {
        _ if bounded => (Method::Lbfgs, format!("bounds on {unknowns}")),
        (Some(Structure::Banded(width)), _) if n > FEW => {
            let shape = match width {
                0 => "diagonal".to_owned(),
                1 => "tridiagonal".to_owned(),
                _ => format!("zero beyond {width} diagonals"),
            };
            (
                Method::Newton,
                format!("the Hessian of {unknowns} is {shape}, so Newton steps cost little"),
            )
        }
        (Some(Structure::Blocks(size)), _) if n > FEW => (
            Method::Newton,
            format!("the Hessian of {unknowns} has blocks of {size}, so Newton steps cost little"),
        ),
        (Some(_), Some(count)) if offer.constant_hessian && n <= DENSE => {
            (Method::LeastSquares, format!("linear least squares, {count} residuals in {unknowns}"))
        }
        (Some(_), _) if offer.constant_hessian && n <= DENSE => (
            Method::Trust,
            format!("the Hessian of {unknowns} is constant, so one Newton step is the minimum"),
        ),
        (_, Some(count)) if n <= FEW => {
            (Method::LeastSquares, format!("a sum of {count} squares in {unknowns}"))
        }
        (Some(_), _) if n <= DENSE && offer.convexity.is_some() && gradients >= COSTLY => {
            patience = Some(HESSIANS * gradients);
            let why = format!(
                "strongly convex by its form in {unknowns}, where a Hessian takes the work of {gradients} gradients"
            );
            (Method::Lbfgs, why)
        }
        (Some(_), _) if n <= DENSE => {
            (Method::Trust, format!("{unknowns}, few enough for exact Hessians in a trust region"))
        }
        _ if offer.product && offer.kronecker => (
            Method::NewtonCg,
            format!(
                "{unknowns}, so the Hessian is met in products; its parts by one unknown are Kronecker products, whose factors precondition"
            ),
        ),
        _ if offer.product && offer.divisor => (
            Method::NewtonCg,
            format!(
                "{unknowns}, so the Hessian is met in products; its parts by one unknown are structured, and dividing by them preconditions"
            ),
        ),
        _ if offer.product => {
            (Method::NewtonCg, format!("{unknowns}, so the Hessian is met in products alone"))
        }
        _ => (Method::Lbfgs, format!("{unknowns}, so the gradient alone is used")),
    };
    Ok(Choice { method, why, patience })
}

/// About how many operations a program takes.
pub(super) struct Length {
    /// Those of the value.
    pub value: f64,
    /// Those of the Hessian in products of full matrices, for each pair of unknowns.
    pub products: f64,
}

/// The length of the program for an objective.
pub(super) fn length(loaded: &Loaded, point: &Point, unknowns: &Unknowns) -> Length {
    let graph = &loaded.program.graph;
    let size = |name: &str| point.sizes.get(name).copied();
    let entries = |id| graph.shape(id).len().evaluate(&size).map_or(f64::INFINITY, |n| n as f64);
    let filled = |id: ExprId| {
        let value = match graph.node(id) {
            Node::Symbol(name) if !unknowns.all.iter().any(|unknown| unknown.id == id) => {
                point.values.get(&**name)
            }
            _ => None,
        };
        value.filter(|value| value.len() <= MOST_COUNTED).map_or(1.0, |value| {
            let count = value.data().iter().filter(|x| **x != 0.0).count();
            count as f64 / value.len().max(1) as f64
        })
    };
    let mut products = 0.0;
    let value = graph
        .reachable(loaded.program.root)
        .into_iter()
        .map(|id| match graph.application(id) {
            Some((Kernel::MatMul, [a, b])) => {
                let inner = graph.shape(*a).cols.evaluate(&size);
                let all = entries(id) * inner.map_or(f64::INFINITY, |n| n as f64);
                // Products with zeros of the data are left out of a program, once each has been looked at.
                let looked = all / LOOKED;
                let used = filled(*a).min(filled(*b));
                if used > FULL {
                    products += 2.0 * all;
                }
                (2.0 * all * used).max(looked)
            }
            Some((Kernel::Einsum, args)) => {
                args[1..].iter().map(|arg| entries(*arg)).product::<f64>()
            }
            Some((Kernel::Sum | Kernel::Mean | Kernel::Norm2 | Kernel::LogSumExp, [a])) => {
                2.0 * entries(*a)
            }
            Some(_) => entries(id),
            None => 0.0,
        })
        .sum();
    let count = unknowns.all.len();
    let pairs = (count * (count + 1) / 2) as f64;
    Length { value, products: products * unknowns.len() as f64 / pairs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Array, Given, bind_all_but};
    use crate::minimize::MinimizeOptions;
    use crate::session::Session;

    #[test]
    fn products_of_full_matrices_are_long_and_those_of_sparse_ones_are_not() {
        let (rows, cols) = (100, 20);
        let options = MinimizeOptions { over: vec!["x".into()], ..MinimizeOptions::default() };
        let products = |entry: fn(usize, usize) -> f64| {
            let entries: Vec<f64> = (0..rows * cols).map(|k| entry(k / cols, k % cols)).collect();
            let array = Array::new(vec![rows, cols], entries).expect("its sizes");
            let given = vec![Given { name: "A".into(), array, named: true }];
            let text = "sum(exp(A*x))";
            let loaded = Session::global().load("<test>", text, "x: vector(n)", &options.over);
            let loaded = loaded.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
            let point = bind_all_but(&loaded, given, &options.over);
            let point = point.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
            let unknowns = Unknowns::new(&loaded, &options);
            let unknowns = unknowns.and_then(|unknowns| unknowns.sized(&loaded, &point));
            let unknowns = unknowns.unwrap_or_else(|failure| panic!("{:?}", failure.diagnostics()));
            length(&loaded, &point, &unknowns).products
        };
        assert_eq!(products(|_, _| 1.0), 2.0 * 100.0 * 20.0 * 20.0);
        assert_eq!(products(|i, j| if i % 20 == j { 1.0 } else { 0.0 }), 0.0);
    }
}
