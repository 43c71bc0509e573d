//! Plans beside the evaluator: two engines that compute one thing are compared before numbers of the faster one are used.
//!
//! A plan carries structure outwards, transposes without copying and reads what it needs where it lies; the evaluator
//! applies one kernel after the other to whole arrays. They share the kernels of linear algebra and nothing of what a plan
//! decides.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, codes};
use beltrami_exec::{Evaluator, Noise, Plan, PlanOptions, Tensor, evaluate_many, naive_work};

use crate::sample::{Drawn, Sampler, Style, size_names};

/// How plan and evaluator compare.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Agreement {
    /// They agree to rounding.
    Agrees,
    /// They do not, by so much where so much could be rounding.
    Differs { difference: f64, rounding: f64 },
    /// There was no point to compare at where both have values.
    Unknown,
    /// There were only sizes at which the evaluator takes too long.
    Large,
}

/// Sizes that a comparison begins with, the first that is quick enough; sizes that are equal stay equal, larger ones larger.
const SMALL: [i64; 5] = [17, 9, 5, 3, 2];
/// Operations and entries of an evaluation that takes about a millisecond.
const QUICK: f64 = 1e5;
/// Those of one that takes a fraction of a second, where numbers in the text leave no choice.
const SLOW: f64 = 1e8;
/// Points that are compared, and attempts to find them.
const POINTS: usize = 2;
const SEED: u64 = 0x706c_616e;
const ATTEMPTS: usize = 8;
/// A difference that no rounding of moderate condition exceeds; a larger one is compared with what rounding could change.
const ROUNDING: f64 = 1e-11;
/// Where rounding could change more of the result than this, agreement says nothing.
const BLURRED: f64 = 1e-3;

impl Agreement {
    /// What users are told, if anything.
    pub(crate) fn warning(&self) -> Option<Diagnostic> {
        match self {
            Agreement::Agrees => None,
            Agreement::Differs { difference, rounding } => Some(
                Diagnostic::warning(
                    &codes::W0106,
                    format!(
                        "a compiled plan differed from the evaluator by {difference:.1e}, where rounding explains {rounding:.1e}, and was left out"
                    ),
                )
                .hint("the numbers are the evaluator's; please report the command"),
            ),
            Agreement::Unknown => Some(
                Diagnostic::warning(
                    &codes::W0107,
                    "the compiled plan could not be compared with the evaluator, at no random point do both have values",
                )
                .hint("compare with the expression at smaller data"),
            ),
            Agreement::Large => Some(
                Diagnostic::warning(
                    &codes::W0107,
                    "the compiled plan was not compared with the evaluator, which would take long at the sizes that are declared as numbers",
                )
                .hint("name the sizes, as in `X: matrix(m,n)`; their numbers come with the data"),
            ),
        }
    }
}

/// What is compared: made for sizes, it gives its results at values of names, all entries row by row.
pub(crate) type Fast<'a> = dyn Fn(&Sizes) -> Option<Box<Run<'a>>> + 'a;
pub(crate) type Run<'a> = dyn FnMut(&Values) -> Option<Vec<Vec<f64>>> + 'a;
pub(crate) type Sizes = BTreeMap<String, i64>;
pub(crate) type Values = BTreeMap<String, Tensor<f64>>;

