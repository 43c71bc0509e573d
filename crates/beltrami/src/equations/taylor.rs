//! Taylor polynomials at a point.

use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, codes};
use beltrami_exec::{Curve, MOST, Noise, Scalar, Tensor};
use beltrami_linalg::{Extended, Matrix};

use super::derived::{failed, refused};
use super::local::{at_point, directional, disturbed, entries_of, seeded};
use super::{Read, Sought, SystemOptions};
use crate::session::Session;

/// The Taylor polynomial of a scalar expression at a point.
pub struct Expansion {
    /// The entries of the variables.
    pub names: Vec<String>,
    /// The point, an entry each.
    pub at: Vec<f64>,
    /// The order.
    pub order: usize,
    /// `f⁽ⁿ⁾(a)/n!` for `n` from 0 to the order, where there is one variable and it is a number; else empty.
    pub coefficients: Vec<f64>,
    /// The value.
    pub value: f64,
    /// The derivatives by the entries.
    pub gradient: Vec<f64>,
    /// The second derivatives, where the order asks for them.
    pub hessian: Option<Matrix>,
    /// The polynomial in the surface language.
    pub polynomial: String,
    /// The orders of the coefficients that may be rounding errors of zeros, which the polynomial leaves out.
    pub rounding: Vec<usize>,
    /// Whether the expression has no value at the point but a limit, of which this is the expansion.
    pub removable: bool,
    /// The largest difference between derivatives from formulas and from arithmetic with series, relative to their size.
    pub difference: f64,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    read: Read,
}

/// Derivatives at a point from formulas and from series agree to rounding, which the condition of the formula enlarges.
const AGREEMENT: f64 = 1e-8;
/// Draws of other rounding errors.
const DRAWS: u64 = 4;
/// A few draws see less than the worst rounding, which this many times the most seen stands for.
const WORST: f64 = 8.0;

impl Session {
    /// Expands a scalar expression around a point: to any order up to [`MOST`] in one number, to order 2 in several.
    ///
    /// Coefficients come from arithmetic with truncated power series (Griewank and Walther 2008, chapter 13); the first two
    /// derivatives are compared with the symbolic ones, which have been compared with numbers themselves.
    ///
    /// # Errors
    /// What is wrong with the text or the data; an expression that is no scalar; an order that is not available; a point
    /// where the expression has no value or is not smooth.
    pub fn expansion(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
        at: &[f64],
        order: usize,
    ) -> Result<Expansion, Error> {
        self.expanded(name, text, options, at, order)
            .map_err(|failure| self.naming_at(failure, (name, text), options, at))
    }

    fn expanded(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
        at: &[f64],
        order: usize,
    ) -> Result<Expansion, Error> {
        let mut read = self.read_equations(name, text, options)?;
        let root = scalar(&read)?;
        let names: Vec<String> = read.unknowns.iter().flat_map(Sought::entries).collect();
        counted(&read, &names, at)?;
        let number = matches!(&read.unknowns[..], [one] if read.graph.shape(one.id).is_scalar());
        let most = if number { MOST } else { 2 };
        if !(1..=most).contains(&order) {
            let message = format!("an expansion of order {order} is not available here");
            let hint = if number {
                format!("orders from 1 to {MOST} are, in one variable")
            } else {
                "orders 1 and 2 are, in several variables: gradient and Hessian".into()
            };
            return Err(refused(&read, Diagnostic::error(&codes::E0702, message).hint(hint)));
        }
        let there = at_point(&read, root, at);
        let (mut coefficients, mut rounding) = (Vec::new(), Vec::new());
        if number {
            coefficients = match (self::coefficients(&read, root, at, order, Noise::NONE), &there) {
                (Ok(found), _) => found,
                // What the order asks too much of is named, and else what has no value.
                (Err(error), Err(_)) if error.diagnostics()[0].code.id == codes::E0702.id => {
                    return Err(error);
                }
                (Err(_), Err(error)) => return Err(error.clone()),
                (Err(error), Ok(_)) => return Err(error),
            };
            rounding = feigned(&read, root, at, &coefficients)?;
        }
        // What is no singularity of the series is none of the function but of its form.
        let removable = number && there.is_err();
        let (value, (gradient, hessian, difference)) = if removable {
            let derivatives = self.derivatives_beside(&mut read, at[0], &coefficients, options)?;
            (coefficients[0], derivatives)
        } else {
            let value = there?.data()[0];
            (value, self.derivatives(&mut read, root, at, order, options)?)
        };
        let polynomial = if number {
            let told = |(n, c): (usize, &f64)| if rounding.contains(&n) { 0.0 } else { *c };
            let told: Vec<f64> = coefficients.iter().enumerate().map(told).collect();
            // A quotient divides by what it lost too.
            let known = known(&read, read.original, at, Noise::NONE)?;
            let lost = known.iter().filter(|c| c.is_nan()).count();
            univariate(&names[0], at[0], &told, lost)
        } else {
            field(&names, at, value, &gradient, hessian.as_ref())
        };
        Ok(Expansion {
            names,
            at: at.to_vec(),
            order,
            coefficients,
            value,
            gradient,
            hessian,
            polynomial,
            rounding,
            removable,
            difference,
            assumed: read.loaded.program.assumed.clone(),
            read,
        })
    }

