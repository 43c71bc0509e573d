//! Systems with a structured matrix, by the method that its parts allow.

use crate::conjugate::conjugate_gradients;
use crate::error::Error;
use crate::factor::lu::Lu;
use crate::factor::residual::norm;
use crate::matrix::Matrix;
use crate::operator::Solver;
use crate::structured::apply::{around, commuted};
use crate::structured::band::BandLu;
use crate::structured::blocks::each;
use crate::structured::pencil::Pencil;
use crate::structured::woodbury::Woodbury;
use crate::structured::{Node, Structured};

/// A square structured matrix with what is needed to solve with it.
#[derive(Clone, Debug)]
pub struct Factored {
    matrix: Structured,
    norm: f64,
    method: Method,
}

/// A solution that has been put into its equation.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// The solution.
    pub x: Vec<f64>,
    /// `‖A*x - b‖/(N*‖x‖ + ‖b‖)` with `N ≥ ‖A‖₂` from the sizes of the parts.
    pub residual: f64,
    /// Steps of conjugate gradients, where they were taken.
    pub steps: Option<usize>,
}

#[derive(Clone, Debug)]
enum Method {
    Identity,
    Diagonal(Vec<f64>),
    Commutation(usize, usize),
    Dense(Box<Lu>, &'static str),
    Band(BandLu),
    Blocks(Vec<Lu>, bool),
    Kron(Box<[Method; 2]>, [usize; 2]),
    /// Factors from left to right, with their sizes.
    Product(Vec<Method>),
    Scaled(f64, usize, Box<Method>),
    Pencil(Box<Pencil>),
    Woodbury(Box<Method>, Box<Woodbury>),
    Conjugate,
}

/// What has no direct method is written out up to this size: 32 MB and a second.
const MOST_WRITTEN: usize = 2048;
/// The residual of conjugate gradients, relative to the right-hand side.
const GOAL: f64 = 1e-10;
/// Steps of conjugate gradients.
const MOST_STEPS: usize = 10_000;

impl Factored {
    /// Chooses the method and factors what it needs.
    ///
    /// # Errors
    /// [`Error::NotSquare`]; [`Error::Singular`] and [`Error::RankDeficient`]; [`Error::NotFinite`]; [`Error::NoMethod`].
    pub fn new(matrix: &Structured) -> Result<Factored, Error> {
        const FUNCTION: &str = "structured solve";
        let (rows, cols) = matrix.shape();
        if rows != cols {
            return Err(Error::NotSquare { function: FUNCTION, rows, cols });
        }
        if !matrix.is_finite() {
            return Err(Error::NotFinite { function: FUNCTION });
        }
        let method = Method::of(matrix)?;
        Ok(Factored { matrix: matrix.clone(), norm: matrix.norm_bound(), method })
    }

    /// What is done, in a few words.
    pub fn method(&self) -> String {
        self.method.name()
    }

    /// The `x` with `A*x = b`, refined once, with its residual.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::Singular`] where the solution shows that no digit of it is certain; [`Error::NotAccurate`]
    /// where its residual is large; what the method says.
    pub fn solve(&self, b: &[f64]) -> Result<Solution, Error> {
        const FUNCTION: &str = "structured solve";
        let n = self.matrix.shape().0;
        if b.len() != n {
            let detail = format!("{n} equations and a right-hand side of {}", b.len());
            return Err(Error::Shape { function: FUNCTION, detail });
        }
        let right = Matrix::new(n, 1, b.to_vec())?;
        right.checked_finite(FUNCTION)?;
        let size = norm(b);
        if size == 0.0 {
            return Ok(Solution { x: vec![0.0; n], residual: 0.0, steps: None });
        }
        let (mut x, steps) = match &self.method {
            Method::Conjugate => {
                let most = MOST_STEPS.min(2 * n + 100);
                let (x, steps) = conjugate_gradients(&self.matrix, b, GOAL, most)?;
                (Matrix::new(n, 1, x)?, Some(steps))
            }
            method => (method.solve(&right)?, None),
        };
        let judged = |x: &Matrix| {
            let rest = right.plus(-1.0, &self.matrix.image(x, false));
            (norm(rest.data()) / (self.norm * norm(x.data()) + size), rest)
        };
        let (mut residual, rest) = judged(&x);
        if steps.is_none() && residual > 0.0 && residual.is_finite() {
            let refined = x.plus(1.0, &self.method.solve(&rest)?);
            let (other, _) = judged(&refined);
            if other < residual {
                (x, residual) = (refined, other);
            }
        }
        let x = x.checked_result(FUNCTION)?;
        let rcond = size / (self.norm * norm(x.data()));
        if rcond < f64::EPSILON && !self.method.entrywise() {
            return Err(Error::Singular { rcond });
        }
        // Far above what backward stable methods leave, and what conjugate gradients are asked for.
        let wanted = 2.0 * GOAL;
        if residual.is_nan() || residual > wanted {
            return Err(Error::NotAccurate { function: FUNCTION, wanted, reached: residual });
        }
        Ok(Solution { x: x.into_data(), residual, steps })
    }

