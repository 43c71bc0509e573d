//! What a Hessian costs beside a product with it: measured at several sizes, counted, and fitted.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use beltrami_diag::{Code, Diagnostic, Error, Kind, codes};
use beltrami_linalg::Cholesky;
use beltrami_solve::minimize::{Objective, Undefined};

use super::MinimizeOptions;
use super::matrix_objective::MatrixObjective;
use super::unknown::Unknowns;
use crate::data::{Array, Given, bind};
use crate::sample::{Drawn, Point, Sampler, Style, size_names};
use crate::session::{Loaded, Session};

/// The loss of logistic regression with a penalty, over `w`: what is measured where no objective is named.
pub const LOGISTIC: &str = "X: matrix(m,n)\ny: vector(m) +-1\nw: vector(n)\nf = sum(log(1 + exp(-y.*(X*w)))) + norm2(w)^2/2";

/// What is measured, and where.
#[derive(Clone, Debug)]
pub struct CostOptions {
    /// The unknowns.
    pub over: Vec<String>,
    /// Declarations, as in `A: matrix(m,n), x: vector(n)`.
    pub declarations: String,
    /// Sizes and names that stay what they are; all others are drawn.
    pub data: Vec<Given>,
    /// The values, at least two, of every size that data does not settle.
    pub sizes: Vec<usize>,
    /// How often everything is run; the shortest time counts.
    pub repeats: usize,
    /// The seed of what is drawn.
    pub seed: u64,
}

/// What was measured.
pub struct Cost {
    /// The expression in the surface language.
    pub expression: String,
    /// One row for each size, ascending.
    pub rows: Vec<Row>,
    /// The sizes that were varied.
    pub varied: Vec<String>,
    /// Whether the Hessian is the same at all points, so that it is formed and factored once.
    pub constant: bool,
    /// The largest relative difference between derivatives and jets.
    pub checked: f64,
    /// What was assumed about names.
    pub assumed: Vec<String>,
}

/// The cost at one size.
#[derive(Clone, Debug)]
pub struct Row {
    /// The value of the sizes that were varied.
    pub size: usize,
    /// The number of unknowns, which is that of rows and columns of the Hessian.
    pub unknowns: usize,
    /// The shortest time of each task, in seconds, in the order of [`Task::ALL`].
    pub seconds: [f64; 4],
    /// The floating-point operations of each task.
    pub operations: [f64; 4],
    /// The bytes of the Hessian.
    pub bytes: f64,
    /// Whether it was positive definite; else it was shifted before it was factored, as Newton's method does it.
    pub definite: bool,
}

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A gradient, with the value.
    Gradient,
    /// A product of the Hessian with a vector, without the Hessian.
    Product,
    /// All entries of the Hessian.
    Forming,
    /// Its Cholesky factorisation.
    Factoring,
}

impl Task {
    /// All of them.
    pub const ALL: [Task; 4] = [Task::Gradient, Task::Product, Task::Forming, Task::Factoring];

    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Task::Gradient => "gradient",
            Task::Product => "product",
            Task::Forming => "forming",
            Task::Factoring => "factoring",
        }
    }
}

impl Row {
    /// The seconds of a task.
    pub fn seconds(&self, task: Task) -> f64 {
        self.seconds[task as usize]
    }

    /// How many products take as long as forming and factoring the Hessian.
    pub fn ratio(&self) -> f64 {
        ratio(&self.seconds)
    }

    /// The same of operations.
    pub fn operations_ratio(&self) -> f64 {
        ratio(&self.operations)
    }
}

/// A number of unknowns from which products are the cheaper way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// They are at all sizes that were measured.
    Always,
    /// From here on, between two sizes that were measured.
    At(f64),
    /// From here on, beyond what was measured, if times grow as the work does.
    Beyond(f64),
    /// The work of both ways grows alike.
    Never,
}

impl Crossing {
    /// The number, where there is one.
    pub fn unknowns(self) -> Option<f64> {
        match self {
            Crossing::At(k) | Crossing::Beyond(k) => Some(k),
            Crossing::Always | Crossing::Never => None,
        }
    }
}