    /// Gradient and Hessian at the point, symbolic and on jets, and the largest relative difference.
    fn derivatives(
        &self,
        read: &mut Read,
        root: ExprId,
        at: &[f64],
        order: usize,
        options: &SystemOptions,
    ) -> Result<(Vec<f64>, Option<Matrix>, f64), Error> {
        let n = at.len();
        self.replace_by_gradient(read, options)?;
        let mut gradient = Vec::new();
        for part in read.equations.clone() {
            gradient.extend(at_point(read, part, at)?.into_data());
        }
        let mut hessian = None;
        if order >= 2 {
            let mut second = Matrix::zeros(n, n);
            for (row, column, block) in self.entries(read, at, options)? {
                for i in 0..block.rows() {
                    for j in 0..block.cols() {
                        second[(row + i, column + j)] = block.at(i, j);
                    }
                }
            }
            hessian = Some(second);
        }
        let mut difference = 0.0_f64;
        let mut compare = |formula: f64, number: f64, scale: f64| {
            difference = difference.max((formula - number).abs() / scale.max(f64::MIN_POSITIVE));
        };
        let scale = gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
        for (i, formula) in gradient.iter().enumerate() {
            let number = directional::<2>(read, root, at, &[i])?.data()[0];
            compare(*formula, number, scale.max(number.abs()));
        }
        if let Some(hessian) = &hessian {
            let scale = hessian.max_abs();
            for i in 0..n {
                for j in 0..=i {
                    let number = directional::<4>(read, root, at, &[i, j])?.data()[0];
                    compare(hessian[(i, j)], number, scale.max(number.abs()));
                }
            }
        }
        agreed(read, difference)?;
        Ok((gradient, hessian, difference))
    }

    /// Gradient and Hessian from the series of a function that has a limit at the point and no value; the symbolic derivative
    /// has none there either, and is compared with the series beside it.
    fn derivatives_beside(
        &self,
        read: &mut Read,
        at: f64,
        c: &[f64],
        options: &SystemOptions,
    ) -> Result<(Vec<f64>, Option<Matrix>, f64), Error> {
        self.replace_by_gradient(read, options)?;
        let reach = reach(read, read.original, at)?;
        let mut series = known(read, read.original, &[at], Noise::NONE)?;
        series.retain(|c| !c.is_nan());
        let mut difference = 0.0_f64;
        for t in [reach, -reach] {
            let terms = series.iter().enumerate().skip(1);
            let terms: Vec<f64> = terms.map(|(n, c)| n as f64 * c * t.powi(n as i32 - 1)).collect();
            let formula = at_point(read, read.equations[0], &[at + t])?.data()[0];
            let scale = terms.iter().fold(formula.abs(), |m, term| m.max(term.abs()));
            let gap = (formula - terms.iter().sum::<f64>()).abs();
            difference = difference.max(gap / scale.max(f64::MIN_POSITIVE));
        }
        agreed(read, difference)?;
        let hessian = c.get(2).map(|c| Matrix::from_fn(1, 1, |_, _| 2.0 * c));
        Ok((vec![c[1]], hessian, difference))
    }
}