    /// The sign of the determinant and the logarithm of its absolute value.
    ///
    /// # Errors
    /// [`Error::Singular`]; [`Error::NoMethod`] where products alone are known.
    pub fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        self.method.log_abs_det()
    }
}

impl Solver for Factored {
    fn method(&self) -> String {
        Factored::method(self)
    }

    fn solve(&self, b: &Matrix) -> Result<Matrix, Error> {
        let columns = (0..b.cols()).map(|j| Ok(Factored::solve(self, &b.col(j))?.x));
        let columns = columns.collect::<Result<Vec<_>, Error>>()?;
        Ok(Matrix::from_fn(b.rows(), b.cols(), |i, j| columns[j][i]))
    }

    fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        Factored::log_abs_det(self)
    }
}

fn square(matrix: &Structured) -> bool {
    let (rows, cols) = matrix.shape();
    rows == cols
}

impl Method {
    fn of(matrix: &Structured) -> Result<Method, Error> {
        let n = matrix.shape().0;
        let rank = matrix.rank_bound();
        if rank < n {
            return Err(Error::RankDeficient { function: "structured solve", rank, wanted: n });
        }
        match matrix.node() {
            Node::Identity(_) => Ok(Method::Identity),
            Node::Commutation(m, n) => Ok(Method::Commutation(*m, *n)),
            Node::Diagonal(d) if d.contains(&0.0) => Err(Error::Singular { rcond: 0.0 }),
            Node::Diagonal(d) => Ok(Method::Diagonal(d.clone())),
            Node::Dense(a) => Ok(Method::Dense(Box::new(regular(a)?), "LU")),
            Node::Band(band) => Ok(Method::Band(BandLu::new(band)?)),
            Node::Blocks(_) => Method::blocks(matrix),
            Node::Kron(factors) if square(&factors[0]) => {
                let parts = [Method::of(&factors[0])?, Method::of(&factors[1])?];
                Ok(Method::Kron(Box::new(parts), [factors[0].shape().0, factors[1].shape().0]))
            }
            Node::Product(factors) if factors.iter().all(square) => {
                Ok(Method::Product(factors.iter().map(Method::of).collect::<Result<_, _>>()?))
            }
            Node::Sum(terms) => match &terms[..] {
                [(weight, term)] => Ok(Method::Scaled(*weight, n, Box::new(Method::of(term)?))),
                terms => Method::sum(matrix, terms),
            },
            _ => Method::blocks(matrix).or_else(|_| Method::written_out(matrix)),
        }
    }

    fn blocks(matrix: &Structured) -> Result<Method, Error> {
        let blocks = match matrix.node() {
            Node::Blocks(blocks) => Some(blocks.clone()),
            _ => matrix.as_blocks(),
        };
        match blocks.filter(|blocks| blocks.block_shape().0 == blocks.block_shape().1) {
            Some(blocks) => {
                let factors =
                    blocks.blocks().map(|block| regular(&block)).collect::<Result<_, _>>()?;
                Ok(Method::Blocks(factors, blocks.interleaved()))
            }
            None => Method::written_out(matrix),
        }
    }

    fn sum(matrix: &Structured, terms: &[(f64, Structured)]) -> Result<Method, Error> {
        let n = matrix.shape().0;
        // Half of the rank would cost more than the whole.
        let low = |term: &Structured| 2 * term.rank_bound() <= n;
        let (low, rest): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(|(_, term)| low(term));
        if !low.is_empty() && !rest.is_empty() {
            let base = Structured::sum(rest)?;
            if let Ok(base) = Method::of(&base)
                && !matches!(base, Method::Conjugate)
                && let Some((u, v)) = through(&low)?
            {
                let small = Woodbury::new(base.solve(&u)?, v);
                // An ill-conditioned small matrix may be due to the base alone.
                match small {
                    Ok(small) => return Ok(Method::Woodbury(Box::new(base), Box::new(small))),
                    Err(error) if n > MOST_WRITTEN => return Err(error),
                    Err(_) => return Method::written_out(matrix),
                }
            }
        }
        if let Some(pencil) = pencil(terms) {
            match pencil {
                Ok(pencil) => return Ok(Method::Pencil(Box::new(pencil))),
                Err(error @ Error::Singular { .. }) => return Err(error),
                Err(_) => {}
            }
        }
        if matrix.as_blocks().is_some() {
            return Method::blocks(matrix);
        }
        Method::written_out(matrix)
    }

