//! Values jump where the record says that they may, and nowhere else.

use std::collections::BTreeMap;

use beltrami::engine::core::Kernel;
use beltrami::engine::exec::Tensor;
use beltrami::{Sampler, Style};

use super::points::{Sample, Values, none_wrong, samples, value};

/// How far entries beside zero are from it: the power [`LEAST`] is small there, and the third power is not zero.
const BESIDE_ZERO: f64 = 1e-60;
/// How far other entries are from where they were.
const BESIDE: f64 = 1e-12;
/// The roots and powers that are sampled rise by less beside a place; jumps are of the size of values.
const CONTINUOUS: f64 = 1e-2;
/// The least exponent that is drawn.
const LEAST: f64 = 0.05;
/// Random values of the other arguments, and directions in which points lie beside a place.
const ATTEMPTS: usize = 48;

/// Places where entries, eigenvalues and singular values are zero or equal.
const PLACES: &[fn(usize, usize) -> f64] =
    &[|_, _| 0.0, |_, _| 1.0, |i, j| if i == j { 1.0 } else { 0.0 }];

#[test]
fn values_jump_where_the_record_says_so() {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<&str, bool> = BTreeMap::new();
    for sample in samples().iter().filter(|sample| sample.varies()) {
        let (op, file) = (sample.entry.op, sample.entry.file);
        // What abbreviates others is gone before anybody asks.
        if op.kernel == Kernel::Defined {
            continue;
        }
        match jump(sample) {
            Some(at) if !op.jumps => wrong.push(format!("{}: jumps at {at:?}", sample.name())),
            found => *seen.entry(file).or_default() |= found.is_some() || !op.jumps,
        }
    }
    let unseen = seen.into_iter().filter(|(_, seen)| !seen);
    wrong.extend(unseen.map(|(file, _)| format!("{file}: no jump of its samples was found")));
    none_wrong(&wrong);
}

/// A place where the value of a sample is not that beside it.
fn jump(sample: &Sample) -> Option<Values> {
    let mut sampler = Sampler::new(5);
    for attempt in 0..ATTEMPTS {
        let style = |_: &str| Style::ALL[attempt % 4];
        let mut drawn =
            || sampler.values(&sample.graph, &sample.variables, &BTreeMap::new(), &style);
        let (one, other) = (drawn()?, drawn()?);
        let small = |x: &f64| *x != 0.0 && x.abs() < LEAST;
        if one.values().any(|value| value.data().iter().any(small)) {
            continue;
        }
        let all: Vec<&String> = one.keys().collect();
        let each = all.iter().map(|name| vec![*name]).chain([all.clone()]);
        for names in each {
            for place in PLACES {
                let at = with(&one, &names, &|_, i, j| place(i, j));
                let near = |values: &Values| {
                    with(&one, &names, &|name, i, j| {
                        let away = values.get(name).map_or(0.0, |value| value.at(i, j));
                        let entry = place(i, j);
                        let step = if entry == 0.0 { BESIDE_ZERO } else { BESIDE };
                        entry + step * (away - entry)
                    })
                };
                let found = [at.clone(), near(&one), near(&other)].map(|values| {
                    value(&sample.graph, sample.root, &values).ok().filter(Tensor::is_finite)
                });
                let [here, beside, elsewhere] = &found;
                let differ = |a: &Option<Tensor<f64>>, b: &Option<Tensor<f64>>| {
                    a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| jumps(a, b))
                };
                // Where there is no value, those nearby may differ, as beside a pole.
                let chosen = sample.entry.op.jumps && differ(beside, elsewhere);
                if differ(here, beside) || differ(here, elsewhere) || chosen {
                    return Some(at);
                }
            }
        }
    }
    None
}

/// Whether values differ by more than roots rise, relative to the larger or to 1.
fn jumps(a: &Tensor<f64>, b: &Tensor<f64>) -> bool {
    let pairs = || a.data().iter().zip(b.data());
    let scale = pairs().fold(1.0_f64, |m, (x, y)| m.max(x.abs()).max(y.abs()));
    pairs().any(|(x, y)| (x - y).abs() > CONTINUOUS * scale)
}

/// Values with these entries for some of the names.
fn with(values: &Values, names: &[&String], entry: &dyn Fn(&str, usize, usize) -> f64) -> Values {
    let replaced = |(name, value): (&String, &Tensor<f64>)| {
        let value = match names.contains(&name) {
            true => Tensor::from_fn(value.rows(), value.cols(), |i, j| entry(name, i, j)),
            false => value.clone(),
        };
        (name.clone(), value)
    };
    values.iter().map(replaced).collect()
}