impl Expansion {
    /// The polynomial and the function at a value of the only variable; the function is NaN where it has no value.
    pub fn values(&self, x: f64) -> (f64, f64) {
        let t = x - self.at[0];
        let sum = self.coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c);
        // The equations of the system are the gradient by now.
        let value = at_point(&self.read, self.read.original, &[x])
            .map_or(f64::NAN, |value| value.data()[0]);
        (sum, value)
    }
}

fn scalar(read: &Read) -> Result<ExprId, Error> {
    let [root] = read.equations[..] else {
        let message = format!("one expression is expanded, and {} are given", read.equations.len());
        let hint = "expand them one after the other";
        return Err(refused(read, Diagnostic::error(&codes::E0702, message).hint(hint)));
    };
    if read.graph.shape(root).is_scalar() {
        Ok(root)
    } else {
        let message = "an expansion is that of a scalar expression";
        let hint = "take an entry of it, as in `f[1]`, or `beltrami jacobian` for its derivative";
        Err(refused(read, Diagnostic::error(&codes::E0204, message).hint(hint)))
    }
}

/// Refuses a point of the wrong length.
pub(super) fn counted(read: &Read, names: &[String], at: &[f64]) -> Result<(), Error> {
    if names.len() == at.len() {
        return Ok(());
    }
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let message = format!(
        "the point has {} coordinate{}, and there {} {} variable{}",
        at.len(),
        plural(at.len()),
        if names.len() == 1 { "is" } else { "are" },
        names.len(),
        plural(names.len())
    );
    let hint = format!("one for each of {}", names.join(", "));
    Err(refused(read, Diagnostic::error(&codes::E0602, message).hint(hint)))
}

fn agreed(read: &Read, difference: f64) -> Result<(), Error> {
    if difference <= AGREEMENT {
        return Ok(());
    }
    let message = format!(
        "the derivatives at the point differ by {difference:.1e} from those on series, so they are not shown"
    );
    let hint = "this is a defect: please report the command you ran";
    Err(failed(read, Diagnostic::error(&codes::E0501, message).hint(hint)))
}

/// All coefficients that are known at a point; those beyond are NaN.
fn known(read: &Read, root: ExprId, at: &[f64], noise: Noise) -> Result<Vec<f64>, Error> {
    let start = entries_of(read, at);
    let seeds = seeded(read, &start, |_, x| Curve::line(x, 1.0));
    let value: Tensor<Curve> = disturbed(read, root, &seeds, Noise::NONE, noise)?;
    Ok(value.data()[0].coefficients().to_vec())
}

fn coefficients(
    read: &Read,
    root: ExprId,
    at: &[f64],
    order: usize,
    noise: Noise,
) -> Result<Vec<f64>, Error> {
    let mut known = known(read, root, at, noise)?;
    let most = known.iter().take_while(|c| !c.is_nan()).count() - 1;
    if order > most {
        let message = format!("an expansion of order {order} is not available at this point");
        let hint =
            format!("orders up to {most} are: quotients of what vanishes here lose the others");
        return Err(failed(read, Diagnostic::error(&codes::E0702, message).hint(hint)));
    }
    known.truncate(order + 1);
    Ok(known)
}

/// The orders of coefficients that other rounding errors of the operations change by as much as they are: what is left of
/// terms that cancel.
fn feigned(read: &Read, root: ExprId, at: &[f64], c: &[f64]) -> Result<Vec<usize>, Error> {
    let mut most = vec![0.0_f64; c.len()];
    for seed in 0..DRAWS {
        let noise = Noise::new(f64::EPSILON, seed);
        // Other rounding errors may leave a zero that a quotient needs; then nothing is told.
        let Ok(other) = coefficients(read, root, at, c.len() - 1, noise) else {
            return Ok(Vec::new());
        };
        for ((most, c), other) in most.iter_mut().zip(c).zip(&other) {
            *most = most.max((c - other).abs());
        }
    }
    Ok((0..c.len()).filter(|n| c[*n] != 0.0 && c[*n].abs() <= WORST * most[*n]).collect())
}