impl Cost {
    /// The exponents of the number of unknowns with which the time and the operations of a task grow, fitted.
    pub fn exponents(&self, task: Task) -> (f64, f64) {
        let slope = |value: &dyn Fn(&Row) -> f64| self.fit(value).0;
        (slope(&|row| row.seconds(task)), slope(&|row| row.operations[task as usize]))
    }

    /// The exponent with which the bytes of the Hessian grow.
    pub fn memory_exponent(&self) -> f64 {
        self.fit(&|row| row.bytes).0
    }

    /// Where forming and factoring begin to take longer than so many products, for good as far as was measured.
    pub fn crossing(&self, products: f64) -> Crossing {
        let at = |row: &Row| ((row.unknowns as f64).ln(), (row.ratio() / products).ln());
        let Some(below) = self.rows.iter().rposition(|row| row.ratio() < products) else {
            return Crossing::Always;
        };
        let (x, y) = at(&self.rows[below]);
        if let Some(next) = self.rows.get(below + 1) {
            let (u, v) = at(next);
            return Crossing::At((x + (u - x) * y / (y - v)).exp());
        }
        // Times of small matrices grow more slowly than the work, which is what counts beyond them.
        let slope = self.fit(&Row::operations_ratio).0;
        let crossing = (x - y / slope).exp();
        match slope > 0.0 && crossing.is_finite() {
            true => Crossing::Beyond(crossing),
            false => Crossing::Never,
        }
    }

    /// Slope and offset of the line of least squares through the logarithms of a value over those of the unknowns.
    pub fn fit(&self, value: &dyn Fn(&Row) -> f64) -> (f64, f64) {
        let points: Vec<(f64, f64)> =
            self.rows.iter().map(|row| ((row.unknowns as f64).ln(), value(row).ln())).collect();
        line(&points)
    }
}

fn ratio(values: &[f64; 4]) -> f64 {
    let of = |task: Task| values[task as usize];
    (of(Task::Forming) + of(Task::Factoring)) / of(Task::Product)
}

/// The line of least squares through points: slope and value at zero.
fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let mean = |part: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(part).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let slope = mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2));
    (slope, y - slope * x)
}

/// The most bytes of data and Hessian together.
const MOST_BYTES: f64 = (1u64 << 30) as f64;
/// The largest size that is drawn.
const MOST_SIZE: usize = 4096;
/// The Hessian as it is computed, as a matrix, scaled for the factorisation, and its factor.
const COPIES: f64 = 4.0;

impl Session {
    /// Measures gradients, Hessians and products with them of an objective at growing sizes.
    ///
    /// `watch` sees the size that comes next, and ends the measurement by returning `false`.
    /// # Errors
    /// An [`Error`] where the input does not fit, a derivative is not available, or a size needs too much memory: then
    /// nothing is measured.
    pub fn cost(
        &self,
        name: &str,
        text: &str,
        options: &CostOptions,
        watch: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Cost, Error> {
        let asked = MinimizeOptions {
            over: options.over.clone(),
            declarations: options.declarations.clone(),
            data: options.data.clone(),
            seed: options.seed,
            ..MinimizeOptions::default()
        };
        let loaded = self.loaded(name, text, &asked)?;
        let bench = Bench::new(&loaded, options);
        if let Some(one) = options.data.iter().find(|one| options.over.contains(&one.name)) {
            let message = format!("`{}` is an unknown, whose values are drawn", one.name);
            return Err(bench.refused(&codes::E0702, message, "drop its data"));
        }
        let open = Unknowns::new(&loaded, &asked)?;
        let sizes = bench.sizes(&open)?;
        let mut at = None;
        let mut rows = Vec::new();
        for size in sizes {
            if !watch(size) {
                break;
            }
            let (point, unknowns, mut objective) = match at.take() {
                Some((style, objective)) => {
                    let point = Rc::new(bench.point(size, style)?);
                    let unknowns = open.clone().sized(&loaded, &point)?;
                    (point, unknowns, (style, objective))
                }
                None => bench.first(self, &open, size)?,
            };
            objective.1.moved(&unknowns, &point);
            let row = measure(&mut objective.1, &unknowns, &point, size, options)
                .map_err(|undefined| bench.undefined(&undefined))?;
            rows.push(row);
            at = Some(objective);
        }
        let objective = at.map(|(_, objective)| objective);
        Ok(Cost {
            expression: beltrami_print::text(&loaded.program.graph, loaded.program.root),
            rows,
            varied: bench.varied,
            constant: objective.as_ref().is_some_and(|one| one.offer().constant_hessian),
            checked: objective.map_or(0.0, |one| one.checked),
            assumed: loaded.program.assumed.clone(),
        })
    }
}

/// What stays the same from size to size.
struct Bench<'a> {
    loaded: &'a Loaded,
    options: &'a CostOptions,
    /// Sizes that data settles.
    fixed: BTreeMap<String, i64>,
    varied: Vec<String>,
}

