//! The form every term has: an einsum over its factors.

use beltrami_core::{ExprId, Kernel, Number, Shape};

use crate::calculus::Calculus;
use crate::error::{CalculusError, Result};
use crate::index::{Factor, Idx, Leg};

impl Calculus<'_> {
    /// The product of the factors as an einsum with one axis for each output leg that is not empty.
    ///
    /// An output index that repeats an earlier one becomes an identity matrix, one that occurs in no factor a vector of ones.
    pub(super) fn raise_einsum(&mut self, factors: &[Factor], out: &[Leg]) -> Result<ExprId> {
        let mut names: Vec<(Idx, char)> = Vec::new();
        let mut letters = ('i'..='z').chain('a'..='h').chain('A'..='Z');
        let mut operands: Vec<(String, ExprId)> = Vec::new();
        let mut output = String::new();
        for leg in out.iter().filter(|leg| !leg.is_empty()) {
            let mut text = String::new();
            for idx in leg {
                let letter = letters
                    .next()
                    .ok_or(CalculusError::NoForm("an einsum with so many indices"))?;
                match names.iter().find(|(i, _)| i == idx) {
                    Some((_, first)) => {
                        let dim = self.space.dim(*idx).clone();
                        let eye = self.graph.eye(&dim)?;
                        operands.push((format!("{first}{letter}"), eye));
                    }
                    None => names.push((*idx, letter)),
                }
                text.push(letter);
            }
            output.push_str(&if leg.len() > 1 { format!("({text})") } else { text });
        }
        let mut own: Vec<(String, ExprId)> = Vec::new();
        for factor in factors {
            let mut text = String::new();
            for leg in factor.legs.iter().filter(|leg| !leg.is_empty()) {
                let mut axis = String::new();
                for idx in leg {
                    let letter = match names.iter().find(|(i, _)| i == idx) {
                        Some((_, letter)) => *letter,
                        None => {
                            let letter = letters
                                .next()
                                .ok_or(CalculusError::NoForm("an einsum with so many indices"))?;
                            names.push((*idx, letter));
                            letter
                        }
                    };
                    axis.push(letter);
                }
                text.push_str(&if leg.len() > 1 { format!("({axis})") } else { axis });
            }
            let atom = if factor.pow.is_one() {
                factor.atom
            } else if factor.pow.is_negative() {
                let shape = self.graph.shape(factor.atom).clone();
                let divisor = self.entry_power(factor.atom, factor.pow.neg())?;
                let ones = self.graph.ones(&shape)?;
                self.graph.build(Kernel::EDivide, &[ones, divisor])?
            } else {
                self.entry_power(factor.atom, factor.pow)?
            };
            own.push((text, atom));
        }
        own.extend(operands);
        // A letter that occurs only inside groups has no size of its own: a vector of ones gives it one.
        for (idx, letter) in &names {
            let alone = |text: &str| {
                let mut depth = 0;
                text.chars().any(|c| {
                    depth += i32::from(c == '(') - i32::from(c == ')');
                    c == *letter && depth == 0
                })
            };
            if !own.iter().any(|(text, _)| alone(text))
                && own.iter().any(|(text, _)| text.contains(*letter))
            {
                let dim = self.space.dim(*idx).clone();
                let ones = self.graph.ones(&Shape::vector(dim))?;
                own.push((letter.to_string(), ones));
            }
        }
        for leg in out {
            for idx in leg {
                let mentioned = factors.iter().any(|f| f.indices().any(|i| i == *idx));
                let repeated = out.iter().flatten().filter(|i| *i == idx).count() > 1;
                if !mentioned && !repeated {
                    let dim = self.space.dim(*idx).clone();
                    let ones = self.graph.ones(&Shape::vector(dim))?;
                    let letter =
                        names.iter().find(|(i, _)| i == idx).map_or('i', |(_, letter)| *letter);
                    own.push((letter.to_string(), ones));
                }
            }
        }
        if own.is_empty() {
            return Ok(self.graph.number(Number::ONE));
        }
        let inputs: Vec<&str> = own.iter().map(|(text, _)| text.as_str()).collect();
        let text = self.graph.text(&format!("{}->{output}", inputs.join(",")));
        let args: Vec<ExprId> =
            std::iter::once(text).chain(own.iter().map(|(_, atom)| *atom)).collect();
        Ok(self.graph.raw(Kernel::Einsum, &args)?)
    }
}