/// How far from the point the series is as good as the function: a small part of the distance at which its terms would be as
/// large as the first of them.
fn reach(read: &Read, root: ExprId, at: f64) -> Result<f64, Error> {
    let c = known(read, root, &[at], Noise::NONE)?;
    let Some(first) = c.iter().position(|c| *c != 0.0) else { return Ok(at.abs().max(1.0)) };
    let ratio = |n: usize| (c[first] / c[n]).abs().powf(1.0 / (n - first) as f64);
    let later = (first + 1..c.len()).filter(|n| c[*n].is_normal()).map(ratio);
    let radius = later.fold(f64::INFINITY, f64::min);
    Ok(if radius.is_finite() { radius / 32.0 } else { at.abs().max(1.0) })
}

/// `c₀ + c₁*(x - a) + …`, whose fractions have the denominators of a series from which so many terms were lost.
fn univariate(name: &str, a: f64, coefficients: &[f64], lost: usize) -> String {
    let base = shifted(name, a);
    let mut sum = Sum::default();
    let mut denominator: f64 = (1..=lost).map(|n| 2.0 * n as f64).product();
    for (n, c) in coefficients.iter().enumerate() {
        denominator *= if n == 0 { 1.0 } else { 2.0 * (n + lost) as f64 };
        let factor = match n {
            0 => String::new(),
            1 => base.clone(),
            n => format!("{base}^{n}"),
        };
        sum.add(*c, &rational(c.abs(), denominator), &factor);
    }
    sum.text()
}

/// Value, linear and quadratic part in all entries.
fn field(
    names: &[String],
    at: &[f64],
    value: f64,
    gradient: &[f64],
    hessian: Option<&Matrix>,
) -> String {
    let steps: Vec<String> = names.iter().zip(at).map(|(name, a)| shifted(name, *a)).collect();
    let mut sum = Sum::default();
    sum.add(value, &rational(value.abs(), 1.0), "");
    for (g, step) in gradient.iter().zip(&steps) {
        sum.add(*g, &rational(g.abs(), 1.0), step);
    }
    if let Some(hessian) = hessian {
        for i in 0..steps.len() {
            for j in i..steps.len() {
                let (c, factor) = if i == j {
                    (0.5 * hessian[(i, i)], format!("{}^2", steps[i]))
                } else {
                    (hessian[(i, j)], format!("{}*{}", steps[i], steps[j]))
                };
                sum.add(c, &rational(c.abs(), 2.0), &factor);
            }
        }
    }
    sum.text()
}

/// `x`, `(x - a)` or `(x + a)`
fn shifted(name: &str, a: f64) -> String {
    if a == 0.0 {
        name.to_owned()
    } else if a < 0.0 {
        format!("({name} + {})", -a)
    } else {
        format!("({name} - {a})")
    }
}

/// The fraction that a number is to rounding, if its denominator divides the one given; else its digits.
///
/// Coefficients of elementary functions at simple points are such fractions, with `n!*2ⁿ` as denominator.
fn rational(c: f64, denominator: f64) -> String {
    /// Larger numerators would be met by chance.
    const LARGEST: f64 = 2_147_483_648.0;
    let scaled = c * denominator;
    let p = scaled.round();
    if p >= LARGEST || denominator > 1e18 || (scaled - p).abs() > 4.0 * f64::EPSILON * scaled {
        return Extended::new(c, 0).to_string();
    }
    let (mut a, mut b) = (p as u64, denominator as u64);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    let (p, q) = (p as u64 / a.max(1), denominator as u64 / a.max(1));
    if q == 1 { p.to_string() } else { format!("{p}/{q}") }
}

/// A sum that is written term by term.
#[derive(Default)]
struct Sum(String);

impl Sum {
    fn add(&mut self, c: f64, size: &str, factor: &str) {
        if c == 0.0 {
            return;
        }
        let term = match (size, factor) {
            (_, "") => size.to_owned(),
            ("1", factor) => factor.to_owned(),
            _ => format!("{size}*{factor}"),
        };
        let sign = match (self.0.is_empty(), c < 0.0) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        };
        self.0.push_str(sign);
        self.0.push_str(&term);
    }

    fn text(self) -> String {
        if self.0.is_empty() { "0".into() } else { self.0 }
    }
}
