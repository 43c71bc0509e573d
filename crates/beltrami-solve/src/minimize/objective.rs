//! What a method may ask of a function, and how often it did.

use std::borrow::Cow;

use beltrami_linalg::Matrix;

use super::hessian::{Hessian, Structure};
use super::kronecker::Kronecker;
use super::outcome::Counts;
use super::units::Units;

/// The function has no finite value at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undefined {
    /// Why, in words.
    pub reason: String,
}

impl std::fmt::Display for Undefined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Undefined {}

/// Which derivatives a function offers beyond its gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Offer {
    /// The Hessian, and where its entries may differ from zero.
    pub hessian: Option<Structure>,
    /// Whether the Hessian is the same everywhere.
    pub constant_hessian: bool,
    /// How many gradients take the work of a Hessian, 0 where that is not known: a costly one serves for several steps.
    pub hessian_gradients: usize,
    /// A number above 0 that no second derivative along a unit vector is below, wherever it is taken, if one is known.
    ///
    /// Such a function has one minimum, and its gradient bounds the distance to it.
    pub convexity: Option<f64>,
    /// Products of the Hessian with vectors.
    pub product: bool,
    /// The parts of the Hessian by one unknown alone, as Kronecker products.
    pub kronecker: bool,
    /// Division by these parts, in whatever form.
    pub divisor: bool,
    /// The number of residuals, when the function is a sum of their squares plus a constant.
    pub residuals: Option<usize>,
}

/// A positive definite matrix to divide by.
pub trait Divisor {
    /// The vector that the matrix maps to `r`; `None` where there is no finite one.
    fn divided(&self, r: &[f64]) -> Option<Vec<f64>>;
}

/// Blocks on a diagonal.
impl Divisor for Vec<Kronecker> {
    fn divided(&self, r: &[f64]) -> Option<Vec<f64>> {
        let mut z = Vec::with_capacity(r.len());
        for block in self {
            z.extend(block.solve(&r[z.len()..z.len() + block.len()])?);
        }
        Some(z)
    }
}

/// A function of `n` variables with its derivatives.
///
/// A value that is NaN or infinite is taken for [`Undefined`]; methods shorten the step that led to it.
pub trait Objective {
    /// The number of variables.
    fn variables(&self) -> usize;

    /// What there is beyond value and gradient.
    fn offer(&self) -> Offer {
        Offer::default()
    }

    /// The value.
    ///
    /// # Errors
    /// [`Undefined`] outside the domain.
    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined>;

    /// The value, and the gradient in `gradient`.
    ///
    /// # Errors
    /// [`Undefined`] outside the domain.
    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined>;

    /// The Hessian.
    ///
    /// # Errors
    /// [`Undefined`] outside the domain, or where nothing is offered.
    fn hessian(&mut self, _x: &[f64]) -> Result<Hessian, Undefined> {
        Err(Undefined { reason: "no Hessian is offered".into() })
    }

    /// The product of the Hessian with `direction` in `product`.
    ///
    /// # Errors
    /// [`Undefined`] outside the domain, or where nothing is offered.
    fn product(
        &mut self,
        _x: &[f64],
        _direction: &[f64],
        _product: &mut [f64],
    ) -> Result<(), Undefined> {
        Err(Undefined { reason: "no product with the Hessian is offered".into() })
    }

    /// The parts of the Hessian by one unknown alone, one below the other, or matrices near them; `None` where there are none.
    fn kronecker(&mut self, _x: &[f64]) -> Option<Vec<Kronecker>> {
        None
    }

    /// Division by the parts of the Hessian by one unknown alone, or by matrices near them; `None` where there is none.
    fn divisor(&mut self, x: &[f64]) -> Option<Box<dyn Divisor>> {
        self.kronecker(x).map(|blocks| Box::new(blocks) as Box<dyn Divisor>)
    }

    /// The residuals `r`, the value being the sum of their squares plus [`Objective::offset`].
    ///
    /// # Errors
    /// [`Undefined`] outside the domain, or where nothing is offered.
    fn residuals(&mut self, _x: &[f64], _residuals: &mut [f64]) -> Result<(), Undefined> {
        Err(Undefined { reason: "no residuals are offered".into() })
    }

    /// The derivatives of the residuals, one row each.
    ///
    /// # Errors
    /// [`Undefined`] outside the domain, or where nothing is offered.
    fn jacobian(&mut self, _x: &[f64]) -> Result<Matrix, Undefined> {
        Err(Undefined { reason: "no residuals are offered".into() })
    }

    /// The constant beside the squares.
    fn offset(&self) -> f64 {
        0.0
    }
}

/// A function in the units of a run, whose evaluations are counted, and whose values are finite.
pub(crate) struct Counted<'a> {
    objective: &'a mut dyn Objective,
    pub counts: Counts,
    units: Option<Units>,
    /// The last Hessian and where it was taken: the verdict asks again where a method ended.
    last: Option<(Vec<f64>, Hessian)>,
    /// The last Jacobian of residuals.
    last_jacobian: Option<(Vec<f64>, Matrix)>,
}

