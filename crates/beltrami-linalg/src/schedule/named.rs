//! The published schedules, by name, coefficients as their authors print them.

use crate::schedule::Schedule;
use crate::schedule::design::{Design, design};
use crate::schedule::odd::OddPolynomial;

/// A list of coefficients and what they are divided by.
struct Published {
    name: &'static str,
    divisor: f64,
    steps: &'static [&'static [f64]],
    /// How often the last step is repeated beyond its first time.
    repeated: usize,
}

/// Every name that [`named`] knows.
pub const NAMES: [&str; PUBLISHED.len() + 1] = {
    let mut names = [POLAR_EXPRESS; PUBLISHED.len() + 1];
    let mut place = 0;
    while place < PUBLISHED.len() {
        names[place + 1] = PUBLISHED[place].name;
        place += 1;
    }
    names
};

/// The schedule of a name; a number of steps may be asked for where the list is one polynomial repeated, and of
/// `polar-express`, which is computed anew for every number.
///
/// Lists are never cut: a list that was designed for its length is wrong at another one. `None` for an unknown name, or a
/// number of steps that a list does not have.
pub fn named(name: &str, steps: Option<usize>) -> Option<Schedule> {
    if name == POLAR_EXPRESS {
        return polar_express(steps.unwrap_or(POLAR_EXPRESS_STEPS));
    }
    let published = PUBLISHED.iter().find(|published| published.name == name)?;
    let mut list: Vec<OddPolynomial> = published
        .steps
        .iter()
        .map(|step| OddPolynomial::new(step).scaled(1.0 / published.divisor))
        .collect();
    let last = list.last().cloned()?;
    list.extend(std::iter::repeat_n(last.clone(), published.repeated));
    match steps {
        None => Some(Schedule { steps: list }),
        Some(count) if published.steps.len() == 1 => Some(Schedule { steps: vec![last; count] }),
        Some(count) => (count == list.len()).then_some(Schedule { steps: list }),
    }
}

const POLAR_EXPRESS: &str = "polar-express";

/// The length of the published list.
const POLAR_EXPRESS_STEPS: usize = 8;

/// Quintic steps for singular values above 1e-3, every step but the last for inputs larger by one per cent.
///
/// The published list has the safety factor put in after its design; for other lengths it is part of the design, which is
/// more accurate.
/// Source: Amsel, Persson, Musco and Gower 2025, arXiv:2505.16932, with the cushion of their published code.
fn polar_express(steps: usize) -> Option<Schedule> {
    let plain = Design {
        degrees: vec![5; steps],
        lower: 1e-3,
        upper: 1.0,
        cushion: 0.02407327424182761,
        safety: if steps == POLAR_EXPRESS_STEPS { 0.0 } else { 0.01 },
    };
    let mut schedule = design(&plain).ok()?;
    if steps != POLAR_EXPRESS_STEPS {
        return Some(schedule);
    }
    let last = schedule.steps.len().saturating_sub(1);
    for step in &mut schedule.steps[..last] {
        *step = step.stretched(1.0 / 1.01);
    }
    Some(schedule)
}

