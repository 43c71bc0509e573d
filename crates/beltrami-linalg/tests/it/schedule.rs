//! Schedules against published coefficients and published or independently computed ranges.

use beltrami_linalg::Format;
use beltrami_linalg::schedule::{
    CostModel, Design, Interval, NAMES, OddPolynomial, Schedule, design, minimax, named, plan,
};

/// Amsel et al. 2025, `polar_express/basic.py` of their repository: eight steps before the safety factor.
const POLAR_EXPRESS: [[f64; 3]; 8] = [
    [8.28721201814563, -23.595886519098837, 17.300387312530933],
    [4.107059111542203, -2.9478499167379106, 0.5448431082926601],
    [3.9486908534822946, -2.908902115962949, 0.5518191394370137],
    [3.3184196573706015, -2.488488024314874, 0.51004894012372],
    [2.300652019954817, -1.6689039845747493, 0.4188073119525673],
    [1.891301407787398, -1.2679958271945868, 0.37680408948524835],
    [1.8750014808534479, -1.2500016453999487, 0.3750001645474248],
    [1.875, -1.25, 0.375],
];
const CUSHION: f64 = 0.02407327424182761;

fn quintics(count: usize, cushion: f64, safety: f64) -> Design {
    Design { degrees: vec![5; count], lower: 1e-3, upper: 1.0, cushion, safety }
}

fn close(found: &Schedule, wanted: &[[f64; 3]]) {
    assert_eq!(found.steps.len(), wanted.len());
    for (place, (step, wanted)) in found.steps.iter().zip(wanted).enumerate() {
        // The seventh step of the published list is 9e-12 from its value to 50 digits: on so short an interval a rounding
        // error of the linear system is enlarged by 1e5.
        // Of the eighth it gives the limit, 15/8, for 15/8 divided by the largest input.
        let tolerance = [1e-12, 1e-12, 1e-12, 1e-12, 1e-12, 1e-12, 1e-10, 1e-8][place];
        for (a, b) in step.coefficients.iter().zip(wanted) {
            assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "step {place}: {a} is not {b}");
        }
    }
}

#[test]
fn the_polar_express_lists_come_out_of_their_parameters() {
    close(&design(&quintics(8, CUSHION, 0.0)).expect("a design"), &POLAR_EXPRESS);
    let nanogpt = named("polar-express-nanogpt", None).expect("a list");
    let wanted: Vec<[f64; 3]> = nanogpt
        .steps
        .iter()
        .map(|step| [step.coefficients[0], step.coefficients[1], step.coefficients[2]])
        .collect();
    close(&design(&quintics(5, 0.02, 0.02)).expect("a design"), &wanted);
}

/// The eight-step list as the repository uses it for fewer steps: cut, the safety factor left on the last one.
fn cut(count: usize, safety: f64) -> Schedule {
    let step = |c: &[f64; 3]| OddPolynomial::new(c).stretched(1.0 / safety);
    Schedule { steps: POLAR_EXPRESS[..count].iter().map(step).collect() }
}