impl<'a> Bench<'a> {
    fn new(loaded: &'a Loaded, options: &'a CostOptions) -> Bench<'a> {
        let graph = &loaded.program.graph;
        let ids = loaded.program.variables.iter().map(|v| v.id);
        let names = size_names(graph, &ids.chain([loaded.program.root]).collect::<Vec<_>>());
        let mut fixed = BTreeMap::new();
        for one in &options.data {
            if names.contains(&one.name)
                && let [value] = one.array.to_f64()[..]
            {
                fixed.insert(one.name.clone(), value as i64);
            }
            let Some(variable) = loaded.program.variables.iter().find(|v| v.name == one.name)
            else {
                continue;
            };
            let shape = graph.shape(variable.id);
            for (dim, length) in [&shape.rows, &shape.cols].into_iter().zip(one.array.shape()) {
                if let [size] = &dim.symbols()[..] {
                    fixed.insert(size.to_string(), *length as i64);
                }
            }
        }
        let varied = names.into_iter().filter(|name| !fixed.contains_key(name)).collect();
        Bench { loaded, options, fixed, varied }
    }

    /// The sizes in order, each of which makes the Hessian larger and fits the memory.
    fn sizes(&self, open: &Unknowns) -> Result<Vec<usize>, Error> {
        let mut sizes = self.options.sizes.clone();
        sizes.sort_unstable();
        sizes.dedup();
        if sizes.len() < 2 || sizes[0] == 0 {
            let message = "a growth needs at least two sizes, none of them zero";
            return Err(self.refused(&codes::E0701, message.into(), "as in `--sizes 100,200,400`"));
        }
        let graph = &self.loaded.program.graph;
        let entries = |id, size: usize| {
            let known = |name: &str| Some(self.fixed.get(name).copied().unwrap_or(size as i64));
            graph.shape(id).len().evaluate(&known).map_or(f64::INFINITY, |n| n as f64)
        };
        let unknowns = |size| open.all.iter().map(|one| entries(one.id, size)).sum::<f64>();
        if sizes.windows(2).any(|pair| unknowns(pair[0]) >= unknowns(pair[1])) {
            let message =
                "the number of unknowns does not grow: data settles their sizes, or they have none";
            let hint = "leave the size open, as that of `w: vector(n)`";
            return Err(self.refused(&codes::E0702, message.into(), hint));
        }
        for size in &sizes {
            let data: f64 =
                self.loaded.program.variables.iter().map(|v| entries(v.id, *size)).sum();
            // Values are drawn, and copied once when they are bound.
            let bytes = 8.0 * (COPIES * unknowns(*size).powi(2) + 2.0 * data);
            if bytes > MOST_BYTES || *size > MOST_SIZE {
                let limit = if bytes > MOST_BYTES {
                    format!(
                        "takes {:.1} GiB for data and Hessian, above the limit of {:.0} GiB",
                        bytes / MOST_BYTES,
                        MOST_BYTES / (1u64 << 30) as f64
                    )
                } else {
                    format!("is above {MOST_SIZE}")
                };
                return Err(self.refused(
                    &codes::E0701,
                    format!("the size {size} {limit}; nothing was measured"),
                    "leave it out: the fitted exponents say how it goes on",
                ));
            }
        }
        Ok(sizes)
    }

    /// The first size: the first way to draw values at which everything is finite.
    fn first(&self, session: &Session, open: &Unknowns, size: usize) -> Result<Start, Error> {
        let mut objective: Option<MatrixObjective> = None;
        let mut last = Undefined { reason: "no values of the declared types can be drawn".into() };
        for style in Style::ALL {
            let point = Rc::new(self.point(size, style)?);
            let unknowns = open.clone().sized(self.loaded, &point)?;
            let mut one = match objective.take() {
                Some(one) => one,
                None => MatrixObjective::with_both(
                    session,
                    self.loaded,
                    &point,
                    &unknowns,
                    self.options.seed,
                )?,
            };
            one.moved(&unknowns, &point);
            let x = unknowns.at(&point);
            let mut out = vec![0.0; x.len()];
            let finite = one
                .gradient(&x, &mut out)
                .and_then(|_| one.product(&x, &x, &mut out))
                .and_then(|()| one.hessian(&x));
            match finite {
                Ok(hessian) if hessian.dense().is_finite() => {
                    return Ok((point, unknowns, (style, one)));
                }
                Ok(_) => last = Undefined { reason: "the Hessian is not finite".into() },
                Err(undefined) => last = undefined,
            }
            objective = Some(one);
        }
        Err(self.undefined(&last))
    }

    /// The data that was given and values that are drawn for all other names.
    fn point(&self, size: usize, style: Style) -> Result<Point, Error> {
        let program = &self.loaded.program;
        let varied = self.varied.iter().map(|name| (name.clone(), size as i64));
        let sizes: BTreeMap<String, i64> = self.fixed.clone().into_iter().chain(varied).collect();
        let given = |name: &str| self.options.data.iter().any(|one| one.name == name);
        let drawn: Vec<Drawn> = program
            .variables
            .iter()
            .filter(|v| !given(&v.name))
            .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
            .collect();
        let values =
            Sampler::new(self.options.seed).values(&program.graph, &drawn, &sizes, &|_| style);
        let values = values.ok_or_else(|| {
            let reason = format!("a name has no size between 1 and {MOST_SIZE}");
            self.undefined(&Undefined { reason })
        })?;
        let mut all = self.options.data.clone();
        let named = |name: &str| all.iter().any(|one| one.name == name);
        let sizes: Vec<(String, i64)> =
            sizes.into_iter().filter(|(name, _)| !named(name)).collect();
        for (name, value) in values {
            let shape = program
                .variables
                .iter()
                .find(|v| v.name == name)
                .map(|v| program.graph.shape(v.id));
            let axes = match shape {
                Some(shape) if shape.is_scalar() => Vec::new(),
                Some(shape) if shape.is_vector() || shape.is_row() => vec![value.data().len()],
                _ => vec![value.rows(), value.cols()],
            };
            let array = Array::new(axes, value.into_data())?;
            all.push(Given { name, array, named: false });
        }
        for (name, size) in sizes {
            let array = Array::number(size as f64).written_out();
            all.push(Given { name, array, named: false });
        }
        bind(self.loaded, &all)
    }

    fn undefined(&self, undefined: &Undefined) -> Error {
        let message = format!("the objective cannot be measured: {}", undefined.reason);
        let hint = "declare the domain of its names, as in `x: vector(n) > 0`";
        self.refused(&codes::E0503, message, hint).of_kind(Kind::Computation)
    }

    fn refused(&self, code: &'static Code, message: String, hint: &str) -> Error {
        Error::refused(Diagnostic::error(code, message).hint(hint), &self.loaded.sources)
    }
}