/// Compares a fast way to expressions with the evaluator at random values of the same structure, at small sizes where the
/// ones given are not small.
///
/// `ranges` tells the declared bounds of names.
pub(crate) fn compare_at_random(
    graph: &Graph,
    roots: &[ExprId],
    ranges: &dyn Fn(&str) -> Option<(f64, f64)>,
    sizes: &dyn Fn(&str) -> Option<i64>,
    fast: &Fast<'_>,
) -> Agreement {
    let variables = symbols(graph, roots, ranges);
    let mut named = roots.to_vec();
    named.extend(variables.iter().map(|v| v.id));
    let names = size_names(graph, &named).into_iter();
    let Some(given) = names.map(|name| sizes(&name).map(|n| (name, n))).collect() else {
        return Agreement::Unknown;
    };
    let mut candidates: Vec<(f64, Sizes)> = SMALL
        .into_iter()
        .map(|base| smaller(&given, base))
        .chain([given.clone()])
        .map(|sizes| (naive_work(graph, roots, &|name| sizes.get(name).copied()), sizes))
        .collect();
    // The largest of the quick ones, then the others from the quickest on.
    candidates.sort_by(|(a, _), (b, _)| match (*a <= QUICK, *b <= QUICK) {
        (true, true) => b.total_cmp(a),
        (quick, other) if quick != other => other.cmp(&quick),
        _ => a.total_cmp(b),
    });
    candidates.dedup_by(|a, b| a.1 == b.1);
    let mut large = true;
    for (work, sizes) in candidates {
        if work > SLOW {
            break;
        }
        large = false;
        match at_sizes(graph, roots, &variables, &sizes, fast) {
            Agreement::Unknown => {}
            agreement => return agreement,
        }
    }
    if large { Agreement::Large } else { Agreement::Unknown }
}

/// The plan of expressions, with one thread and nothing constant, as what is compared.
pub(crate) fn planned<'a>(
    graph: &'a Graph,
    roots: &'a [ExprId],
    options: &'a PlanOptions,
) -> impl Fn(&Sizes) -> Option<Box<Run<'a>>> + 'a {
    move |sizes| {
        let size = |name: &str| sizes.get(name).copied();
        let PlanOptions { bands, ref rough, .. } = *options;
        let options = PlanOptions { bands, rough: rough.clone(), ..PlanOptions::default() };
        let mut plan = Plan::<f64>::compile(graph, roots, &size, &options).ok()?;
        Some(Box::new(move |values| {
            let inputs = plan
                .inputs()
                .iter()
                .map(|input| values.get(&*input.name).map(Tensor::data))
                .collect::<Option<Vec<&[f64]>>>()?;
            let widths = plan.bands().to_vec();
            let results = plan.evaluate(&inputs).ok()?.iter().zip(widths);
            Some(results.map(|(result, widths)| written_out(result, widths)).collect())
        }))
    }
}

/// Compares results with the evaluator at the values they were computed from; [`Agreement::Large`] where that takes long.
pub(crate) fn compare_results(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &dyn Fn(&str) -> Option<Tensor<f64>>,
    results: &[Tensor<f64>],
) -> Agreement {
    if naive_work(graph, roots, sizes) > QUICK {
        return Agreement::Large;
    }
    let Ok(expected) = evaluate_many(graph, roots, sizes, values) else {
        return Agreement::Unknown;
    };
    let found: Vec<&[f64]> = results.iter().map(Tensor::data).collect();
    judge(graph, roots, sizes, values, &found, &expected)
}

/// What expressions are computed from, each a variable to draw values for.
fn symbols(
    graph: &Graph,
    roots: &[ExprId],
    ranges: &dyn Fn(&str) -> Option<(f64, f64)>,
) -> Vec<Drawn> {
    let mut ids: Vec<ExprId> = roots.iter().flat_map(|root| graph.reachable(*root)).collect();
    ids.sort_unstable();
    ids.dedup();
    let drawn = |id: ExprId| match graph.node(id) {
        beltrami_core::Node::Symbol(name) => {
            Some(Drawn { name: name.to_string(), id, range: ranges(name) })
        }
        _ => None,
    };
    ids.into_iter().filter_map(drawn).collect()
}

/// Sizes from `base` on, in the order of those given and none larger; 1 and 0 stay, because they are other kernels.
fn smaller(given: &Sizes, base: i64) -> Sizes {
    let mut distinct: Vec<i64> = given.values().copied().filter(|n| *n > 1).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let small = |n: i64| match distinct.binary_search(&n) {
        Ok(rank) => n.min(base + rank as i64),
        Err(_) => n,
    };
    given.iter().map(|(name, n)| (name.clone(), small(*n))).collect()
}