impl<'a> Counted<'a> {
    /// In units of 1.
    pub fn new(objective: &'a mut dyn Objective) -> Counted<'a> {
        Counted {
            objective,
            counts: Counts::default(),
            units: None,
            last: None,
            last_jacobian: None,
        }
    }

    /// Takes other units than 1; what is asked for before is in units of 1.
    pub fn measure_in(&mut self, units: &Units) {
        if units.are_plain() {
            return;
        }
        if let Some((x, hessian)) = &mut self.last {
            *x = units.inside(x);
            hessian.scale(&units.unknowns, units.value);
        }
        if let Some((x, jacobian)) = &mut self.last_jacobian {
            *x = units.inside(x);
            scale_columns(jacobian, units);
        }
        self.units = Some(units.clone());
    }

    pub fn offer(&self) -> Offer {
        let mut offer = self.objective.offer();
        if let (Some(units), Some(convexity)) = (&self.units, &mut offer.convexity) {
            let least = units.unknowns.iter().copied().fold(f64::INFINITY, f64::min);
            *convexity *= least * least / units.value;
        }
        offer
    }

    pub fn offset(&self) -> f64 {
        self.objective.offset() / self.unit()
    }

    /// The unit of the value.
    fn unit(&self) -> f64 {
        self.units.as_ref().map_or(1.0, |units| units.value)
    }

    fn outside<'x>(&self, x: &'x [f64]) -> Cow<'x, [f64]> {
        match &self.units {
            None => Cow::Borrowed(x),
            Some(units) => Cow::Owned(units.outside(x)),
        }
    }

    pub fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        self.counts.values += 1;
        let value = self.objective.value(&self.outside(x))?;
        finite_value(value / self.unit())
    }

    pub fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        self.counts.values += 1;
        self.counts.gradients += 1;
        let value = self.objective.gradient(&self.outside(x), gradient)?;
        if let Some(units) = &self.units {
            gradient.iter_mut().zip(&units.unknowns).for_each(|(g, unit)| *g *= unit / units.value);
        }
        let value = finite_value(value / self.unit())?;
        finite("the gradient", gradient)?;
        Ok(value)
    }

    pub fn hessian(&mut self, x: &[f64]) -> Result<Hessian, Undefined> {
        if let Some((_, hessian)) = self.last.as_ref().filter(|(at, _)| at == x) {
            return Ok(hessian.clone());
        }
        self.counts.hessians += 1;
        let mut hessian = self.objective.hessian(&self.outside(x))?;
        if let Some(units) = &self.units {
            hessian.scale(&units.unknowns, units.value);
        }
        finite("the Hessian", hessian.entries())?;
        self.last = Some((x.to_vec(), hessian.clone()));
        Ok(hessian)
    }

    pub fn product(
        &mut self,
        x: &[f64],
        direction: &[f64],
        product: &mut [f64],
    ) -> Result<(), Undefined> {
        self.counts.products += 1;
        self.objective.product(&self.outside(x), &self.outside(direction), product)?;
        if let Some(units) = &self.units {
            product.iter_mut().zip(&units.unknowns).for_each(|(p, unit)| *p *= unit / units.value);
        }
        finite("a product with the Hessian", product)
    }

    pub fn kronecker(&mut self, x: &[f64]) -> Option<Vec<Kronecker>> {
        let mut blocks = self.objective.kronecker(&self.outside(x))?;
        if let Some(units) = &self.units {
            // These have one unit for all unknowns.
            let unit = units.unknowns.first().copied().unwrap_or(1.0);
            blocks.iter_mut().for_each(|block| block.scale(unit * unit / units.value));
        }
        Some(blocks)
    }

    pub fn divisor(&mut self, x: &[f64]) -> Option<Box<dyn Divisor>> {
        let divisor = self.objective.divisor(&self.outside(x))?;
        Some(match &self.units {
            None => divisor,
            Some(units) => Box::new(Measured { divisor, units: units.clone() }),
        })
    }

    pub fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Undefined> {
        self.counts.values += 1;
        self.objective.residuals(&self.outside(x), residuals)?;
        if let Some(units) = &self.units {
            let root = units.value.sqrt();
            residuals.iter_mut().for_each(|r| *r /= root);
        }
        finite_value(residuals.iter().map(|r| r * r).sum::<f64>() + self.offset())
    }

    pub fn jacobian(&mut self, x: &[f64]) -> Result<Matrix, Undefined> {
        if let Some((_, jacobian)) = self.last_jacobian.as_ref().filter(|(at, _)| at == x) {
            return Ok(jacobian.clone());
        }
        self.counts.gradients += 1;
        let mut jacobian = self.objective.jacobian(&self.outside(x))?;
        if let Some(units) = &self.units {
            scale_columns(&mut jacobian, units);
        }
        finite("the Jacobian of the residuals", jacobian.data())?;
        self.last_jacobian = Some((x.to_vec(), jacobian.clone()));
        Ok(jacobian)
    }
}

/// The Jacobian of residuals, whose squares have the unit of the value.
fn scale_columns(jacobian: &mut Matrix, units: &Units) {
    let root = units.value.sqrt();
    let n = units.unknowns.len();
    for row in jacobian.data_mut().chunks_exact_mut(n) {
        row.iter_mut().zip(&units.unknowns).for_each(|(entry, unit)| *entry *= unit / root);
    }
}

/// A divisor in the units of a run.
struct Measured {
    divisor: Box<dyn Divisor>,
    units: Units,
}

impl Divisor for Measured {
    fn divided(&self, r: &[f64]) -> Option<Vec<f64>> {
        let mut z = self.divisor.divided(&self.units.gradient_outside(r))?;
        z.iter_mut().zip(&self.units.unknowns).for_each(|(z, unit)| *z /= unit);
        Some(z)
    }
}

fn finite_value(value: f64) -> Result<f64, Undefined> {
    // Minus infinity is a value that says something; the run calls it unbounded.
    if value.is_finite() || value == f64::NEG_INFINITY {
        return Ok(value);
    }
    Err(Undefined { reason: format!("the value is {value}") })
}

fn finite(what: &str, entries: &[f64]) -> Result<(), Undefined> {
    match entries.iter().find(|x| !x.is_finite()) {
        None => Ok(()),
        Some(x) => Err(Undefined { reason: format!("an entry of {what} is {x}") }),
    }
}