/// Schedule, range on [1e-3, 1], range on [1e-2, 1], overshoot limit and stability factor, as computed independently from
/// four million points; 0 where there is no figure.
type Row = (&'static str, [f64; 2], [f64; 2], f64, f64);
const ROWS: &[Row] = &[
    ("muon", [0.4705, 1.2024], [0.6818, 1.1344], 1.26, 1.7),
    ("su-single", [0.427, 1.183], [0.821, 1.183], 1.18, 1.4),
    ("quintic", [0.475, 1.145], [0.978, 1.032], 1.32, 10.9),
    ("you-6", [0.866, 0.9993], [0.9956, 0.9993], 1.083, 2.2),
    ("su-50", [0.975, 1.010], [0.9905, 1.0104], 1.25, 7.9),
    ("su-200", [0.830, 1.005], [0.9953, 1.0048], 1.27, 7.7),
    ("su-5", [0.612, 1.050], [0.9505, 1.0495], 1.013, 9.4),
    ("polar-express-nanogpt", [0.859, 1.141], [0.859, 1.141], 1.022, 10.1),
    ("cans", [0.884, 1.120], [0.884, 1.120], 1.0, 194.0),
    ("aol-1", [0.147, 1.050], [0.941, 1.050], 1.10, 2.6),
    ("aol-2", [-1.08, 1.08], [-1.08, 1.08], 0.0, 0.0),
    ("deepseek-v4", [1.0, 1.0005], [1.0, 1.0005], 1.26, 1.7),
    ("cubic-5", [0.119, 1.300], [0.774, 1.300], 1.002, 55.0),
    ("newton-schulz-quintic", [0.023, 1.0], [0.229, 1.0], 0.0, 1.0),
    ("newton-schulz", [0.0076, 1.0], [0.076, 1.0], 0.0, 1.0),
];

fn digits(found: f64, wanted: f64, unit: f64, what: &str) {
    assert!((found - wanted).abs() <= 0.51 * unit, "{what}: {found} is not {wanted}");
}

#[test]
fn the_table_of_published_schedules_is_reproduced() {
    for (name, narrow, wide, overshoot, stability) in ROWS {
        let schedule = named(name, None).unwrap_or_else(|| panic!("{name} is unknown"));
        for (lower, wanted) in [(1e-3, narrow), (1e-2, wide)] {
            let range = schedule.range(Interval::new(lower, 1.0));
            for (found, wanted) in [(range.lo, wanted[0]), (range.hi, wanted[1])] {
                // The sign-changing list is given to two digits.
                let unit = if *name == "aol-2" { 1e-2 } else { 1e-3 };
                digits(found, wanted, unit, &format!("{name} from {lower}"));
            }
        }
        if *overshoot > 0.0 {
            let found = schedule.overshoot_limit(1.0);
            digits(found, *overshoot, 1e-2, &format!("{name}, overshoot"));
        }
        if *stability > 0.0 {
            let found = schedule.stability_factor(1.0);
            assert!(
                (found / stability - 1.0).abs() < 0.05,
                "{name}, stability: {found} is not {stability}"
            );
        }
    }
    for (steps, safety, wanted) in
        [(5, 1.01, [0.846, 1.124]), (6, 1.01, [0.9944, 1.0012]), (5, 1.05, [0.729, 1.124])]
    {
        let range = cut(steps, safety).range(Interval::new(1e-3, 1.0));
        digits(range.lo, wanted[0], 1e-3, "Polar Express");
        digits(range.hi, wanted[1], 1e-3, "Polar Express");
    }
}

#[test]
fn the_six_step_table_is_in_units_of_1_1024() {
    let right = named("su-50", None).expect("a list").range(Interval::new(1e-3, 1.0));
    digits(right.lo, 0.9748, 1e-4, "1/1024");
    digits(right.hi, 1.0104, 1e-4, "1/1024");
    // Read in thousandths it inflates every singular value by about 3 %.
    let mut wrong = named("su-50", None).expect("a list");
    wrong.steps.iter_mut().for_each(|step| *step = step.scaled(1.024));
    let wrong = wrong.range(Interval::new(1e-3, 1.0));
    digits(wrong.lo, 1.0143, 1e-4, "1/1000");
    digits(wrong.hi, 1.0494, 1e-4, "1/1000");
}

#[test]
fn inputs_above_one_go_where_the_published_lists_take_them() {
    let value = |name: &str, x: f64| named(name, None).expect("a list").value(x);
    // Without margin the sign is lost to a norm that is too small by less than a unit of bfloat16.
    digits(value("cubic-5", 1.004), -0.115, 1e-3, "cubic-5 at 1.004");
    digits(value("cubic-5", 1.008), -0.95, 1e-2, "cubic-5 at 1.008");
    let exact = design(&quintics(5, 0.0, 0.0)).expect("a design");
    assert!(exact.value(1.002).abs() > 1e30, "{:e}", exact.value(1.002));
    assert!(value("cans", 1.002).abs() > 1e10);
    // The limit reported is where that begins, for every list and input.
    for name in NAMES {
        let list = named(name, None).expect("a list");
        let limit = list.overshoot_limit(1.0);
        for x in [1.002, 1.004, 1.008, 1.02, 1.05, 1.1] {
            if x <= limit {
                let range = (0.4..=1.6).contains(&list.value(x));
                // A limit of 1 is also that of a list which leaves the range before.
                assert!(range || limit == 1.0, "{name} at {x}: {}", list.value(x));
            }
        }
        assert!(
            limit == 4.0 || limit == 1.0 || !(0.4..=1.6).contains(&list.value(limit * 1.00001))
        );
    }
}

#[test]
fn a_schedule_is_computed_for_the_steps_in_use() {
    // Maximum errors on [1e-3, 1]: cut 0.154, regenerated 0.134, without margin 0.113.
    let on = (1e-3, 1.0);
    digits(cut(5, 1.01).max_error(on.0, on.1), 0.154, 1e-3, "cut");
    let regenerated = named("polar-express", Some(5)).expect("a design");
    digits(regenerated.max_error(on.0, on.1), 0.134, 1e-3, "regenerated");
    let exact = design(&quintics(5, 0.0, 0.0)).expect("a design");
    digits(exact.max_error(on.0, on.1), 0.113, 1e-3, "exact");
    assert!(named("su-50", Some(5)).is_none(), "a list of six steps has no five");
}

#[test]
fn mixed_degrees_within_a_budget_beat_quintics() {
    let cost = CostModel { aspect: 1.0, symmetric: true };
    let like = quintics(5, 0.0, 0.0);
    let quintic = design(&like).expect("a design");
    assert_eq!(cost.schedule(&quintic), 20.0);
    let best = plan(20.0, cost, &like).expect("a plan");
    assert!(best.cost <= 20.0 && best.max_error <= 0.00995, "{best:?}");
    let nine = design(&Design { degrees: vec![9; 4], ..like.clone() }).expect("a design");
    digits(nine.max_error(1e-3, 1.0), 0.00985, 1e-5, "degree 9, four steps");
    assert_eq!(CostModel { aspect: 4.0, symmetric: true }.schedule(&nine), 56.0);
    assert_eq!(CostModel { aspect: 4.0, symmetric: true }.schedule(&quintic), 65.0);
    assert!(plan(1.0, cost, &like).is_err());
}

#[test]
fn every_sampled_value_lies_in_the_proved_range_and_the_range_is_tight() {
    for name in NAMES {
        let schedule = named(name, None).expect("a list");
        let range = schedule.range(Interval::new(1e-3, 1.0));
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for k in 0..=200_000 {
            let value = schedule.value(1e-3_f64.powf(1.0 - f64::from(k) / 200_000.0));
            assert!(range.contains(value), "{name}: {value} is outside {range:?}");
            (least, most) = (least.min(value), most.max(value));
        }
        // The samples are dense enough to come within 1e-4 of the extremes of any list.
        assert!(
            least - range.lo < 1e-4 && range.hi - most < 1e-4,
            "{name}: {least}..{most}, {range:?}"
        );
    }
}

#[test]
fn best_polynomials_equioscillate() {
    for degree in [3, 5, 7, 9, 11, 13, 15, 17] {
        for lower in [1e-3, 0.02, 0.3, 0.9] {
            let best = minimax(degree, lower, 1.0)
                .unwrap_or_else(|error| panic!("degree {degree} from {lower}: {error}"));
            let range = best.polynomial.range(Interval::new(lower, 1.0));
            // Rounding of coefficients that grow with the degree.
            let slack =
                1e-9 * best.polynomial.coefficients.iter().fold(1.0_f64, |m, c| m.max(c.abs()));
            assert!((range.lo - (1.0 - best.error)).abs() <= slack, "degree {degree} from {lower}");
            assert!((range.hi - (1.0 + best.error)).abs() <= slack, "degree {degree} from {lower}");
        }
    }
    // Degree 3 in closed form (Chen and Chow 2014): α = √(3/(1 + l + l²)), β = 4/(2 + l(l + 1)α³).
    let l = 0.1_f64;
    let alpha = (3.0 / (1.0 + l + l * l)).sqrt();
    let beta = 4.0 / (2.0 + l * (l + 1.0) * alpha.powi(3));
    let best = minimax(3, l, 1.0).expect("a polynomial").polynomial.coefficients;
    assert!((best[0] - 1.5 * alpha * beta).abs() < 1e-13);
    assert!((best[1] + 0.5 * alpha.powi(3) * beta).abs() < 1e-13);
}

#[test]
fn bad_designs_are_refused() {
    for wrong in [
        Design { degrees: vec![], ..quintics(5, 0.0, 0.0) },
        Design { degrees: vec![4], ..quintics(5, 0.0, 0.0) },
        Design { lower: 0.0, ..quintics(5, 0.0, 0.0) },
        Design { lower: f64::NAN, ..quintics(5, 0.0, 0.0) },
        Design { lower: 2.0, ..quintics(5, 0.0, 0.0) },
        Design { cushion: 1.5, ..quintics(5, 0.0, 0.0) },
        Design { safety: -0.1, ..quintics(5, 0.0, 0.0) },
    ] {
        assert!(design(&wrong).is_err(), "{wrong:?}");
    }
    assert!(named("no-such-list", None).is_none());
}

#[test]
fn roundings_of_a_step_are_bounded_by_what_simulation_finds() {
    // Scalars stand for singular values: the bound must hold for them at least.
    let schedule = named("polar-express", Some(5)).expect("a design");
    let bound = schedule.format_bound(1.0, Format::F32);
    let worst = (1..20_000).fold(0.0_f64, |worst, k| {
        let x = f64::from(k) / 20_000.0;
        let exact = schedule.value(x);
        let rounded = schedule.steps.iter().fold(x as f32, |x, step| {
            let square = x * x;
            x * step.coefficients.iter().rev().fold(0.0_f32, |sum, c| sum * square + *c as f32)
        });
        worst.max((f64::from(rounded) - exact).abs())
    });
    assert!(worst > 0.0 && worst <= bound, "{worst} exceeds {bound}");
}