fn at_sizes(
    graph: &Graph,
    roots: &[ExprId],
    variables: &[Drawn],
    sizes: &Sizes,
    fast: &Fast<'_>,
) -> Agreement {
    let size = |name: &str| sizes.get(name).copied();
    let Some(mut run) = fast(sizes) else { return Agreement::Unknown };
    let mut sampler = Sampler::new(SEED);
    let mut compared = 0;
    for attempt in 0..ATTEMPTS {
        let style = |_: &str| Style::ALL[attempt % Style::ALL.len()];
        let Some(values) = sampler.values(graph, variables, sizes, &style) else {
            return Agreement::Unknown;
        };
        let value = |name: &str| values.get(name).cloned();
        let Ok(expected) = evaluate_many(graph, roots, &size, &value) else { continue };
        let Some(found) = run(&values) else { continue };
        let found: Vec<&[f64]> = found.iter().map(Vec::as_slice).collect();
        match judge(graph, roots, &size, &value, &found, &expected) {
            Agreement::Agrees => compared += 1,
            Agreement::Unknown => {}
            differs => return differs,
        }
        if compared == POINTS {
            break;
        }
    }
    if compared > 0 { Agreement::Agrees } else { Agreement::Unknown }
}

/// All entries of a matrix of which a plan gives so many diagonals below and above the main one.
fn written_out(result: &[f64], widths: Option<(usize, usize)>) -> Vec<f64> {
    let Some((lower, upper)) = widths else { return result.to_vec() };
    let width = lower + upper + 1;
    let n = result.len() / width;
    let mut all = vec![0.0; n * n];
    for (place, x) in result.iter().enumerate() {
        let (i, k) = (place / width, place % width);
        if let Some(j) = (i + k).checked_sub(lower).filter(|j| *j < n) {
            all[i * n + j] = *x;
        }
    }
    all
}

fn judge(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    values: &dyn Fn(&str) -> Option<Tensor<f64>>,
    found: &[&[f64]],
    expected: &[Tensor<f64>],
) -> Agreement {
    if found.iter().zip(expected).any(|(a, b)| a.len() != b.data().len()) {
        return Agreement::Differs { difference: f64::INFINITY, rounding: 0.0 };
    }
    let size = |b: &Tensor<f64>| b.data().iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let gaps: Vec<(f64, f64)> =
        found.iter().zip(expected).map(|(a, b)| (difference(a, b.data()), size(b))).collect();
    if gaps.iter().any(|(_, size)| !size.is_finite()) {
        return Agreement::Unknown;
    }
    if gaps.iter().all(|(gap, size)| *gap <= ROUNDING * size) {
        return Agreement::Agrees;
    }
    let mut noise = Noise::new(4.0 * f64::EPSILON, 11);
    let mut rounding = vec![0.0_f64; roots.len()];
    for _ in 0..3 {
        noise = noise.other();
        let evaluator = Evaluator::new(graph, sizes, values).disturbed(noise, noise.other());
        let Ok(disturbed) = evaluator.values(roots) else { return Agreement::Unknown };
        for ((most, a), b) in rounding.iter_mut().zip(disturbed).zip(expected) {
            let b = b.data();
            let a = if a.data().len() == b.len() { a } else { continue };
            *most = most.max(difference(a.data(), b));
        }
    }
    let mut blurred = false;
    for ((gap, size), rounding) in gaps.into_iter().zip(rounding) {
        // The plan has other operations, and the noise is drawn three times only.
        let allowed = 50.0 * rounding + 1e4 * f64::EPSILON * size;
        if gap.is_nan() || gap > allowed {
            return Agreement::Differs { difference: gap, rounding: allowed };
        }
        blurred |= allowed > BLURRED * size && size > 0.0;
    }
    // One result that says nothing does not excuse another that differs.
    if blurred { Agreement::Unknown } else { Agreement::Agrees }
}

/// The largest difference of two entries; NaN where there is one.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    gaps.fold(0.0, |m, x| if x > m || x.is_nan() { x } else { m })
}
