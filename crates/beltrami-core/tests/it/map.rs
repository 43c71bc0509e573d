//! Formulas of scalar functions.

use std::convert::Infallible;

use beltrami_core::map::Parity;
use beltrami_core::{Algebra, Formula, Map, Number};

/// Formulas as text.
struct Texts;

impl Algebra for Texts {
    type Value = String;
    type Error = Infallible;

    fn number(&mut self, x: Number) -> Result<String, Infallible> {
        Ok(x.to_f64().to_string())
    }

    fn neg(&mut self, a: String) -> Result<String, Infallible> {
        Ok(format!("-({a})"))
    }

    fn sum(&mut self, a: String, b: String) -> Result<String, Infallible> {
        Ok(format!("({a} + {b})"))
    }

    fn difference(&mut self, a: String, b: String) -> Result<String, Infallible> {
        Ok(format!("({a} - {b})"))
    }

    fn product(&mut self, a: String, b: String) -> Result<String, Infallible> {
        Ok(format!("{a}*{b}"))
    }

    fn quotient(&mut self, a: String, b: String) -> Result<String, Infallible> {
        Ok(format!("{a}/{b}"))
    }

    fn map(&mut self, map: Map, a: String) -> Result<String, Infallible> {
        Ok(format!("{map}({a})"))
    }
}

#[test]
fn slopes_are_written_in_the_functions_of_the_language() {
    let slope = |map: Map| {
        map.record().slope.as_ref().map(|slope| {
            let Ok(text) = slope.at(&mut Texts, &String::from("x"));
            text
        })
    };
    assert_eq!(slope(Map::Tan).as_deref(), Some("(1 + tan(x)*tan(x))"));
    assert_eq!(slope(Map::Sigmoid).as_deref(), Some("sigmoid(x)*sigmoid(-(x))"));
    assert_eq!(slope(Map::Step), None);
}

#[test]
fn the_parity_of_a_formula_comes_from_its_parts() {
    const SINE: Formula = Formula::Of(Map::Sin, &Formula::X);
    const EXPONENTIAL: Formula = Formula::Of(Map::Exp, &Formula::X);
    let parity = |formula: Formula| formula.parity();
    assert_eq!(parity(Formula::Product(&Formula::X, &SINE)), Some(Parity::Even));
    assert_eq!(parity(Formula::Sum(&Formula::X, &SINE)), Some(Parity::Odd));
    assert_eq!(parity(Formula::Quotient(&SINE, &Formula::Number(Number::TWO))), Some(Parity::Odd));
    assert_eq!(parity(Formula::Of(Map::Exp, &Formula::Square(&Formula::X))), Some(Parity::Even));
    assert_eq!(parity(Formula::Product(&Formula::X, &EXPONENTIAL)), None);
    assert_eq!(parity(Formula::Sum(&Formula::X, &Formula::Number(Number::ONE))), None);
}