    fn written_out(matrix: &Structured) -> Result<Method, Error> {
        if matrix.shape().0 > MOST_WRITTEN {
            return Ok(Method::Conjugate);
        }
        Ok(Method::Dense(Box::new(regular(&matrix.to_dense()?)?), "LU of the matrix written out"))
    }

    fn name(&self) -> String {
        match self {
            Method::Identity => "identity".into(),
            Method::Diagonal(_) => "division by the diagonal".into(),
            Method::Commutation(..) => "permutation".into(),
            Method::Dense(_, name) => (*name).into(),
            Method::Band(_) => "banded LU".into(),
            Method::Blocks(factors, _) => format!("LU of {} blocks", factors.len()),
            Method::Kron(parts, _) => match &**parts {
                [Method::Identity, part] | [part, Method::Identity] => {
                    format!("{} of the Kronecker factor", part.name())
                }
                parts => format!("factor by factor: {}, {}", parts[0].name(), parts[1].name()),
            },
            Method::Product(parts) => {
                let names: Vec<String> = parts.iter().map(Method::name).collect();
                format!("factor by factor: {}", names.join(", "))
            }
            Method::Scaled(_, _, part) => part.name(),
            Method::Pencil(_) => "simultaneous diagonalisation of the Kronecker factors".into(),
            Method::Woodbury(base, small) => {
                format!("Woodbury with rank {} on {}", small.rank(), base.name())
            }
            Method::Conjugate => "conjugate gradients".into(),
        }
    }

    /// Whether entries do not mix, so that their sizes say nothing about condition.
    fn entrywise(&self) -> bool {
        match self {
            Method::Identity | Method::Diagonal(_) | Method::Commutation(..) => true,
            Method::Scaled(_, _, part) => part.entrywise(),
            _ => false,
        }
    }

    fn solve(&self, b: &Matrix) -> Result<Matrix, Error> {
        match self {
            Method::Identity => Ok(b.clone()),
            Method::Diagonal(d) => Ok(Matrix::from_fn(b.rows(), b.cols(), |i, j| b[(i, j)] / d[i])),
            Method::Commutation(m, n) => Ok(commuted(b, *n, *m)),
            Method::Dense(lu, _) => lu.solve_without_condition(b),
            Method::Band(lu) => columns(b, |column| lu.solve(column)),
            Method::Blocks(factors, interleaved) => {
                let mut failure = None;
                let size = b.rows() / factors.len().max(1);
                let x = each(factors.len(), *interleaved, size, b, |k, part| {
                    factors[k].solve_without_condition(part).unwrap_or_else(|error| {
                        failure = Some(error);
                        part.clone()
                    })
                });
                failure.map_or(Ok(x), Err)
            }
            Method::Kron(parts, [_, inner]) => {
                let failure = std::cell::RefCell::new(None);
                let part = |part: &Method, x: &Matrix| match part {
                    Method::Identity => None,
                    part => match part.solve(x) {
                        Ok(x) => Some(x),
                        Err(error) => {
                            *failure.borrow_mut() = Some(error);
                            None
                        }
                    },
                };
                let x = around(b, *inner, |x| part(&parts[0], x), |x| part(&parts[1], x));
                failure.into_inner().map_or(Ok(x), Err)
            }
            Method::Product(parts) => parts.iter().try_fold(b.clone(), |x, part| part.solve(&x)),
            Method::Scaled(weight, _, part) => Ok(part.solve(b)?.map(|x| x / weight)),
            Method::Pencil(pencil) => Ok(pencil.solve(b)),
            Method::Woodbury(base, small) => small.solve(&base.solve(b)?),
            Method::Conjugate => Err(products_alone()),
        }
    }

    fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        let power = |(sign, log): (f64, f64), n: usize| {
            (if n.is_multiple_of(2) { 1.0 } else { sign }, log * n as f64)
        };
        let times = |a: (f64, f64), b: (f64, f64)| (a.0 * b.0, a.1 + b.1);
        match self {
            Method::Identity => Ok((1.0, 0.0)),
            Method::Diagonal(d) => Ok(d
                .iter()
                .fold((1.0, 0.0), |(sign, log), x| (sign * x.signum(), log + x.abs().ln()))),
            // The exchange of two indices has m(m-1)/2 * n(n-1)/2 inversions (Magnus and Neudecker 1979, section 3).
            Method::Commutation(m, n) => {
                let inversions = (m * (m - 1) / 2) as u128 * (n * (n - 1) / 2) as u128;
                Ok((if inversions.is_multiple_of(2) { 1.0 } else { -1.0 }, 0.0))
            }
            Method::Dense(lu, _) => lu.log_abs_det(),
            Method::Band(lu) => Ok(lu.log_abs_det()),
            Method::Blocks(factors, _) => factors
                .iter()
                .try_fold((1.0, 0.0), |so_far, lu| Ok(times(so_far, lu.log_abs_det()?))),
            Method::Kron(parts, [p, r]) => {
                Ok(times(power(parts[0].log_abs_det()?, *r), power(parts[1].log_abs_det()?, *p)))
            }
            Method::Product(parts) => parts
                .iter()
                .try_fold((1.0, 0.0), |so_far, part| Ok(times(so_far, part.log_abs_det()?))),
            Method::Scaled(weight, n, part) => {
                Ok(times(power((weight.signum(), weight.abs().ln()), *n), part.log_abs_det()?))
            }
            Method::Pencil(pencil) => Ok(pencil.log_abs_det()),
            Method::Woodbury(base, small) => Ok(times(base.log_abs_det()?, small.log_abs_det()?)),
            Method::Conjugate => Err(products_alone()),
        }
    }
}

fn products_alone() -> Error {
    Error::NoMethod {
        function: "structured logdet",
        reason: "it is too large to be written out, and its structure has no direct method",
    }
}

/// The LU factorisation of a matrix that is regular to working precision.
fn regular(a: &Matrix) -> Result<Lu, Error> {
    let lu = Lu::new(a)?;
    let rcond = lu.rcond();
    if rcond < f64::EPSILON { Err(Error::Singular { rcond }) } else { Ok(lu) }
}

fn columns(b: &Matrix, f: impl Fn(&[f64]) -> Vec<f64>) -> Result<Matrix, Error> {
    let columns: Vec<Vec<f64>> = (0..b.cols()).map(|j| f(&b.col(j))).collect();
    Ok(Matrix::from_fn(b.rows(), b.cols(), |i, j| columns[j][i]))
}

/// `U` and `V` with `U*V` the sum of the terms, each cut at its narrowest place; `None` where there is no such place.
fn through(terms: &[(f64, Structured)]) -> Result<Option<(Matrix, Matrix)>, Error> {
    let mut parts: Vec<(Matrix, Matrix)> = Vec::new();
    for (weight, term) in terms {
        let Node::Product(factors) = term.node() else { return Ok(None) };
        let narrow = (1..factors.len()).min_by_key(|at| factors[*at].shape().0);
        let Some(at) = narrow else { return Ok(None) };
        let side = |factors: &[Structured]| Structured::product(factors.to_vec())?.to_dense();
        parts.push((side(&factors[..at])?.scaled(*weight), side(&factors[at..])?));
    }
    let rank: usize = parts.iter().map(|(u, _)| u.cols()).sum();
    let Some((n, width)) = parts.first().map(|(u, v)| (u.rows(), v.cols())) else {
        return Ok(None);
    };
    let (mut left, mut right) = (Matrix::zeros(n, rank), Matrix::zeros(rank, width));
    let mut at = 0;
    for (u, v) in &parts {
        for k in 0..u.cols() {
            (0..n).for_each(|i| left[(i, at + k)] = u[(i, k)]);
            right.data_mut()[(at + k) * width..(at + k + 1) * width].copy_from_slice(v.row(k));
        }
        at += u.cols();
    }
    Ok(Some((left, right)))
}

/// Two terms that are Kronecker products of factors of equal sizes, the identity among them.
fn pencil(terms: &[(f64, Structured)]) -> Option<Result<Pencil, Error>> {
    let [(v, a), (w, b)] = terms else { return None };
    let factors = |s: &Structured| match s.node() {
        Node::Kron(factors) if square(&factors[0]) => Some((**factors).clone()),
        _ => None,
    };
    let matching =
        |like: &[Structured; 2]| [like[0].shape().0, like[1].shape().0].map(Structured::identity);
    let (a, b) = match (factors(a), factors(b)) {
        (Some(a), Some(b)) => (a, b),
        (Some(a), None) if matches!(b.node(), Node::Identity(_)) => (a.clone(), matching(&a)),
        (None, Some(b)) if matches!(a.node(), Node::Identity(_)) => (matching(&b), b),
        _ => return None,
    };
    if a[0].shape() != b[0].shape() {
        return None;
    }
    let dense = |parts: &[Structured; 2]| -> Option<[Matrix; 2]> {
        Some([parts[0].to_dense().ok()?, parts[1].to_dense().ok()?])
    };
    let ([l1, r1], [l2, r2]) = (dense(&a)?, dense(&b)?);
    Some(Pencil::new([*v, *w], [&l1, &r1], [&l2, &r2]))
}
