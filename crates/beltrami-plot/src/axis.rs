//! Axes: a range of numbers, the places that have a number written beside them, and how it is written.

use crate::canvas::Area;

/// An axis from its least to its largest number.
#[derive(Clone, Debug)]
pub struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    logarithmic: bool,
    whole: bool,
    given: Vec<f64>,
    pub(crate) name: String,
}

/// Places with what is written beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    /// The places, ascending.
    pub places: Vec<(f64, String)>,
    /// What all of them are multiplied by, and what is added.
    pub note: String,
}

/// More numbers than these are not read.
const MOST: usize = 11;
/// Numbers from here on are written with a power of ten for all.
const LARGE: i32 = 5;
/// Numbers below this power of ten as well.
const SMALL: i32 = -3;
/// With more digits after the first than these, what they have in common is written once.
const DIGITS: i32 = 4;
/// Differences of larger numbers overflow.
const LARGEST: f64 = 1e307;
/// A range narrower than this part of its numbers is drawn wider: rounding would be seen.
const NARROWEST: f64 = 1e-11;

impl Axis {
    /// Equal differences are equally far apart.
    pub fn linear(low: f64, high: f64) -> Axis {
        let known = low.is_finite() && high.is_finite();
        let (low, high) = if known { (low, high) } else { (0.0, 1.0) };
        let (low, high) = (low.min(high).max(-LARGEST), low.max(high).min(LARGEST));
        let least = (NARROWEST * low.abs().max(high.abs())).max(1.0 / LARGEST);
        let wider = (0.5 * (least - (high - low))).max(0.0);
        Axis::between(low - wider, high + wider, false)
    }

    /// Equal quotients are equally far apart; both ends are above 0.
    pub fn logarithmic(low: f64, high: f64) -> Axis {
        let apart = low >= 1.0 / LARGEST && high <= LARGEST && high >= low * (1.0 + NARROWEST);
        let (low, high) = if apart { (low, high) } else { (0.1, 10.0) };
        Axis::between(low, high, true)
    }

    fn between(low: f64, high: f64, logarithmic: bool) -> Axis {
        Axis { low, high, logarithmic, whole: false, given: Vec::new(), name: String::new() }
    }