/// A point, the unknowns there, and the objective with the style that values are drawn in.
type Start = (Rc<Point>, Unknowns, (Style, MatrixObjective));

fn measure(
    objective: &mut MatrixObjective,
    unknowns: &Unknowns,
    point: &Point,
    size: usize,
    options: &CostOptions,
) -> Result<Row, Undefined> {
    let x = unknowns.at(point);
    let k = x.len();
    let mut sampler = Sampler::new(options.seed);
    let direction: Vec<f64> = (0..k).map(|_| sampler.normal()).collect();
    let mut out = vec![0.0; k];
    let repeats = options.repeats;
    let gradient = shortest(repeats, || {
        objective.forget();
        objective.gradient(&x, &mut out).map(black_box)
    })?;
    let product = shortest(repeats, || objective.product(&x, &direction, &mut out))?;
    let forming = shortest(repeats, || {
        objective.forget();
        objective.hessian(&x).map(black_box)
    })?;
    objective.forget();
    let hessian = objective.hessian(&x)?.dense();
    let definite = Cholesky::new(&hessian).is_ok();
    // No eigenvalue is below minus the 1-norm; Newton's method would look for a smaller shift.
    let shift = if definite { 0.0 } else { 2.0 * hessian.norm_one() + f64::MIN_POSITIVE };
    let hessian = hessian.shifted(shift);
    let failed = |error: beltrami_linalg::Error| Undefined { reason: error.to_string() };
    let factoring = shortest(repeats, || Cholesky::new(&hessian).map(black_box).map_err(failed))?;
    let [of_gradient, of_product, of_forming] = objective.operations();
    let n = k as f64;
    Ok(Row {
        size,
        unknowns: k,
        seconds: [gradient, product, forming, factoring],
        operations: [of_gradient, of_product, of_forming, n.powi(3) / 3.0],
        bytes: 8.0 * n * n,
        definite,
    })
}