const PUBLISHED: &[Published] = &[
    // The Newton–Schulz iteration; Higham 2008, equation (8.36).
    Published { name: "newton-schulz", divisor: 2.0, steps: &[&[3.0, -1.0]], repeated: 4 },
    Published {
        name: "newton-schulz-quintic",
        divisor: 8.0,
        steps: &[&[15.0, -10.0, 3.0]],
        repeated: 4,
    },
    // Jordan 2024, *Muon: an optimizer for hidden layers in neural networks*; torch.optim.Muon.
    Published { name: "muon", divisor: 1.0, steps: &[&[3.4445, -4.7750, 2.0315]], repeated: 4 },
    // Su 2025, kexue.fm/archives/10592, one polynomial for all steps.
    Published {
        name: "su-single",
        divisor: 1.0,
        steps: &[&[3.3748, -4.6969, 2.1433]],
        repeated: 4,
    },
    // You 2025 and Cesista 2025, leloykun.github.io/ponder/muon-opt-coeffs.
    Published {
        name: "quintic",
        divisor: 1.0,
        steps: &[
            &[4.0848, -6.8946, 2.9270],
            &[3.9505, -6.3029, 2.6377],
            &[3.7418, -5.5913, 2.3037],
            &[2.8769, -3.1427, 1.2046],
            &[2.8366, -3.0525, 1.2012],
        ],
        repeated: 0,
    },
    // Su 2025, kexue.fm/archives/10922, printed in units of 1/1024: the next four.
    Published {
        name: "you-6",
        divisor: 1024.0,
        steps: &[
            &[3955.0, -8306.0, 5008.0],
            &[3735.0, -6681.0, 3463.0],
            &[3799.0, -6499.0, 3211.0],
            &[4019.0, -6385.0, 2906.0],
            &[2677.0, -3029.0, 1162.0],
            &[2172.0, -1833.0, 682.0],
        ],
        repeated: 0,
    },
    Published {
        name: "su-50",
        divisor: 1024.0,
        steps: &[
            &[4140.0, -7553.0, 3571.0],
            &[3892.0, -6637.0, 2973.0],
            &[3668.0, -6456.0, 3021.0],
            &[3248.0, -6211.0, 3292.0],
            &[2792.0, -5759.0, 3796.0],
            &[3176.0, -5507.0, 4048.0],
        ],
        repeated: 0,
    },
    Published {
        name: "su-200",
        divisor: 1024.0,
        steps: &[
            &[4059.0, -7178.0, 3279.0],
            &[3809.0, -6501.0, 2925.0],
            &[3488.0, -6308.0, 3063.0],
            &[2924.0, -5982.0, 3514.0],
            &[2439.0, -5439.0, 4261.0],
            &[3148.0, -5464.0, 4095.0],
        ],
        repeated: 0,
    },
    Published {
        name: "su-5",
        divisor: 1.0,
        steps: &[
            &[4.6182, -12.9582, 9.3299],
            &[3.8496, -7.9585, 4.3052],
            &[3.5204, -7.2918, 4.0606],
            &[3.2067, -6.8243, 4.2802],
            &[3.2978, -5.7848, 3.8917],
        ],
        repeated: 0,
    },
    // The list of modded-nanogpt and Dion: five steps, safety 0.02, cushion 0.02, lower bound 1e-3.
    Published {
        name: "polar-express-nanogpt",
        divisor: 1.0,
        steps: &[
            &[8.156554524902461, -22.48329292557795, 15.878769915207462],
            &[4.042929935166739, -2.808917465908714, 0.5000178451051316],
            &[3.8916678022926607, -2.772484153217685, 0.5060648178503393],
            &[3.285753657755655, -2.3681294933425376, 0.46449024233003106],
            &[2.3465413258596377, -1.7097828382687081, 0.42323551169305323],
        ],
        repeated: 0,
    },
    // Grishina, Smirnov and Rakhuba 2025, arXiv:2506.10935, as in Emerging-Optimizers: no margin above 1.
    Published {
        name: "cans",
        divisor: 1.0,
        steps: &[
            &[8.4703, -25.1081, 18.6293],
            &[4.1828, -3.1087, 0.5806],
            &[3.9619, -2.9541, 0.5630],
            &[3.2866, -2.4647, 0.5074],
            &[2.2737, -1.6447, 0.4162],
        ],
        repeated: 0,
    },
    // Four steps for input that was rescaled by row sums (almost-orthogonal layers), in Dion.
    Published {
        name: "aol-1",
        divisor: 1.0,
        steps: &[
            &[4.6051, -9.6552, 5.6769],
            &[4.7505, -6.0861, 2.1790],
            &[2.7763, -2.3190, 0.5523],
            &[2.4231, -2.2861, 0.8193],
        ],
        repeated: 0,
    },
    // Turbo-Muon, arXiv:2512.04632; it needs the rescaling: under the Frobenius norm large singular values change sign.
    Published {
        name: "aol-2",
        divisor: 1.0,
        steps: &[
            &[4.0098, -7.0585, 2.4635],
            &[3.4585, -5.5479, 2.5959],
            &[2.7573, -3.2939, 1.4254],
            &[2.7215, -3.0494, 1.3169],
        ],
        repeated: 0,
    },
    // DeepSeek-V4: eight steps of Muon's polynomial, then two that converge.
    Published {
        name: "deepseek-v4",
        divisor: 1.0,
        steps: &[
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[3.4445, -4.7750, 2.0315],
            &[2.0, -1.5, 0.5],
        ],
        repeated: 1,
    },
    // arXiv:2606.00371, five cubics designed for singular values above 7e-3.
    Published {
        name: "cubic-5",
        divisor: 1.0,
        steps: &[
            &[3.3656576, -3.3420992],
            &[2.5744352, -1.4957376],
            &[2.5368962, -1.4312570],
            &[2.4418906, -1.2764040],
            &[2.2230472, -0.9630650],
        ],
        repeated: 0,
    },
];