    /// Around positive values: whole powers of ten, at most this many below the largest.
    pub fn decades(values: impl Iterator<Item = f64>, decades: i32) -> Axis {
        let values = values.filter(|x| *x > 0.0 && x.is_finite());
        let (least, largest) =
            values.fold((f64::INFINITY, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
        if largest == 0.0 {
            return Axis::logarithmic(0.1, 10.0);
        }
        let top = (largest.log10().ceil() as i32).clamp(-300, 307);
        let bottom = (least.log10().floor() as i32).clamp(top - decades, top - 1).max(-306);
        Axis::logarithmic(10.0_f64.powi(bottom), 10.0_f64.powi(top))
    }

    /// The name, which stands along it.
    pub fn named(self, name: impl Into<String>) -> Axis {
        Axis { name: name.into(), ..self }
    }

    /// With whole numbers alone.
    pub fn whole(self) -> Axis {
        Axis { whole: true, ..self }
    }

    /// With numbers at these places, or some of them where there is no room for all.
    pub fn at(self, given: Vec<f64>) -> Axis {
        Axis { given, ..self }
    }

    /// The least number.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// The largest number.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// The place of a number, 0 at the low end and 1 at the high one.
    pub(crate) fn part(&self, x: f64) -> f64 {
        if self.logarithmic {
            (x / self.low).ln() / (self.high / self.low).ln()
        } else {
            (x - self.low) / (self.high - self.low)
        }
    }

    /// The most numbers that fit, of those that are round.
    pub(crate) fn ticks(&self, fits: impl Fn(&Ticks) -> bool) -> Ticks {
        let mut last = Ticks::default();
        for found in self.candidates() {
            if found.places.is_empty() {
                continue;
            }
            if found.places.len() <= MOST && fits(&found) {
                return found;
            }
            last = found;
        }
        // No choice fits: the first number of the sparsest one is better than an overlap.
        last.places.truncate(1);
        last
    }

    fn candidates(&self) -> Box<dyn Iterator<Item = Ticks> + '_> {
        if !self.given.is_empty() {
            let every = move |stride: usize| {
                let places = self.given.iter().step_by(stride).map(|x| (*x, short(*x)));
                Ticks { places: places.collect(), note: String::new() }
            };
            return Box::new((1..=self.given.len()).map(every));
        }
        // Within half a decade a logarithmic axis is nearly a linear one.
        if self.logarithmic && self.high / self.low > 5.0 {
            return Box::new(self.powers());
        }
        let least = ((self.high - self.low).log10().floor() as i32) - 2;
        let steps = (least..least + 4).flat_map(|power| [1, 2, 5].map(|digit| (digit, power)));
        let steps = steps.filter(|(_, power)| !self.whole || *power >= 0);
        // Where only whole numbers count, a step of 1 is the first.
        let whole = [(1, 0)].into_iter().filter(move |_| self.whole && least + 4 <= 0);
        Box::new(steps.chain(whole).map(|(digit, power)| self.multiples(digit, power)))
    }

    /// The multiples of a round step on the axis.
    fn multiples(&self, digit: i64, power: i32) -> Ticks {
        let step = digit as f64 * 10.0_f64.powi(power);
        // The ends count although they are rounded.
        let slack = |x: f64| (4.0 * f64::EPSILON * x.abs()).max(1e-9);
        let (first, last) = (self.low / step, self.high / step);
        let (first, last) = ((first - slack(first)).ceil(), (last + slack(last)).floor());
        if !(first.abs() < 1e15 && last.abs() < 1e15) || last - first > 1000.0 {
            return Ticks::default();
        }
        let (first, last) = (first as i64, last as i64);
        // Numbers are whole multiples of a power of ten, so that none is a rounded neighbour of what is written.
        let numbers: Vec<i64> = (first..=last).map(|k| k * digit).collect();
        let size = |n: i64| n.unsigned_abs().checked_ilog10().unwrap_or(0) as i32;
        let largest = numbers.iter().copied().map(size).max().unwrap_or(0);
        let base = if largest > DIGITS { numbers.first().copied().unwrap_or(0) } else { 0 };
        let shown: Vec<i64> = numbers.iter().map(|n| n - base).collect();
        let leading = shown.iter().copied().map(size).max().unwrap_or(0) + power;
        let factor = if (SMALL..LARGE).contains(&leading) { 0 } else { leading };
        let mut note = if factor == 0 { String::new() } else { format!("×10{}", raised(factor)) };
        if base != 0 {
            let sign = if base < 0 { "−" } else { "+" };
            let number = base.unsigned_abs();
            let digits = number.ilog10() as i32 + power;
            let scaled = if (SMALL..=DIGITS + 4).contains(&digits) {
                decimal(number, power)
            } else {
                let mantissa = decimal(number, power - digits);
                format!("{mantissa}×10{}", raised(digits))
            };
            note = format!("{note} {sign} {scaled}").trim().to_owned();
        }
        let places = numbers.iter().zip(shown).map(|(n, shown)| {
            let sign = if shown < 0 { "−" } else { "" };
            let text = decimal(shown.unsigned_abs(), power - factor);
            (*n as f64 * 10.0_f64.powi(power), format!("{sign}{text}"))
        });
        Ticks { places: places.collect(), note }
    }

    /// Powers of ten, further and further apart; between a few of them their multiples by 2 and 5.
    fn powers(&self) -> impl Iterator<Item = Ticks> + '_ {
        let first = (self.low.log10() - 1e-9).ceil() as i32;
        let last = (self.high.log10() + 1e-9).floor() as i32;
        let between = (last - first <= 2).then(|| {
            let all =
                (first - 1..=last).flat_map(|power| [1_u64, 2, 5].map(|digit| (digit, power)));
            let places =
                all.map(|(digit, power)| (digit as f64 * 10.0_f64.powi(power), digit, power));
            let inside = places.filter(|(x, _, _)| (-1e-9..=1.0 + 1e-9).contains(&self.part(*x)));
            let written = inside.map(|(x, digit, power)| {
                let text = match power {
                    -3..=4 => decimal(digit, power),
                    _ if digit == 1 => format!("10{}", raised(power)),
                    _ => format!("{digit}×10{}", raised(power)),
                };
                (x, text)
            });
            Ticks { places: written.collect(), note: String::new() }
        });
        let strides = [1, 2, 3, 5, 10, 20, 50, 100].into_iter().map(move |stride| {
            let powers = (first..=last).filter(|power| power % stride == 0);
            let places = powers.map(|power| (10.0_f64.powi(power), format!("10{}", raised(power))));
            Ticks { places: places.collect(), note: String::new() }
        });
        between.into_iter().chain(strides)
    }
}

