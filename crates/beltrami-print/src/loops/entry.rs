//! Entries of arrays at given indices.

use beltrami_core::Dim;

use super::body::Body;
use super::language::Out;
use super::text::{Level, Text, linear};
use crate::module::Unsupported;
use crate::program::{ArrayId, Operation, Sign};

impl Body<'_> {
    /// An entry of an array whose entries can be written; a scalar has no indices.
    pub fn entry(&self, id: ArrayId, at: &[Text]) -> Out<Text> {
        let language = self.language;
        if let Some(text) = self.text(id) {
            return Ok(match at {
                [] => text.clone(),
                _ => language.read(&text.text, &self.lengths(id), at),
            });
        }
        let args = self.args(id);
        let arg = |place: usize| argument(args, place);
        let (zero, one) = (Text::atom("0.0"), Text::atom("1.0"));
        use Operation::*;
        let text = match (self.operation(id), at) {
            (Number(number), _) if number.is_negative() => language.number(number.neg()).negative(),
            (Number(number), _) => language.number(*number),
            (Size(dim), _) => language.converted(&self.size(dim)),
            (Filled(true, _), _) => one,
            (Filled(false, _), _) => zero,
            (Entrywise(_) | Negative | Map(..) | Maximum | Minimum | Above, _) => {
                self.entrywise(id, at)?
            }
            (Transpose, [i, j]) => self.entry(arg(0)?, &[j.clone(), i.clone()])?,
            (Column, [i, _]) => self.entry(arg(0)?, std::slice::from_ref(i))?,
            (Row, [_, j]) => self.entry(arg(0)?, std::slice::from_ref(j))?,
            (Reshape(_) | Ravel, _) => {
                let places = self.regrouped(self.axes(id), at, self.axes(arg(0)?));
                self.entry(arg(0)?, &places)?
            }
            (StackedColumns, [k]) => {
                let m = &self.axes(arg(0)?)[0];
                self.entry(arg(0)?, &[self.remainder(k, m), self.quotient(k, m)])?
            }
            (Unstacked(m, _), [i, j]) => self.entry(arg(0)?, &[linear(j, &self.size(m), i)])?,
            (Entry(places), _) => {
                let places: Vec<Text> = places.iter().map(|dim| self.size(dim)).collect();
                self.entry(arg(0)?, &[&places[..], at].concat())?
            }
            (Diagonalised, [i, j]) => {
                let own = self.entry(arg(0)?, std::slice::from_ref(i))?;
                self.choice(i, "==", j, own)
            }
            (Diagonal, [i]) => self.entry(arg(0)?, &[i.clone(), i.clone()])?,
            (Lower, [i, j]) => self.choice(i, ">=", j, self.entry(arg(0)?, at)?),
            (Upper, [i, j]) => self.choice(i, "<=", j, self.entry(arg(0)?, at)?),
            (Eye(_), [i, j]) => self.choice(i, "==", j, one),
            (Unit(place, _), [i]) => {
                let place = place.minus(&Dim::one());
                self.choice(i, "==", &self.size(&place), one)
            }
            (Commutation(m, n), [i, j]) => {
                let row = self.remainder(i, n);
                let place = linear(&row, &self.size(m), &self.quotient(i, n));
                self.choice(j, "==", &place, one)
            }
            (Outer, [i, j]) => {
                let (a, b) = (std::slice::from_ref(i), std::slice::from_ref(j));
                Text::infix("*", &self.entry(arg(0)?, a)?, &self.entry(arg(1)?, b)?)
            }
            (Kron, _) => {
                let inner = self.axes(arg(1)?);
                let halves = at.iter().zip(inner);
                let (slow, fast): (Vec<Text>, Vec<Text>) =
                    halves.map(|(i, n)| (self.quotient(i, n), self.remainder(i, n))).unzip();
                Text::infix("*", &self.entry(arg(0)?, &slow)?, &self.entry(arg(1)?, &fast)?)
            }
            (KhatriRao, [i, j]) => {
                let n = &self.axes(arg(1)?)[0];
                let (slow, fast) = (self.quotient(i, n), self.remainder(i, n));
                let a = self.entry(arg(0)?, &[slow, j.clone()])?;
                Text::infix("*", &a, &self.entry(arg(1)?, &[fast, j.clone()])?)
            }
            (Einsum(words, kept), _) => {
                let letters: Vec<char> = kept.chars().collect();
                self.einsum_entry(words, &letters, args, at)?
            }
            (Concatenate, [i]) => {
                let along = |arg: ArrayId| self.axes(arg).first().cloned().unwrap_or_else(Dim::one);
                let at = |arg: ArrayId, place| vec![place; self.rank(arg)];
                self.joined(args, i, &along, &at)?
            }
            (StackRows, [i, j]) => {
                let along = |arg: ArrayId| self.axes(arg)[0].clone();
                self.joined(args, i, &along, &|_, place| vec![place, j.clone()])?
            }
            (StackColumns, [i, j]) => {
                let along = |arg: ArrayId| self.axes(arg)[1].clone();
                self.joined(args, j, &along, &|_, place| vec![i.clone(), place])?
            }
            (operation, _) => return Err(self.unsupported(operation)),
        };
        Ok(text)
    }

    /// An entry of an operation on entries at the same place.
    fn entrywise(&self, id: ArrayId, at: &[Text]) -> Out<Text> {
        let language = self.language;
        let args = self.args(id);
        let arg = |place: usize| argument(args, place);
        let both = || -> Out<(Text, Text)> {
            Ok((self.stretched(id, arg(0)?, at)?, self.stretched(id, arg(1)?, at)?))
        };
        let called = |name: &str| -> Out<Text> {
            let (a, b) = both()?;
            Ok(Text::atom(format!("{name}({}, {})", a.text, b.text)))
        };
        match (self.operation(id), at) {
            (Operation::Entrywise(Sign::Times), [i, j]) if self.identity(args).is_some() => {
                let other = args[1 - self.identity(args).unwrap_or(0)];
                let other = self.stretched(id, other, at)?;
                Ok(self.choice(i, "==", j, other))
            }
            (Operation::Entrywise(sign), _) => {
                let (a, b) = both()?;
                Ok(match sign {
                    Sign::Plus => Text::infix("+", &a, &b),
                    Sign::Minus => Text::infix("-", &a, &b),
                    Sign::Times => Text::infix("*", &a, &b),
                    Sign::Over => Text::infix("/", &a, &b),
                    Sign::Power => {
                        let exponent = match self.operation(arg(1)?) {
                            Operation::Number(number) => Some(*number),
                            _ => None,
                        };
                        language.power(&a, &b, exponent)
                    }
                })
            }
            (Operation::Negative, _) => Ok(self.entry(arg(0)?, at)?.negative()),
            (Operation::Map(map, _), _) => Ok(language.map(*map, &self.entry(arg(0)?, at)?)),
            (Operation::Maximum, _) => called("larger"),
            (Operation::Minimum, _) => called("smaller"),
            (Operation::Above, _) => called("exceeds"),
            (operation, _) => Err(self.unsupported(operation)),
        }
    }

    /// A product of entries, one of each operand.
    pub fn einsum_entry(
        &self,
        words: &[String],
        letters: &[char],
        args: &[ArrayId],
        at: &[Text],
    ) -> Out<Text> {
        let mut product: Option<Text> = None;
        for (word, arg) in words.iter().zip(args) {
            let places: Vec<Text> = word
                .chars()
                .filter_map(|c| Some(at[letters.iter().position(|letter| *letter == c)?].clone()))
                .collect();
            let factor = self.entry(*arg, &places)?;
            product = Some(match product {
                Some(product) => Text::infix("*", &product, &factor),
                None => factor,
            });
        }
        product.ok_or_else(|| Unsupported::new("an einsum without operands"))
    }

    /// A value where a comparison of indices holds, and zero elsewhere.
    fn choice(&self, i: &Text, sign: &str, j: &Text, value: Text) -> Text {
        // Compilers warn of comparisons that always hold.
        let always =
            i.text == j.text || (sign == ">=" && j.is_zero()) || (sign == "<=" && i.is_zero());
        match always {
            true => value,
            false => self.language.choice(&compared(i, sign, j), &value, &Text::atom("0.0")),
        }
    }

    /// The place of an identity matrix among operands, which needs no product.
    fn identity(&self, args: &[ArrayId]) -> Option<usize> {
        args.iter().position(|arg| {
            self.text(*arg).is_none() && matches!(self.operation(*arg), Operation::Eye(_))
        })
    }

    /// An entry of an operand that is stretched to the axes of the result.
    fn stretched(&self, user: ArrayId, arg: ArrayId, at: &[Text]) -> Out<Text> {
        let (own, all) = (self.axes(arg), self.axes(user));
        let at = &at[all.len() - own.len()..];
        let all = &all[all.len() - own.len()..];
        let places: Vec<Text> = own
            .iter()
            .zip(all)
            .zip(at)
            .map(|((own, all), i)| match own.is_one() && !all.is_one() {
                true => Text::atom("0"),
                false => i.clone(),
            })
            .collect();
        self.entry(arg, &places)
    }
    /// An entry of arrays one after another along an axis.
    fn joined(
        &self,
        args: &[ArrayId],
        i: &Text,
        along: &dyn Fn(ArrayId) -> Dim,
        at: &dyn Fn(ArrayId, Text) -> Vec<Text>,
    ) -> Out<Text> {
        let mut end = args.iter().fold(Dim::constant(0), |sum, arg| sum.plus(&along(*arg)));
        let mut chain: Option<Text> = None;
        for arg in args.iter().rev() {
            let start = end.minus(&along(*arg));
            let place = match start.as_constant() {
                Some(0) => i.clone(),
                _ => Text::infix("-", i, &self.size(&start)),
            };
            let own = self.entry(*arg, &at(*arg, place))?;
            chain = Some(match chain {
                Some(rest) => {
                    self.language.choice(&compared(i, "<", &self.size(&end)), &own, &rest)
                }
                None => own,
            });
            end = start;
        }
        chain.ok_or_else(|| Unsupported::new("an array of no parts"))
    }

    fn quotient(&self, k: &Text, n: &Dim) -> Text {
        if n.is_one() || k.is_zero() { k.clone() } else { Text::infix("/", k, &self.size(n)) }
    }

    fn remainder(&self, k: &Text, n: &Dim) -> Text {
        match n.is_one() || k.is_zero() {
            true => Text::atom("0"),
            false => Text::infix("%", k, &self.size(n)),
        }
    }

    /// Indices along other axes of the same entries in the order of rows; what axes have in common stays apart.
    fn regrouped(&self, from: &[Dim], at: &[Text], to: &[Dim]) -> Vec<Text> {
        let wide: Vec<(&Dim, &Text)> = from.iter().zip(at).filter(|(n, _)| !n.is_one()).collect();
        let narrow: Vec<&Dim> = to.iter().filter(|n| !n.is_one()).collect();
        let mut found = Vec::new();
        let (mut own, mut other) = (0, 0);
        while own < wide.len() || other < narrow.len() {
            let (a, b) = group(&wide[own..], &narrow[other..]);
            let flat = wide[own..own + a]
                .iter()
                .fold(Text::atom("0"), |flat, (n, i)| linear(&flat, &self.size(n), i));
            let inner = &narrow[other..other + b];
            for (place, n) in inner.iter().enumerate() {
                let step = Dim::product(inner[place + 1..].iter().copied());
                let slow = self.quotient(&flat, &step);
                found.push(if place == 0 { slow } else { self.remainder(&slow, n) });
            }
            (own, other) = (own + a, other + b);
        }
        let mut found = found.into_iter();
        let zero = || Text::atom("0");
        to.iter()
            .map(|n| if n.is_one() { zero() } else { found.next().unwrap_or_else(zero) })
            .collect()
    }
}

/// How many axes of either side have the same number of entries, as few as possible.
fn group(wide: &[(&Dim, &Text)], narrow: &[&Dim]) -> (usize, usize) {
    let all = (wide.len(), narrow.len());
    let pairs = (2..=all.0 + all.1).flat_map(|sum| (1..sum).map(move |a| (a, sum - a)));
    let fits = |(a, b): &(usize, usize)| {
        *a <= all.0
            && *b <= all.1
            && Dim::product(wide[..*a].iter().map(|(n, _)| *n))
                == Dim::product(narrow[..*b].iter().copied())
    };
    pairs.into_iter().find(fits).unwrap_or(all)
}

fn compared(a: &Text, sign: &str, b: &Text) -> String {
    format!("{} {sign} {}", a.at(Level::Sum), b.at(Level::Sum))
}

/// An operand of an operation.
fn argument(args: &[ArrayId], place: usize) -> Out<ArrayId> {
    args.get(place).copied().ok_or_else(|| Unsupported::new("an operation without operands"))
}