/// The shortest time of several runs in seconds; the run before them compiles what has to be compiled.
fn shortest<T>(
    repeats: usize,
    mut run: impl FnMut() -> Result<T, Undefined>,
) -> Result<f64, Undefined> {
    run()?;
    let mut least = f64::INFINITY;
    for _ in 0..repeats.max(1) {
        let begun = Instant::now();
        let result = run()?;
        least = least.min(begun.elapsed().as_secs_f64());
        drop(result);
    }
    // A clock may stand still for as long as a short run takes.
    Ok(least.max(1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(rows: &[(usize, [f64; 4])]) -> Cost {
        let row = |(n, seconds): &(usize, [f64; 4])| Row {
            size: *n,
            unknowns: *n,
            seconds: *seconds,
            operations: *seconds,
            bytes: 8.0 * (*n as f64).powi(2),
            definite: true,
        };
        Cost {
            expression: String::new(),
            rows: rows.iter().map(row).collect(),
            varied: Vec::new(),
            constant: false,
            checked: 0.0,
            assumed: Vec::new(),
        }
    }

    #[test]
    fn powers_are_fitted_exactly_and_cross_where_they_cross() {
        let at = |n: usize| {
            let x = n as f64;
            (n, [2.0 * x, 3.0 * x * x, 0.5 * x.powi(3), 0.25 * x.powi(3)])
        };
        let cost = cost(&[at(10), at(40), at(70), at(1000)]);
        for (task, exponent) in Task::ALL.into_iter().zip([1.0, 2.0, 3.0, 3.0]) {
            assert!((cost.exponents(task).0 - exponent).abs() < 1e-12, "{task:?}");
        }
        assert!((cost.memory_exponent() - 2.0).abs() < 1e-12);
        // 0.75 x³ is 50 times 3 x² at 200, between two rows, and 1000 times at 4000, beyond the last.
        let near = |x: f64, y: f64| (x / y - 1.0).abs() < 1e-12;
        assert!(matches!(cost.crossing(50.0), Crossing::At(k) if near(k, 200.0)));
        assert!(matches!(cost.crossing(1000.0), Crossing::Beyond(k) if near(k, 4000.0)));
        assert_eq!(cost.crossing(1.0), Crossing::Always);
    }

    #[test]
    fn what_does_not_grow_crosses_nowhere() {
        let cost = cost(&[(10, [1.0, 1.0, 5.0, 5.0]), (20, [1.0, 2.0, 5.0, 5.0])]);
        assert_eq!(cost.crossing(50.0), Crossing::Never);
    }
}