/// The axes with equal scales for a piece of paper: the one that is short of room gets its range, the other a wider one.
pub(crate) fn equalised(x: &Axis, y: &Axis, paper: Area) -> (Axis, Axis) {
    let (wide, high) = ((x.high - x.low) / paper.width(), (y.high - y.low) / paper.height());
    let unit = wide.max(high);
    let widened = |axis: &Axis, length: f64| {
        let (middle, half) = (0.5 * (axis.low + axis.high), 0.5 * unit * length);
        Axis { low: middle - half, high: middle + half, ..axis.clone() }
    };
    (widened(x, paper.width()), widened(y, paper.height()))
}

/// A whole number times a power of ten, written without one.
fn decimal(number: u64, power: i32) -> String {
    if number == 0 {
        return "0".into();
    }
    if power >= 0 {
        return format!("{number}{}", "0".repeat(power.unsigned_abs() as usize));
    }
    let places = power.unsigned_abs() as usize;
    let digits = format!("{number:0>width$}", width = places + 1);
    let (before, after) = digits.split_at(digits.len() - places);
    let after = after.trim_end_matches('0');
    if after.is_empty() { before.into() } else { format!("{before}.{after}") }
}

/// An exponent.
fn raised(power: i32) -> String {
    power.to_string().chars().map(superscript).collect()
}

fn superscript(c: char) -> char {
    match c {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    }
}

/// A number with up to four decimals, or two digits and a power of ten.
pub(crate) fn short(x: f64) -> String {
    let text = match x.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e5).contains(&size) => {
            let text = format!("{x:.1e}");
            let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
            let power: String = power.chars().map(superscript).collect();
            format!("{}×10{power}", digits.trim_end_matches(".0"))
        }
        _ => format!("{x:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    };
    text.replacen('-', "−", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers where at most `most` fit, and the note.
    fn check(axis: Axis, most: usize, expected: &[&str], note: &str) {
        let found = axis.ticks(|ticks| ticks.places.len() <= most);
        let texts: Vec<&str> = found.places.iter().map(|(_, text)| &text[..]).collect();
        assert_eq!((texts, &found.note[..]), (expected.to_vec(), note));
    }

    #[test]
    fn numbers_are_round_and_what_they_share_is_written_once() {
        check(Axis::linear(0.0, 1.0), 6, &["0", "0.2", "0.4", "0.6", "0.8", "1"], "");
        check(Axis::linear(-1e-5, 1e-5), 5, &["−1", "−0.5", "0", "0.5", "1"], "×10⁻⁵");
        check(Axis::linear(-4e5, 8e5), 4, &["0", "5"], "×10⁵");
        check(Axis::linear(1.0, 1.0 + 1e-8), 3, &["0", "0.5", "1"], "×10⁻⁸ + 1");
        check(Axis::linear(0.0, 3.0).whole(), 11, &["0", "1", "2", "3"], "");
        check(Axis::linear(0.0, 2e20), 3, &["0", "1", "2"], "×10²⁰");
        check(Axis::logarithmic(1e-16, 1e3), 5, &["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰"], "");
        check(Axis::logarithmic(1.0, 10.0), 9, &["1", "2", "5", "10"], "");
        check(Axis::logarithmic(10.0, 80.0).at(vec![10.0, 20.0, 40.0, 80.0]), 3, &["10", "40"], "");
    }

    #[test]
    fn no_range_is_too_narrow_or_too_wide() {
        for (low, high) in [
            (0.0, 0.0),
            (1.0, 1.0),
            (-1e300, 1e300),
            (1e-300, 2e-300),
            (f64::NAN, 1.0),
            (f64::MIN, f64::MAX),
            (5e-324, 1e-323),
            (3.0, -3.0),
        ] {
            let axis = Axis::linear(low, high);
            assert!(axis.low < axis.high, "{low} {high}");
            axis.ticks(|ticks| ticks.places.len() < 9);
            axis.whole().ticks(|ticks| ticks.places.len() < 9);
            Axis::logarithmic(low, high).ticks(|ticks| ticks.places.len() < 9);
        }
    }
}
